// The running kernel against sockets that this test makes itself: their own getsockopt is the truth.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "kernel/live_source.h"
#include "kernel/request.h"
#include "socket_text.h"

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif
#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

namespace skq::kernel {
namespace {

constexpr NeedSet all_needs = ~NeedSet{};
constexpr StateSet all_states = ~StateSet{};

DumpRequest unix_request(StateSet states = all_states) {
  return {.family = Family::unix_domain, .netid = Netid::u_str, .states = states, .needs = all_needs};
}

struct Dump {
  Dump(Source& source, const DumpRequest& request)
      : result(source.dump(request, arena, [&](Socket& socket) {
          rows.push_back(socket);
          return true;
        })) {}

  [[nodiscard]] const Socket* find(std::uint64_t cookie) const {
    const auto at = std::ranges::find(rows, Cookie{cookie}, &Socket::cookie);
    return at == rows.end() ? nullptr : &*at;
  }

  Arena arena;
  std::vector<Socket> rows;
  Result<DumpEnd> result;
};

std::uint64_t cookie_of(int fd) {
  std::uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  EXPECT_EQ(::getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length), 0);
  return cookie;
}

Inode inode_of(int fd) {
  struct stat status {};
  EXPECT_EQ(::fstat(fd, &status), 0);
  return Inode{static_cast<std::uint32_t>(status.st_ino)};
}

std::array<std::uint32_t, memory_items> memory_of(int fd) {
  std::array<std::uint32_t, memory_items> memory{};
  socklen_t length = sizeof memory;
  EXPECT_EQ(::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory.data(), &length), 0);
  return memory;
}

class Live : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_live();
    if (!opened) GTEST_SKIP() << opened.error().text();
    source = std::move(*opened);
  }
  std::unique_ptr<LiveSource> source;
};

class UnixPair : public Live {
 protected:
  void SetUp() override {
    Live::SetUp();
    std::array<int, 2> pair{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
    writer = UniqueFd(pair[0]);
    reader = UniqueFd(pair[1]);
    const std::string payload(5000, 'x');
    ASSERT_EQ(::write(writer.get(), payload.data(), payload.size()), 5000);
  }
  UniqueFd writer, reader;
};

TEST_F(UnixPair, RowsSayWhatTheSocketsSay) {
  const Dump dump(*source, unix_request());
  ASSERT_TRUE(dump.result);
  EXPECT_EQ(dump.result->error, 0);
  EXPECT_EQ(dump.result->malformed, 0U);
  const Socket* row = dump.find(cookie_of(writer.get()));
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->netid, Netid::u_str);
  EXPECT_EQ(row->state, State::established);
  EXPECT_EQ(row->inode, inode_of(writer.get()));
  EXPECT_EQ(row->unix_part()->peer_inode, inode_of(reader.get()));
  EXPECT_FALSE(row->unix_part()->has_name);
  EXPECT_EQ(row->uid, ::geteuid());
  EXPECT_EQ(row->shutdown, Shutdown::none);
  EXPECT_EQ(row->memory.known, memory_items);
  EXPECT_EQ(row->memory.values, memory_of(writer.get()));
  EXPECT_EQ(row->send_q, row->memory.at(MemoryItem::wmem_alloc));
  EXPECT_GT(row->send_q, 5000U);
  const Socket* other = dump.find(cookie_of(reader.get()));
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(other->recv_q, 5000U);
  EXPECT_EQ(other->memory.values, memory_of(reader.get()));
}

TEST_F(UnixPair, WhatWasNotAskedForIsAbsent) {
  DumpRequest request = unix_request();
  request.needs = {};
  const Dump dump(*source, request);
  const Socket* row = dump.find(cookie_of(writer.get()));
  ASSERT_NE(row, nullptr);
  EXPECT_FALSE(row->recv_q || row->send_q || row->uid || row->unix_part()->peer_inode);
  EXPECT_EQ(row->memory.known, 0);
}

