#include "sample.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "../../live/namespace.h"
#include "kernel/live_source.h"

namespace bench {
namespace {

using namespace skq;

constexpr std::size_t most_sockets = 8000;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "skq_bench: %s\n", what.c_str());
  std::exit(1);
}

int check(int result, const char* what) {
  if (result < 0) fail(std::string(what) + ": " + std::strerror(errno));
  return result;
}

/// As many as the hard limit on descriptors lets an ordinary user have.
std::size_t allowed_sockets() {
  rlimit files{};
  check(getrlimit(RLIMIT_NOFILE, &files), "getrlimit");
  files.rlim_cur = files.rlim_max;
  check(setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
  return std::min<std::size_t>(most_sockets, files.rlim_max - 64) / 2 * 2;
}

std::vector<int> unix_pairs(std::size_t count) {
  std::vector<int> open;
  for (std::array<int, 2> pair{}; open.size() < count; open.insert(open.end(), pair.begin(), pair.end()))
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), "socketpair");
  return open;
}

std::vector<int> tcp_connections(std::size_t count) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const int listener = check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  check(listen(listener, 128), "listen");
  check(getsockname(listener, any, &length), "getsockname");
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<int> open{listener};
  while (open.size() + 2 <= count) {
    const int client = check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    check(connect(client, any, length), "connect");
    open.push_back(client);
    open.push_back(check(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC), "accept"));
  }
  return open;
}

std::unique_ptr<Sample> take(Kind kind) {
  static const std::optional<std::string> refusal = live::enter_private_network();
  if (refusal) fail(*refusal);
  const bool is_unix = kind == Kind::unix_stream;
  const std::vector<int> open = is_unix ? unix_pairs(allowed_sockets()) : tcp_connections(allowed_sockets());

  auto taken = std::make_unique<Sample>();
  taken->request = {is_unix ? Family::unix_domain : Family::inet, is_unix ? Netid::u_str : Netid::tcp, ~StateSet{},
                    needs_of_list(kind)};
  auto source = kernel::open_live();
  if (!source) fail(source.error().text());
  kernel::CaptureWriter writer((*source)->circumstances());
  (*source)->record(&writer);
  const auto end = (*source)->dump(taken->request, taken->arena, [&](Socket& socket) {
    taken->rows.push_back(taken->arena.make<Socket>(socket));
    return true;
  });
  if (!end || end->error != 0) fail("the dump failed");
  taken->recording = writer.finish();
  for (const int descriptor : open) close(descriptor);
  if (taken->rows.size() < open.size()) fail("the dump lacks sockets");
  return taken;
}

}  // namespace

skq::NeedSet needs_of_list(Kind kind) {
  NeedSet needs{Need::queues, Need::memory};
  if (kind == Kind::unix_stream) return needs | NeedSet{Need::name, Need::peer_inode};
  return needs | NeedSet{Need::tcp_info, Need::congestion};
}

const Sample& sample(Kind kind) {
  static std::array<std::unique_ptr<Sample>, 2> samples;
  auto& place = samples[static_cast<std::size_t>(kind)];
  if (!place) place = take(kind);
  return *place;
}

}  // namespace bench
