// Hundreds of filters against a namespace full of sockets: what the kernel is left to decide changes no row.
#include <linux/capability.h>
#include <sys/syscall.h>

#include <algorithm>
#include <random>

#include "kernel/host_names.h"
#include "live_test.h"
#include "skq/collect.h"
#include "skq/select.h"

namespace live {
namespace {

using namespace skq;

/// Listeners, connections, TIME-WAIT, half-open and bound sockets of both IP versions, some marked or bound to lo.
class Crowd {
 public:
  Crowd() {
    for (const std::string host : {"127.0.0.1", "::1", "::"}) {
      const std::uint16_t port = next_port_++;
      const int listener = keep(tcp_listener(host, port));
      connections(listener, host == "::" ? "127.0.0.1" : host, port);  // "::" takes mapped ones
      for (int i = 0; i < 4; ++i) decorate(keep(tcp_listener(host, next_port_++)), i);
      for (int i = 0; i < 4; ++i) decorate(keep(inet_bound(host, next_port_++, SOCK_DGRAM)), i);
      for (int i = 0; i < 4; ++i) decorate(keep(inet_client(host == "::" ? "::1" : host, port, SOCK_DGRAM)), i);
      keep(inet_bound(host, next_port_++, SOCK_STREAM));
    }
    half_open();
  }

 private:
  int keep(UniqueFd fd) {
    EXPECT_TRUE(fd.valid());
    kept_.push_back(std::move(fd));
    return kept_.back().get();
  }

  void connections(int listener, const std::string& host, std::uint16_t port) {
    for (int i = 0; i < 12; ++i) {
      Pair pair = tcp_pair(listener, host, port);
      decorate(pair.a.get(), i);
      if (i < 3) {
        // The end that closes first is left in TIME-WAIT.
        (i == 0 ? pair.a : pair.b) = UniqueFd();
        (i == 0 ? pair.b : pair.a) = UniqueFd();
        continue;
      }
      if (i == 4) shutdown(pair.a.get(), SHUT_WR);
      keep(std::move(pair.a));
      keep(std::move(pair.b));
    }
  }

  static void decorate(int fd, int i) {
    const int mark = i % 4;
    if (mark != 0) set_option(fd, SO_MARK, mark);
    if (i % 4 == 1) setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
  }

  // A listener whose queue is full leaves its clients in SYN-SENT.
  void half_open() {
    const std::uint16_t port = next_port_++;
    keep(tcp_listener("127.0.0.1", port, 0));
    for (int i = 0; i < 4; ++i) {
      const int fd = keep(inet_socket("127.0.0.1", SOCK_STREAM));
      set_nonblocking(fd);
      inet_connect(fd, "127.0.0.1", port);
    }
  }

  std::uint16_t next_port_ = 4000;
  std::vector<UniqueFd> kept_;
};

/// Random FILTERs in the words of a user, about the sockets that there are.
class Words {
 public:
  explicit Words(unsigned seed) : random_(seed) {}

  std::string expression(int depth) {
    switch (depth == 0 ? 3 : below(7)) {
      case 0:
        return "( " + expression(depth - 1) + " and " + expression(depth - 1) + " )";
      case 1:
        return "( " + expression(depth - 1) + " or " + expression(depth - 1) + " )";
      case 2:
        return "not " + expression(depth - 1);
      default:
        return predicate();
    }
  }

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  template <std::size_t N>
  std::string one_of(const std::array<const char*, N>& list) {
    return list[below(N)];
  }
  std::string port() { return std::to_string(below(8) == 0 ? below(65536) : 3999 + below(50)); }

  std::string predicate() {
    constexpr std::array<const char*, 6> operators{"=", "!=", "<", ">", "<=", ">="};
    constexpr std::array<const char*, 9> hosts{"127.0.0.1", "127.0.0.0/8", "0.0.0.0/0", "[::1]",    "::/0",
                                               "[::]",      "10.0.0.0/8",  "*",         "localhost"};
    constexpr std::array<const char*, 4> odd{"autobound", "src unix:/x", "cgroup = /", "dev = 7"};
    const std::string side = one_of(std::array<const char*, 2>{"s", "d"});
    switch (below(8)) {
      case 0:
      case 1:
        return side + "port " + one_of(operators) + " :" + port();
      case 2:
      case 3:
        return (side == "s" ? "src " : "dst ") + one_of(hosts);
      case 4:
        return std::string(side == "s" ? "src " : "dst ") +
               one_of(std::array<const char*, 3>{"127.0.0.1", "[::1]", "*"}) + ":" + port();
      case 5:
        return "dev " + one_of(std::array<const char*, 2>{"=", "!="}) + " lo";
      case 6:
        return "fwmark " + one_of(std::array<const char*, 2>{"=", "!="}) + " " + std::to_string(below(4)) +
               (below(2) == 0 ? "" : "/" + std::to_string(below(4)));
      default:
        return one_of(odd);
    }
  }

  std::mt19937 random_;
};

class PushDownLive : public LiveTest {
 protected:
  static Filter parsed(const std::string& text) {
    kernel::HostNames names({});
    const std::string_view view = text;
    auto filter = parse_filter(std::span(&view, 1), names);
    if (const auto* error = std::get_if<SyntaxError>(&filter)) {
      ADD_FAILURE() << error->text();
      return {};
    }
    return std::move(std::get<Filter>(filter));
  }

  struct Seen {
    std::vector<std::string> rows;
    std::uint64_t from_kernel = 0;
    std::vector<Gap> gaps;
  };

