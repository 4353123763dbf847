#include "kernel/host_strangers.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/unique_fd.h"
#include "kernel/net_namespace.h"
#include "kernel/pidfd.h"

namespace skq::kernel {
namespace {

#ifdef SO_NETNS_COOKIE
constexpr int cookie_option = SO_NETNS_COOKIE;
#else
constexpr int cookie_option = 71;  // include/uapi/asm-generic/socket.h
#endif

std::string in_words(const Stranger& stranger) {
  return process_in_words(stranger.pid) + "'s socket " + std::to_string(static_cast<std::uint32_t>(stranger.inode));
}

}  // namespace

std::optional<std::uint64_t> namespace_cookie(int socket) {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  if (::getsockopt(socket, SOL_SOCKET, cookie_option, &cookie, &size) != 0 || size != sizeof cookie)
    return std::nullopt;
  return cookie;
}

void follow_strangers(std::span<const Stranger> strangers, std::set<std::uint64_t>& cookies, const TakeNamespace& take,
                      MissedNamespaces& missed) {
  UniqueFd process;
  int pid = 0;
  for (const Stranger& stranger : strangers) {
    if (stranger.pid != pid) process = open_process(stranger.pid);
    pid = stranger.pid;
    if (!process.valid()) continue;
    const UniqueFd socket = duplicate_of(process, stranger.fd);
    if (!socket.valid()) continue;
    const auto cookie = namespace_cookie(socket.get());
    if (cookie && !cookies.insert(*cookie).second) continue;
    // By now the descriptor may be no socket at all: then it has no namespace either.
    UniqueFd netns(::ioctl(socket.get(), SIOCGSKNS));
    if (netns.valid()) {
      const std::uint64_t inode = network_namespace_at(netns);
      if (inode != 0) take({std::move(netns), inode, 0, in_words(stranger)});
    } else if (cookie) {
      constexpr std::uint64_t no_inode = std::uint64_t{1} << 63U;
      missed.by_inode.insert({no_inode | *cookie, {in_words(stranger), errno}});
    }
  }
}

}  // namespace skq::kernel
