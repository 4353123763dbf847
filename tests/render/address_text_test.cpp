#include "model/address_text.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace skq {
namespace {

std::string ours(Family family, const Address& address) {
  std::string out;
  append_address(out, family, address);
  return out;
}

std::string theirs(Family family, const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family == Family::inet ? AF_INET : AF_INET6, address.bytes.data(), text.data(), text.size());
}

Address parsed(const char* text) {
  Address address;
  EXPECT_EQ(inet_pton(AF_INET6, text, address.bytes.data()), 1) << text;
  return address;
}

TEST(AddressText, IsCanonical) {
  for (const char* text :
       {"::", "::1", "2001:db8::1", "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "fe80::1", "1::", "::ffff:1.2.3.4",
        "::1.2.3.4", "64:ff9b::102:304", "1:2:3:4:5:6:7:8", "ff02::1:ff00:0", "0:1::"}) {
    EXPECT_EQ(ours(Family::inet6, parsed(text)), text);
  }
}

TEST(AddressText, AppendsAndReadsFourBytesOfInet) {
  Address address;
  address.bytes = {std::byte{127}, std::byte{0}, std::byte{0}, std::byte{255}, std::byte{9}};
  std::string out = "at ";
  append_address(out, Family::inet, address);
  EXPECT_EQ(out, "at 127.0.0.255");
}

// The first half of the addresses has many zeros, so that runs of every place and length come up.
TEST(AddressText, AgreesWithInetNtop) {
  std::mt19937 random{4};
  for (int round = 0; round < 200'000; ++round) {
    Address address;
    for (std::byte& byte : address.bytes) byte = static_cast<std::byte>(random());
    if (round % 2 == 0) {
      const auto mask = random();
      for (std::size_t at = 0; at < address.bytes.size(); ++at) {
        if ((mask >> (at / 2 + (round % 4 == 0 ? at % 2 * 8 : 0)) & 1U) != 0) address.bytes[at] = std::byte{0};
      }
    }
    for (const Family family : {Family::inet, Family::inet6}) ASSERT_EQ(ours(family, address), theirs(family, address));
  }
}

// All 3^8 addresses whose groups are 0, 1 or ffff.
TEST(AddressText, AgreesWithInetNtopOnEveryPatternOfRuns) {
  for (unsigned pattern = 0; pattern < 6561; ++pattern) {
    Address address;
    unsigned rest = pattern;
    for (std::size_t group = 0; group < 8; ++group, rest /= 3) {
      if (rest % 3 == 1) address.bytes[2 * group + 1] = std::byte{1};
      if (rest % 3 == 2) address.bytes[2 * group] = address.bytes[2 * group + 1] = std::byte{0xff};
    }
    ASSERT_EQ(ours(Family::inet6, address), theirs(Family::inet6, address));
  }
}

}  // namespace
}  // namespace skq