  /// The inet sockets of this namespace. Without `filter`, all of them.
  static Seen look(Source& source, const Filter* filter, const KernelTests* tests) {
    Request request;
    for (const Netid netid : {Netid::tcp, Netid::udp}) {
      for (const Family family : {Family::inet, Family::inet6})
        request.tables.push_back({netid, family, ~StateSet(), true});
    }
    request.tests = tests;
    if (filter != nullptr) request.wanted = [filter](const Socket& socket) { return matches(*filter, socket); };
    Seen seen;
    Snapshot storage;
    const auto summary = collect(request, source, storage, [&](std::span<const Socket* const> rows) {
      for (const Socket* row : rows) seen.rows.push_back(text_of(*row));
    });
    EXPECT_TRUE(summary);
    if (summary) seen.from_kernel = summary->rows_seen, seen.gaps = summary->gaps;
    std::sort(seen.rows.begin(), seen.rows.end());
    return seen;
  }

  // The cookie alone would do, but a wrong row shall be seen in the message.
  static std::string text_of(const Socket& row) {
    const InetPart& part = *row.inet();
    return std::string(to_text(row.family)) + " " + std::string(to_text(row.state)) + " " +
           std::to_string(part.local_port) + " " + std::to_string(part.peer_port) + " " +
           std::to_string(static_cast<std::uint64_t>(row.cookie));
  }
};

TEST_F(PushDownLive, SameRowsWithAndWithout) {
  const Crowd crowd;
  auto source = open_kernel();
  ASSERT_TRUE(source);
  const std::size_t all = look(**source, nullptr, nullptr).rows.size();
  ASSERT_GE(all, 100U);
  Words words(7);
  std::uint64_t saved = 0;
  std::size_t shown = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string text = words.expression(i % 5);
    const Filter filter = parsed(text);
    const KernelTests tests = kernel_tests(filter);
    Seen with, without;
    // A half-open connection may change its state between two looks, when its timer fires; a fault stays.
    for (int attempt = 0; attempt < 3 && (attempt == 0 || with.rows != without.rows); ++attempt) {
      with = look(**source, &filter, &tests);
      without = look(**source, &filter, nullptr);
    }
    ASSERT_EQ(with.rows, without.rows) << text;
    ASSERT_LE(with.from_kernel, without.from_kernel) << text;
    ASSERT_EQ(with.gaps.size(), without.gaps.size()) << text;
    saved += without.from_kernel - with.from_kernel;
    shown += with.rows.size();
  }
  // Neither were the filters all empty, nor was the kernel left out of it.
  EXPECT_GT(shown, 2000U);
  EXPECT_GT(saved, 400 * all / 4);
}

TEST_F(PushDownLive, WhatCanBeDecidedIsNotSentAtAll) {
  const Crowd crowd;
  auto source = open_kernel();
  ASSERT_TRUE(source);
  for (const std::string text : {"sport = :4000", "src 127.0.0.1 and dport >= :4000", "dev = lo", "fwmark = 2",
                                 "cgroup = /", "not ( sport = :4000 or dst [::1] )"}) {
    const Filter filter = parsed(text);
    const KernelTests tests = kernel_tests(filter);
    const Seen seen = look(**source, &filter, &tests);
    EXPECT_EQ(seen.from_kernel, seen.rows.size()) << text;
  }
}

// Without CAP_NET_ADMIN a program that asks for a mark is refused as a whole; the other tests still go down.
TEST_F(PushDownLive, ARefusedMarkIsAskedForNoMore) {
  const Crowd crowd;
  const Filter filter = parsed("sport = :4000 and fwmark = 0");
  const KernelTests tests = kernel_tests(filter);
  const Child child({}, [&] {
    const auto header = std::array<std::uint32_t, 2>{_LINUX_CAPABILITY_VERSION_3, 0};
    const std::array<std::uint32_t, 6> none{};
    if (syscall(SYS_capset, header.data(), none.data()) != 0) return false;
    auto source = open_kernel();
    if (!source) return false;
    const Seen all = look(**source, nullptr, nullptr);
    for (int again = 0; again < 2; ++again) {
      const Seen with = look(**source, &filter, &tests), without = look(**source, &filter, nullptr);
      if (with.rows != without.rows || !with.gaps.empty()) return false;
      if (with.from_kernel == 0 || with.from_kernel >= all.from_kernel / 2) return false;
    }
    return true;
  });
  EXPECT_TRUE(child.ok());
}

// The other end of a shown row fails the filter, and yet its owner is shown.
TEST_F(PushDownLive, OwnersOfTheOtherEndAreFound) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4000);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4000);
  const std::string client = std::to_string(local_port(pair.a.get()));
  const Rows rows = list({"-t", "sport = :4000"}, "local_port,peer_port,owners,peer_owners,peer_pid");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.all()[0].raw("peer_port"), client);
  EXPECT_EQ(rows.all()[0].number("peer_pid"), static_cast<std::uint64_t>(getpid()));
}

TEST_F(PushDownLive, AFilterOfThousandsOfTerms) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4000);
  const UniqueFd other = tcp_listener("127.0.0.1", 12000);
  for (const int count : {3000, 5000}) {
    std::string text = "sport = :1";
    for (int port = 2; port <= count; ++port) text += " or sport = :" + std::to_string(port);
    const Rows rows = list({"-tl", text}, "local_port");
    ASSERT_EQ(rows.size(), count >= 4000 ? 1U : 0U);
  }
}

}  // namespace
}  // namespace live