TEST_F(UnixPair, TheKernelFiltersByState) {
  const Dump dump(*source, unix_request(StateSet(State::listen)));
  ASSERT_TRUE(dump.result);
  EXPECT_EQ(dump.find(cookie_of(writer.get())), nullptr);
  for (const Socket& socket : dump.rows) EXPECT_EQ(socket.state, State::listen);
}

TEST_F(UnixPair, AnEarlyStopLeavesNothingForTheNextDump) {
  Arena arena;
  int rows = 0;
  const auto stopped = source->dump(unix_request(), arena, [&](Socket&) { return ++rows < 1; });
  ASSERT_TRUE(stopped);
  EXPECT_EQ(rows, 1);
  const Dump dump(*source, unix_request());
  ASSERT_TRUE(dump.result);
  EXPECT_NE(dump.find(cookie_of(writer.get())), nullptr);
  EXPECT_NE(dump.find(cookie_of(reader.get())), nullptr);
}

TEST_F(UnixPair, ALiveDumpReplaysAlike) {
  CaptureWriter recording(source->circumstances());
  source->record(&recording);
  const Dump dump(*source, unix_request());
  source->record(nullptr);
  auto replayed = open_capture(recording.finish());
  ASSERT_TRUE(replayed) << replayed.error().text();
  const Dump again(**replayed, unix_request());
  ASSERT_TRUE(again.result);
  ASSERT_EQ(again.rows.size(), dump.rows.size());
  for (std::size_t at = 0; at < dump.rows.size(); ++at) {
    EXPECT_EQ(test::text_of(again.rows[at]), test::text_of(dump.rows[at]));
  }
}

TEST_F(Live, AnAbstractListenerAndItsPendingClients) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = std::string(1, '\0') + "skq-test-" + std::to_string(::getpid()) + "\xff\n";
  name.copy(address.sun_path, name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(listener.get(), where, length), 0);
  ASSERT_EQ(::listen(listener.get(), 5), 0);
  const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(client.get(), where, length), 0);

  const Dump dump(*source, unix_request());
  const Socket* row = dump.find(cookie_of(listener.get()));
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->state, State::listen);
  EXPECT_EQ(row->unix_part()->name, name);
  EXPECT_EQ(row->recv_q, 1U);
  EXPECT_EQ(row->send_q, 5U);
  EXPECT_FALSE(row->unix_part()->pending_known);
  const Socket* waiting = dump.find(cookie_of(client.get()));
  ASSERT_NE(waiting, nullptr);
  EXPECT_EQ(waiting->unix_part()->peer_inode, Inode{0}) << "not yet accepted";

  DumpRequest pending = unix_request(StateSet(State::listen));
  pending.listeners_pending = true;
  const Dump icons(*source, pending);
  row = icons.find(cookie_of(listener.get()));
  ASSERT_NE(row, nullptr);
  EXPECT_TRUE(row->unix_part()->pending_known);
  ASSERT_EQ(row->unix_part()->pending.size(), 1U);
  EXPECT_EQ(row->unix_part()->pending[0], inode_of(client.get()));
}

// 4000 clients need 16000 bytes: the first chunk of a socket that was not primed has 3776.
TEST_F(Live, ManyPendingClientsDoNotEndTheDump) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = std::string(1, '\0') + "skq-many-" + std::to_string(::getpid());
  name.copy(address.sun_path, name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(listener.get(), where, length), 0);
  ASSERT_EQ(::listen(listener.get(), 4000), 0);
  std::vector<UniqueFd> clients;
  for (int made = 0; made < 3000; ++made) {
    UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!client.valid() || ::connect(client.get(), where, length) != 0) break;
    clients.push_back(std::move(client));
  }
  if (clients.size() < 1000) GTEST_SKIP() << "only " << clients.size() << " descriptors allowed";
  DumpRequest pending = unix_request(StateSet(State::listen));
  pending.listeners_pending = true;
  const Dump icons(*source, pending);
  const Socket* row = icons.find(cookie_of(listener.get()));
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->unix_part()->pending.size(), clients.size());
}

