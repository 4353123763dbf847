// Raw sockets, which many kernels have no sock_diag for: ss and skq then both read /proc/net/raw and raw6.
#include <gtest/gtest.h>

#include "live_test.h"
#include "ss_rows.h"

namespace live {
namespace {

UniqueFd raw_socket(const std::string& local, int protocol, const std::string& peer = "") {
  const InetAddress address = inet_address(local, 0);
  UniqueFd fd(socket(address.get()->sa_family, SOCK_RAW | SOCK_CLOEXEC, protocol));
  EXPECT_TRUE(fd.valid());
  EXPECT_EQ(bind(fd.get(), address.get(), address.length), 0);
  if (!peer.empty()) {
    EXPECT_TRUE(inet_connect(fd.get(), peer, 0));
  }
  return fd;
}

TEST_F(LiveTest, RawSocketsAreThoseOfSs) {
  SKIP_WITHOUT("ss");
  const UniqueFd ping = raw_socket("0.0.0.0", IPPROTO_ICMP);
  const UniqueFd datagrams = raw_socket("0.0.0.0", IPPROTO_UDP);
  const UniqueFd unnamed = raw_socket("127.0.0.1", 253);
  const UniqueFd connected = raw_socket("127.0.0.1", IPPROTO_TCP, "127.0.0.2");
  const UniqueFd any6 = raw_socket("::", IPPROTO_ICMPV6);
  const UniqueFd connected6 = raw_socket("::1", 254, "::1");
  // Something waits to be read.
  const UniqueFd sender = raw_socket("127.0.0.1", 253, "127.0.0.1");
  EXPECT_TRUE(send_text(sender.get(), "to all of protocol 253"));
  for (const std::vector<std::string>& line : std::vector<std::vector<std::string>>{{"-wan"},
                                                                                    {"-wa"},
                                                                                    {"-w"},
                                                                                    {"-wn"},
                                                                                    {"-wl"},
                                                                                    {"-w4a"},
                                                                                    {"-w6an"},
                                                                                    {"-wtua"},
                                                                                    {"-a"},
                                                                                    {"-A", "raw", "-an"},
                                                                                    {"-A", "inet", "-an"},
                                                                                    {"-wn", "state", "closed"},
                                                                                    {"-wan", "src", "127.0.0.1"},
                                                                                    {"-wan", "dst", "127.0.0.2"},
                                                                                    {"-wan", "sport", "=", ":253"}}) {
    const BothRows both = run_both(line);
    EXPECT_EQ(difference(both), "") << as_shell(line);
    EXPECT_FALSE(both.ss.empty()) << as_shell(line);
  }
  // Alike but for its descriptor, and without a cookie to tell it by.
  const UniqueFd twin = raw_socket("0.0.0.0", IPPROTO_UDP);
  const BothRows owners = run_both({"-wanp"}, Extra::processes);
  EXPECT_EQ(difference(owners), "");
  EXPECT_EQ(owners.skq.size(), 8U);
}

}  // namespace
}  // namespace live
