// Any scene, however nonsensical, gets an answer that keeps the promises of a Diagnosis.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

#include "scene_builder.h"

namespace skq::diagnosing {
namespace {

class RandomHost {
 public:
  explicit RandomHost(unsigned seed) : random_(seed) {}

  void fill(SceneBuilder& host) {
    for (std::uint32_t inode = 1; inode <= sockets; ++inode) add_row(host, inode);
    for (std::uint32_t inode = 1; inode <= sockets; ++inode) join(host, inode);
    for (int pid = 1; pid <= processes; ++pid) add_threads(host, pid);
    host.facts().time_ns = below(3) * 1'000'000'000;
    host.facts().all_owners_known = below(2) == 0;
  }
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  static constexpr std::uint32_t sockets = 24;
  static constexpr int processes = 8;

 private:
  std::uint32_t any_inode() { return 1 + static_cast<std::uint32_t>(below(sockets)); }

  void add_row(SceneBuilder& host, std::uint32_t inode) {
    static constexpr std::array kinds{Netid::u_str, Netid::u_str, Netid::u_str, Netid::u_seq, Netid::u_dgr,
                                      Netid::u_dgr, Netid::tcp,   Netid::udp,   Netid::nl,    Netid::p_raw};
    static constexpr std::array states{State::established, State::established, State::close, State::listen,
                                       State::close_wait};
    host.row(inode, kinds.at(static_cast<std::size_t>(below(kinds.size()))),
             states.at(static_cast<std::size_t>(below(states.size()))));
    host.memory(inode, static_cast<std::uint32_t>(below(2 * test_sndbuf)));
    if (below(8) == 0) host.at(inode).memory.known = static_cast<std::uint8_t>(below(5));
    host.at(inode).recv_q = static_cast<std::uint32_t>(below(3));
    if (below(4) == 0) host.at(inode).recv_q.reset();
    host.at(inode).send_q = static_cast<std::uint32_t>(below(3));
    if (host.at(inode).family == Family::unix_domain && below(3) == 0)
      host.named(inode, below(2) == 0 ? "/run/x" : std::string_view("\0x", 2));
    for (int i = below(4); i > 0; --i) host.holds(1 + below(processes + 2), "any", inode, below(9));
    if (below(8) == 0) host.owners_unknown(inode);
  }

  void join(SceneBuilder& host, std::uint32_t inode) {
    if (below(3) > 0) host.connect(inode, any_inode());
    if (host.at(inode).unix_part() == nullptr) return;
    if (below(8) == 0) {
      host.unix_part(inode).peer_inode = Inode{0};
      host.unix_part(inode).in_pending_list = below(2) == 0;
    }
    if (below(6) != 0) return;
    lists_.push_back({Inode{any_inode()}, Inode{0}, Inode{any_inode()}});
    host.unix_part(inode).pending = lists_.back();
    host.unix_part(inode).pending_known = true;
  }

  void add_threads(SceneBuilder& host, int pid) {
    for (int tid = pid; tid < pid + 200; tid += 100) {
      ThreadBuilder& thread = host.thread(pid, tid);
      switch (below(4)) {
        case 0:
          thread.in_call("sendto", any_inode(), WaitFor::send, below(2) == 0 ? "sock_alloc_send_pskb" : "");
          break;
        case 1:
          thread.in_call("connect", any_inode(), static_cast<WaitFor>(below(4)), "unix_wait_for_peer");
          if (below(2) == 0) thread.to_unix(below(2) == 0 ? "/run/x" : "");
          break;
        case 2:
          for (int i = below(3); i >= 0; --i)
            thread.polls(static_cast<WaitBy>(1 + below(4)), any_inode(), static_cast<WaitFor>(below(4)));
          break;
        default:
          break;
      }
      thread.is(static_cast<ThreadState>(below(10))).since(below(3)).thread().switches = 1U + random_() % 2;
      if (below(4) == 0) thread.thread().asleep_ns.reset();
      if (below(4) == 0) break;
    }
    host.process(pid).readable = below(5) > 0;
    host.process(pid).frozen = below(8) == 0;
  }