/// Enough sockets that the dump is received on a thread of its own.
class LongDump : public Live {
 protected:
  void SetUp() override {
    // Where others open and close sockets the kernel misses some of ours: it takes no picture of one moment.
    if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
      GTEST_SKIP() << "no network namespace of our own: " << std::strerror(errno);
    }
    Live::SetUp();
    rlimit files{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
    ::setrlimit(RLIMIT_NOFILE, &files);
    while (sockets.size() < 4000) {
      std::array<int, 2> pair{};
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) break;
      for (const int fd : pair) sockets.emplace_back(fd);
    }
    if (sockets.size() < 4000) GTEST_SKIP() << "only " << sockets.size() << " descriptors allowed";
  }
  std::vector<UniqueFd> sockets;
};

TEST_F(LongDump, NoneIsMissing) {
  for (int round = 0; round < 3; ++round) {
    const Dump dump(*source, unix_request());
    ASSERT_TRUE(dump.result);
    EXPECT_EQ(dump.result->error, 0);
    EXPECT_FALSE(dump.result->truncated);
    std::set<std::uint64_t> cookies;
    for (const Socket& socket : dump.rows) cookies.insert(static_cast<std::uint64_t>(socket.cookie));
    for (const UniqueFd& socket : sockets) EXPECT_TRUE(cookies.contains(cookie_of(socket.get())));
  }
}

TEST_F(LongDump, MayBeStoppedAnywhere) {
  for (const std::size_t wanted : {1U, 1500U, 2500U, 3500U}) {
    Arena arena;
    std::size_t rows = 0;
    ASSERT_TRUE(source->dump(unix_request(), arena, [&](Socket&) { return ++rows < wanted; }));
    EXPECT_EQ(rows, wanted);
  }
  EXPECT_GE(Dump(*source, unix_request()).rows.size(), sockets.size());
}

TEST_F(Live, AnAbsentFamilyIsAnErrorNotAnEmptyAnswer) {
  for (const auto& [family, netid] : {std::pair{Family::vsock, Netid::v_str}, std::pair{Family::inet, Netid::raw},
                                      std::pair{Family::inet6, Netid::dccp}}) {
    const Dump dump(*source, {.family = family, .netid = netid, .states = all_states, .needs = all_needs});
    ASSERT_TRUE(dump.result);
    // Kernels with these modules answer with rows.
    if (dump.rows.empty() && dump.result->malformed == 0 && dump.result->error != 0) {
      EXPECT_EQ(dump.result->error, ENOENT) << to_text(netid);
    }
  }
}

TEST_F(Live, NetlinkShowsTheSocketThatAsks) {
  const Dump dump(*source, {.family = Family::netlink, .netid = Netid::nl, .states = all_states, .needs = all_needs});
  ASSERT_TRUE(dump.result);
  if (dump.result->error == ENOENT) GTEST_SKIP() << "no netlink_diag in this kernel";
  EXPECT_EQ(dump.result->error, 0);
  EXPECT_TRUE(std::ranges::any_of(dump.rows, [](const Socket& row) {
    return row.netlink()->protocol == 4 /* NETLINK_SOCK_DIAG */ && row.netlink()->portid != 0 && row.recv_q;
  }));
}

TEST_F(Live, ManyDumpsOverOneSocket) {
  const UniqueFd udp(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  for (int round = 0; round < 20; ++round) {
    EXPECT_TRUE(
        Dump(*source, {.family = Family::inet, .netid = Netid::udp, .states = all_states, .needs = all_needs}).result);
    const Dump dump(*source, unix_request());
    ASSERT_TRUE(dump.result);
    EXPECT_EQ(dump.result->error, 0);
  }
}

TEST_F(Live, Circumstances) {
  const Circumstances now = source->circumstances();
  EXPECT_FALSE(now.host.empty());
  EXPECT_FALSE(now.kernel.empty());
  EXPECT_EQ(now.boot_id.size(), 36U);
  EXPECT_GT(now.time_ns, 1'600'000'000'000'000'000);
  struct stat status {};
  ASSERT_EQ(::stat("/proc/self/ns/net", &status), 0);
  EXPECT_EQ(now.netns, status.st_ino);
}

}  // namespace
}  // namespace skq::kernel
