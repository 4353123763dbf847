// The parsers of the kernel's counter files on its own texts, and on texts that no kernel would write.
#include "kernel/net_counters.h"

#include <gtest/gtest.h>

#include <string>

namespace skq::kernel {
namespace {

using Number = std::optional<std::uint64_t>;

TEST(KeyValues, AreReadAsSockstatWritesThem) {
  Counters all;
  read_key_values("sockets: used 15\nTCP: inuse 1 orphan 2 tw 3 alloc 4 mem 208\nFRAG6: inuse 0 memory 0\n", all);
  EXPECT_EQ(all.find("sockets", "used"), Number(15));
  EXPECT_EQ(all.find("TCP", "mem"), Number(208));
  EXPECT_EQ(all.find("FRAG6", "memory"), Number(0));
  EXPECT_EQ(all.find("TCP", "memory"), Number()) << "absent is not 0";
  EXPECT_EQ(all.find("UDP", "inuse"), Number());
}

TEST(KeyValues, OddTextsGiveWhatIsGood) {
  Counters all;
  read_key_values("TCP inuse 7\n: inuse 7\nTCP:\nTCP: inuse\nTCP: inuse -1 tw x alloc 99999999999999999999 mem 5 odd",
                  all);
  ASSERT_EQ(all.all().size(), 1U);
  EXPECT_EQ(all.find("TCP", "mem"), Number(5));
  Counters none;
  read_key_values("", none);
  read_key_values(std::string_view("\0\n\n\0:", 5), none);
  EXPECT_TRUE(none.all().empty());
}

TEST(PairedLines, AreReadAsNetstatWritesThem) {
  Counters all;
  read_paired_lines("TcpExt: A B C\nTcpExt: 1 2 3\nIpExt: A\nIpExt: 18446744073709551615\n", all);
  EXPECT_EQ(all.find("TcpExt", "B"), Number(2));
  EXPECT_EQ(all.find("IpExt", "A"), Number()) << "20 digits are more than any counter here";
  EXPECT_EQ(all.all().size(), 3U);
}

TEST(PairedLines, SignedAndMissingValuesAreLeftOut) {
  Counters all;
  read_paired_lines("Tcp: MaxConn CurrEstab More\nTcp: -1 4\n", all);
  EXPECT_EQ(all.find("Tcp", "MaxConn"), Number());
  EXPECT_EQ(all.find("Tcp", "CurrEstab"), Number(4));
  EXPECT_EQ(all.find("Tcp", "More"), Number());
}

TEST(PairedLines, OutOfStepTheyAreFoundAgain) {
  Counters all;
  read_paired_lines("Lost: A B\nTcpExt: A B\nTcpExt: 1 2\nEnd: A", all);
  EXPECT_EQ(all.find("TcpExt", "A"), Number(1));
  EXPECT_EQ(all.all().size(), 2U);
}

TEST(PairedLines, HugeTextsCostNoMoreThanTheirLimit) {
  std::string names = "X:", values = "X:";
  for (int at = 0; at < 100000; ++at) {
    names += " n" + std::to_string(at);
    values += " 1";
  }
  Counters all;
  read_paired_lines(names + "\n" + values + "\n", all);
  EXPECT_EQ(all.all().size(), 8192U);
}

TEST(SingleLines, OnlyThoseOfThePrefix) {
  Counters all;
  read_single_lines("Ip6InReceives \t7\nUdp6MemErrors   \t3\nUdp6\t4\nUdp6Bad x\n", "Udp6", all);
  EXPECT_EQ(all.find("Udp6", "MemErrors"), Number(3));
  EXPECT_EQ(all.all().size(), 1U);
}

TEST(Protocols, TellMemoryAndPressureOnlyWhereTheKernelKeepsThem) {
  const auto all = read_protocols(
      "protocol  size sockets  memory press maxhdr  slab module     cl co\n"
      "UNIX      1152      3      -1   NI       0   yes  kernel      y  n\n"
      "UDP       1344      1       9   NI       0   yes  kernel      y  n\n"
      "TCP       2304      2     208   yes    192   yes  kernel      y  y\n"
      "cut       12\n"
      "bad       12 x 3 no\n");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "UNIX");
  EXPECT_EQ(all[0].sockets, 3U);
  EXPECT_EQ(all[0].memory_pages, Number());
  EXPECT_EQ(all[0].pressure, std::nullopt);
  EXPECT_EQ(all[1].memory_pages, Number(9));
  EXPECT_EQ(all[1].pressure, std::nullopt);
  EXPECT_EQ(all[2].pressure, std::optional(true));
  EXPECT_TRUE(read_protocols("").empty());
}

TEST(Numbers, OneOddWordSpoilsThemAll) {
  EXPECT_EQ(read_numbers("4096\t131072  6291456"), (std::vector<std::uint64_t>{4096, 131072, 6291456}));
  EXPECT_TRUE(read_numbers("4096 x").empty());
  EXPECT_TRUE(read_numbers("-1").empty());
  EXPECT_TRUE(read_numbers("").empty());
}

}  // namespace
}  // namespace skq::kernel