  std::mt19937 random_;
  std::deque<std::vector<Inode>> lists_;
};

void keeps_promises(const Diagnosis& diagnosis, const Patience& patience) {
  for (const Finding& finding : diagnosis.findings) {
    EXPECT_FALSE(finding.title.empty());
    EXPECT_NE(finding.title.back(), '.');
    EXPECT_FALSE(finding.advice.empty());
    EXPECT_GE(finding.sockets, 1U);
    EXPECT_TRUE(finding.severity != Severity::critical || !finding.waiters.empty() ||
                finding.advice.find("waiting client") != std::string::npos);
    for (const Culprit& culprit : finding.culprits) EXPECT_FALSE(culprit.detail.empty());
  }
  EXPECT_TRUE(std::is_sorted(diagnosis.findings.begin(), diagnosis.findings.end(),
                             [](const Finding& a, const Finding& b) { return a.severity < b.severity; }));
  for (const auto& cycle : diagnosis.cycles) EXPECT_FALSE(cycle.empty());
  EXPECT_LE(diagnosis.look_again_after_ns.value_or(0), patience.stuck_after_ns);
}

TEST(RandomScenes, AreAnswered) {
  std::size_t told = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    SceneBuilder before, now;
    RandomHost old_hand(seed / 2), new_hand(seed);
    old_hand.fill(before);
    new_hand.fill(now);
    const Patience patience{.stuck_after_ns = seed % 3 == 0 ? 0 : 1'000'000'000};
    const Scene* earlier = seed % 2 == 0 ? nullptr : &before.scene();
    const Suspects suspects = find_suspects(now.scene());
    EXPECT_TRUE(std::is_sorted(suspects.pids.begin(), suspects.pids.end()));
    const Diagnosis diagnosis = diagnose(now.scene(), earlier, patience);
    keeps_promises(diagnosis, patience);
    told += diagnosis.findings.size();
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(told, 100U);  // or the scenes would be too dull to prove anything
}

// Everybody is blocked sending to somebody, or stopped: the circles are then those of a function's graph, which a walk
// finds as well.
TEST(RandomScenes, CirclesAreAllFound) {
  std::mt19937 random(4711);
  std::size_t circles = 0;
  for (int round = 0; round < 300; ++round) {
    const int size = 1 + static_cast<int>(random() % 12);
    SceneBuilder host;
    std::vector<int> target(static_cast<std::size_t>(size) + 1, 0);  // 0: stopped
    for (int pid = 1; pid <= size; ++pid) {
      target.at(static_cast<std::size_t>(pid)) = static_cast<int>(random() % static_cast<unsigned>(size + 1));
      const int to = target.at(static_cast<std::size_t>(pid));
      if (to == 0) {
        host.thread(pid).is(ThreadState::stopped);
        continue;
      }
      const auto inode = static_cast<std::uint32_t>(pid) * 10;
      host.pair(inode, inode + 1);
      host.full(inode);
      host.holds(pid, "p", inode, 3);
      host.holds(to, "p", inode + 1, 4);
      host.thread(pid).in_call("write", inode, WaitFor::send, "sock_alloc_send_pskb").since(5);
    }
    std::set<std::set<int>> expected, found;
    for (int pid = 1; pid <= size; ++pid) {
      std::set<int> met;
      int at = pid;
      while (at != 0 && met.insert(at).second) at = target.at(static_cast<std::size_t>(at));
      if (at == pid) expected.insert(met);
    }
    const Diagnosis diagnosis = diagnose(host.scene(), nullptr);
    std::set<int> told;
    for (const auto& cycle : diagnosis.cycles) {
      std::set<int> members;
      for (const CycleStep& step : cycle) members.insert(step.pid);
      found.insert(members);
    }
    for (const Finding& finding : diagnosis.findings)
      for (const Waiter& waiter : finding.waiters) EXPECT_TRUE(told.insert(waiter.pid.value()).second) << "told twice";
    EXPECT_EQ(found, expected);
    EXPECT_EQ(told.size(), static_cast<std::size_t>(
                               std::count_if(target.begin() + 1, target.end(), [](int to) { return to != 0; })));
    circles += found.size();
  }
  EXPECT_GT(circles, 100U);
}

}  // namespace
}  // namespace skq::diagnosing
