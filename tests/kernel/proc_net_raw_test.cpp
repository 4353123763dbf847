#include "kernel/proc_net_raw.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace skq::kernel {
namespace {

using ::testing::IsEmpty;

const std::string header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  ...\n";

/// An address as the kernel prints it on this machine.
std::string words_of(int family, const char* address) {
  std::uint32_t words[4] = {};
  EXPECT_EQ(::inet_pton(family, address, words), 1);
  std::string text;
  for (int at = 0; at < (family == AF_INET ? 1 : 4); ++at) {
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08X", words[at]);
    text += digits;
  }
  return text;
}

std::string text_of(int family, const Address& address) {
  char text[INET6_ADDRSTRLEN] = {};
  return ::inet_ntop(family, address.bytes.data(), text, sizeof text);
}

std::string line_of(int family, const char* local, const char* peer) {
  return "  98: " + words_of(family, local) + ":00FF " + words_of(family, peer) +
         ":0000 01 00000102:00000340 00:00000000 00000000  1000        0 4031630 2 00000000aafb97f9 7\n";
}

struct Read {
  std::vector<Socket> rows;
  std::size_t malformed = 0;
};

Read read(const std::string& text, Family family = Family::inet) {
  Read result;
  result.malformed = read_raw_table(text, family, [&](Socket& row) {
    result.rows.push_back(row);
    return true;
  });
  return result;
}

TEST(ProcNetRaw, ReadsALine) {
  const Read result = read(header + line_of(AF_INET, "127.0.0.1", "10.1.2.3"));
  EXPECT_EQ(result.malformed, 0U);
  ASSERT_EQ(result.rows.size(), 1U);
  const Socket& row = result.rows[0];
  EXPECT_EQ(row.family, Family::inet);
  EXPECT_EQ(row.netid, Netid::raw);
  EXPECT_EQ(row.state, State::established);
  EXPECT_EQ(row.inode, Inode{4031630});
  EXPECT_EQ(row.cookie, Cookie{0});
  EXPECT_EQ(row.send_q, 0x102U);
  EXPECT_EQ(row.recv_q, 0x340U);
  EXPECT_EQ(row.uid, 1000U);
  EXPECT_EQ(row.memory.known, 0);
  ASSERT_NE(row.inet(), nullptr);
  EXPECT_EQ(text_of(AF_INET, row.inet()->local), "127.0.0.1");
  EXPECT_EQ(text_of(AF_INET, row.inet()->peer), "10.1.2.3");
  EXPECT_EQ(row.inet()->local_port, 255);
  EXPECT_EQ(row.inet()->peer_port, 0);
  EXPECT_EQ(row.inet()->protocol, 255);
  EXPECT_EQ(row.inet()->v6only, std::nullopt);
}

TEST(ProcNetRaw, ReadsIpv6) {
  const Read result = read(header + line_of(AF_INET6, "2001:db8::1:2", "fe80::7"), Family::inet6);
  ASSERT_EQ(result.rows.size(), 1U);
  EXPECT_EQ(result.rows[0].family, Family::inet6);
  EXPECT_EQ(text_of(AF_INET6, result.rows[0].inet()->local), "2001:db8::1:2");
  EXPECT_EQ(text_of(AF_INET6, result.rows[0].inet()->peer), "fe80::7");
}

TEST(ProcNetRaw, GivesEveryLineAndStopsOnDemand) {
  const std::string line = line_of(AF_INET, "0.0.0.0", "0.0.0.0");
  EXPECT_EQ(read(header + line + line + line).rows.size(), 3U);
  int seen = 0;
  EXPECT_EQ(read_raw_table(header + line + line, Family::inet, [&](Socket&) { return ++seen < 1; }), 0U);
  EXPECT_EQ(seen, 1);
}

TEST(ProcNetRaw, WithoutRowsIsEmpty) {
  for (const std::string& text : {std::string(), header, std::string("no end")}) {
    EXPECT_THAT(read(text).rows, IsEmpty());
    EXPECT_EQ(read(text).malformed, 0U);
  }
}

// What was cut off is never taken for a shorter number.
TEST(ProcNetRaw, CountsALineCutAnywhere) {
  for (const int family : {AF_INET, AF_INET6}) {
    const std::string line =
        family == AF_INET ? line_of(family, "127.0.0.1", "10.1.2.3") : line_of(family, "::1", "::");
    for (std::size_t size = 1; size < line.size(); ++size) {
      const Read result = read(header + line.substr(0, size), family == AF_INET ? Family::inet : Family::inet6);
      EXPECT_THAT(result.rows, IsEmpty()) << size;
      EXPECT_EQ(result.malformed, 1U) << size;
    }
    // With an end of line put there, only a cut of the last number goes unseen; here that has one digit.
    for (std::size_t size = 0; size + 1 < line.size(); ++size) {
      const Read result = read(header + line.substr(0, size) + "\n", family == AF_INET ? Family::inet : Family::inet6);
      EXPECT_THAT(result.rows, IsEmpty()) << size;
    }
  }
}

TEST(ProcNetRaw, CountsGarbage) {
  const std::string good = line_of(AF_INET, "127.0.0.1", "10.1.2.3");
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string line = good;
    return line.replace(line.find(from), from.size(), to);
  };
  for (const std::string& bad :
       {std::string("\n"), std::string(" \n"), std::string(10000, 'F') + "\n", std::string(300, '\0') + "\n",
        with("98:", "98"), with(":00FF", ";00FF"), with(":00FF", ":00ff"), with(":00FF", ":000FF"), with(" 01 ", " 1 "),
        with(" 01 ", " 0x "), with(":00000340", ":0000034G"), with("  1000 ", "  -1 "), with("  1000 ", " 4294967296 "),
        with("4031630", "4294967296"), with(" 7\n", " 7 7\n"), with(" 7\n", " x\n"), with(" 7\n", "\t7\n")}) {
    const Read result = read(header + bad + good);
    EXPECT_EQ(result.malformed, 1U) << bad;
    EXPECT_EQ(result.rows.size(), 1U) << bad;
  }
  EXPECT_THAT(read(header + good, Family::inet6).rows, IsEmpty());
}

TEST(ProcNetRaw, KeepsAStateWithoutName) {
  std::string line = line_of(AF_INET, "127.0.0.1", "10.1.2.3");
  line.replace(line.find(" 01 "), 4, " FE ");
  const Read result = read(header + line);
  ASSERT_EQ(result.rows.size(), 1U);
  EXPECT_EQ(static_cast<unsigned>(result.rows[0].state), 0xfeU);
}

}  // namespace
}  // namespace skq::kernel
