// Rates are what counters grew by, socket by socket, from one look to the next.
#include "skq/rates.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace skq {
namespace {

constexpr std::int64_t second = 1'000'000'000;

/// A TCP socket whose tcp_info holds these counters; `size` cuts it as an older kernel would.
struct Tcp {
  std::vector<std::byte> info;
  InetDetail detail;
  Socket socket;
  Tcp(std::uint64_t cookie, std::uint64_t sent, std::uint64_t received, std::uint64_t retrans, std::size_t size = 248)
      : info(248) {
    std::memcpy(info.data() + 128, &received, 8);
    std::memcpy(info.data() + 200, &sent, 8);
    std::memcpy(info.data() + 208, &retrans, 8);
    info.resize(size);
    detail.tcp_info = info;
    socket.netid = Netid::tcp;
    socket.cookie = Cookie{cookie};
    socket.part.emplace<InetPart>().detail = &detail;
  }
};

TEST(Rates, NothingAtFirstSight) {
  RateMemory memory;
  memory.begin(5 * second);
  EXPECT_EQ(memory.compare(Tcp(1, 100, 100, 0).socket), std::nullopt);
}

TEST(Rates, GrowthInASecond) {
  RateMemory memory;
  memory.begin(5 * second);
  for (std::uint64_t cookie = 1; cookie <= 1000; ++cookie) memory.compare(Tcp(cookie, cookie, 0, 0).socket);
  memory.begin(7 * second);
  for (std::uint64_t cookie = 1; cookie <= 1000; ++cookie) {
    const auto rates = memory.compare(Tcp(cookie, 3 * cookie, 11, 0).socket);
    ASSERT_TRUE(rates) << cookie;
    EXPECT_EQ(*rates, (Rates{cookie, 6, 0})) << cookie;
  }
}

TEST(Rates, ASocketThatWasAwayIsNew) {
  RateMemory memory;
  memory.begin(1 * second);
  memory.compare(Tcp(1, 1, 1, 1).socket);
  memory.begin(2 * second);
  memory.begin(3 * second);
  EXPECT_EQ(memory.compare(Tcp(1, 9, 9, 9).socket), std::nullopt);
}

TEST(Rates, WhatWentBackOrIsNotThereHasNone) {
  RateMemory memory;
  memory.begin(1 * second);
  memory.compare(Tcp(1, 100, 100, 5).socket);
  memory.compare(Tcp(2, 100, 100, 5, 136).socket);
  memory.begin(2 * second);
  EXPECT_EQ(memory.compare(Tcp(1, 90, 150, 5).socket), std::optional(Rates{std::nullopt, 50, 0}));
  EXPECT_EQ(memory.compare(Tcp(2, 0, 150, 0, 136).socket), std::optional(Rates{std::nullopt, 50, std::nullopt}));
}

TEST(Rates, NeitherWithoutIdentityNorWithoutCounters) {
  RateMemory memory;
  Socket unix_socket;
  unix_socket.cookie = Cookie{3};
  for (const std::int64_t now : {1 * second, 2 * second}) {
    memory.begin(now);
    EXPECT_EQ(memory.compare(Tcp(0, 1, 1, 1).socket), std::nullopt);
    EXPECT_EQ(memory.compare(Tcp(1, 1, 1, 1, 0).socket), std::nullopt);
    EXPECT_EQ(memory.compare(unix_socket), std::nullopt);
  }
}

TEST(Rates, NoTimeNoRate) {
  RateMemory memory;
  memory.begin(1 * second);
  memory.compare(Tcp(1, 1, 1, 1).socket);
  memory.begin(1 * second);
  EXPECT_EQ(memory.compare(Tcp(1, 2, 2, 2).socket), std::nullopt);
}

}  // namespace
}  // namespace skq
