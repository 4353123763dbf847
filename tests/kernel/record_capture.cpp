// Makes the recording in tests/data: a handful of sockets of every family that the kernel has, dumped as skq dumps
// them. Not a test; run it in an own namespace, so that nothing of the host gets in:
//   unshare -Urn record_capture tests/data/mixed.skqcap
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "kernel/live_source.h"

namespace {

using namespace skq;

bool must(bool good, const char* what) {
  if (!good) std::perror(what);
  return good;
}

// Abstract names belong to the network namespace: nothing is left on a disk.
sockaddr_un abstract(std::string_view name, socklen_t& length) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return address;
}

bool make_unix() {
  std::array<int, 2> pair{};
  if (!must(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0, "socketpair")) return false;
  const std::array<char, 1000> payload{};
  if (!must(::write(pair[0], payload.data(), payload.size()) == 1000, "write")) return false;
  if (!must(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair.data()) == 0, "socketpair")) return false;

  socklen_t length = 0;
  const sockaddr_un address = abstract("skq-listener", length);
  const auto* name = reinterpret_cast<const sockaddr*>(&address);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (!must(::bind(listener, name, length) == 0 && ::listen(listener, 3) == 0, "listen")) return false;
  for (int client = 0; client < 2; ++client) {
    if (!must(::connect(::socket(AF_UNIX, SOCK_STREAM, 0), name, length) == 0, "connect")) return false;
  }
  const sockaddr_un log = abstract(std::string_view("skq\n\xff\0log", 9), length);
  const auto* log_name = reinterpret_cast<const sockaddr*>(&log);
  if (!must(::bind(::socket(AF_UNIX, SOCK_DGRAM, 0), log_name, length) == 0, "bind")) return false;
  const int sender = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  return must(::connect(sender, log_name, length) == 0 && ::write(sender, "hello", 5) == 5, "dgram");
}

bool loopback_up() {
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const int any = ::socket(AF_INET, SOCK_DGRAM, 0);
  const bool good = ::ioctl(any, SIOCSIFFLAGS, &request) == 0;
  ::close(any);
  return must(good, "lo up");
}

bool make_inet() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(8080);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* name = reinterpret_cast<const sockaddr*>(&address);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  if (!must(::bind(listener, name, sizeof address) == 0 && ::listen(listener, 7) == 0, "listen")) return false;
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  if (!must(::connect(client, name, sizeof address) == 0 && ::write(client, "unread", 6) == 6, "connect")) return false;
  if (!must(::accept(listener, nullptr, nullptr) >= 0, "accept")) return false;
  const int udp = ::socket(AF_INET, SOCK_DGRAM, 0);
  if (!must(::bind(udp, name, sizeof address) == 0, "bind")) return false;

  sockaddr_in6 address6{};
  address6.sin6_family = AF_INET6;
  address6.sin6_port = htons(8081);
  address6.sin6_addr = in6addr_any;
  const auto* name6 = reinterpret_cast<const sockaddr*>(&address6);
  const int listener6 = ::socket(AF_INET6, SOCK_STREAM, 0);
  return must(::bind(listener6, name6, sizeof address6) == 0 && ::listen(listener6, 5) == 0, "listen");
}

bool make_others() {
  if (!must(::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)) >= 0, "packet")) return false;
  if (!must(::socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)) >= 0, "packet")) return false;
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_pid = 4242;
  address.nl_groups = 1;
  const int netlink = ::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  return must(::bind(netlink, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "netlink");
}

bool record(kernel::LiveSource& live) {
  constexpr std::array kinds{std::pair{Family::unix_domain, Netid::u_str}, std::pair{Family::inet, Netid::tcp},
                             std::pair{Family::inet6, Netid::tcp},         std::pair{Family::inet, Netid::udp},
                             std::pair{Family::inet6, Netid::udp},         std::pair{Family::inet, Netid::raw},
                             std::pair{Family::inet6, Netid::raw},         std::pair{Family::netlink, Netid::nl},
                             std::pair{Family::packet, Netid::p_raw}};
  Arena arena;
  const auto everything = [](Socket&) { return true; };
  for (const auto& [family, netid] : kinds) {
    const DumpRequest request{family, netid, ~StateSet{}, ~NeedSet{}};
    if (!live.dump(request, arena, everything)) return false;
  }
  const DumpRequest pending{Family::unix_domain, Netid::u_str, StateSet(State::listen), {}, true};
  return static_cast<bool>(live.dump(pending, arena, everything));
}

bool write_file(const char* path, std::span<const std::byte> bytes) {
  const int fd = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  return must(fd >= 0 && ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto live = kernel::open_live();
  if (!live || !make_unix() || !loopback_up() || !make_inet() || !make_others()) return 1;
  // Nothing of the machine that recorded: circumstances are made up.
  kernel::CaptureWriter writer(
      {"capture", "00000000-0000-0000-0000-000000000000", "6.18.0", 1'700'000'000'000'000'000, 1});
  (*live)->record(&writer);
  return record(**live) && write_file(argv[1], writer.finish()) ? 0 : 1;
}
