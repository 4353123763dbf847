// Chains to the root cause, and circles: told once, and only where really nobody is left who could end them.
#include <algorithm>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/components.h"
#include "scene_builder.h"

namespace skq::diagnosing {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view own_memory = "sock_alloc_send_pskb";

/// Process `from` blocked sending to process `to`, over the sockets `inode` and `inode + 1`.
void sends(SceneBuilder& host, int from, int to, std::uint32_t inode, double since = 5) {
  host.pair(inode, inode + 1);
  host.full(inode);
  host.holds(from, "p", inode, 3);
  host.holds(to, "p", inode + 1, 4);
  host.thread(from).in_call("write", inode, WaitFor::send, own_memory).since(since);
}

/// Process `from` sleeps in read on a socket whose other end is `to`'s.
void reads(SceneBuilder& host, int from, int to, std::uint32_t inode, double since = 5) {
  host.pair(inode, inode + 1);
  host.holds(from, "p", inode, 3);
  host.holds(to, "p", inode + 1, 4);
  host.thread(from).in_call("read", inode, WaitFor::receive, "unix_stream_read_generic").since(since);
}

Diagnosis judge_once(SceneBuilder& host) { return diagnose(host.scene(), nullptr); }

std::vector<int> pids_of(const std::vector<CycleStep>& cycle) {
  std::vector<int> pids;
  for (const CycleStep& step : cycle) pids.push_back(step.pid);
  return pids;
}

TEST(Chain, OfThreeEndsAtTheRoot) {
  SceneBuilder host;
  sends(host, 1, 2, 10, 9);
  sends(host, 2, 3, 20, 7);
  host.thread(3).is(ThreadState::stopped);
  const Diagnosis diagnosis = judge_once(host);
  ASSERT_THAT(diagnosis.findings, SizeIs(2));
  const Finding& far = diagnosis.findings[0];
  EXPECT_EQ(far.waiters.at(0).pid, 1);
  ASSERT_THAT(far.culprits, SizeIs(2));
  EXPECT_EQ(far.culprits[0].pid, 3);
  EXPECT_EQ(far.culprits[0].doing, Doing::stopped);
  EXPECT_EQ(far.culprits[1].pid, 2);
  EXPECT_EQ(far.culprits[1].doing, Doing::waiting);
  ASSERT_THAT(far.chain, SizeIs(3));
  EXPECT_EQ(far.chain[1].pid, 2);
  EXPECT_EQ(far.chain[1].socket, &host.at(20));
  EXPECT_EQ(far.chain[2].pid, 3);
  EXPECT_THAT(far.title, HasSubstr("sending to p (pid 2), which waits for p (pid 3), which is stopped"));
  EXPECT_EQ(diagnosis.findings[1].waiters.at(0).pid, 2);
  EXPECT_THAT(diagnosis.cycles, IsEmpty());
}

TEST(Chain, GoesOnThroughAReader) {
  SceneBuilder host;
  sends(host, 1, 2, 10);
  reads(host, 2, 3, 20);
  host.thread(3).sleeps("clock_nanosleep");
  const Diagnosis diagnosis = judge_once(host);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_EQ(diagnosis.findings[0].culprits.at(0).pid, 3);
  EXPECT_EQ(diagnosis.findings[0].chain.at(1).what, "waits in read");
}

TEST(Chain, ThreadsThatServeOthersDoNotLeadOn) {
  SceneBuilder host;
  sends(host, 1, 2, 10);
  reads(host, 2, 3, 20);  // one of its clients
  host.thread(2, 21).sleeps("futex");
  host.thread(3).sleeps("clock_nanosleep");
  const Diagnosis diagnosis = judge_once(host);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_EQ(diagnosis.findings[0].culprits.at(0).pid, 2);
  EXPECT_EQ(diagnosis.findings[0].culprits.at(0).doing, Doing::sleeping);
}

TEST(Chain, AnEventLoopThatForgotTheSocketIsTheRoot) {
  SceneBuilder host;
  sends(host, 1, 2, 10);
  host.pair(20, 21);
  host.holds(2, "p", 20, 5);
  host.holds(3, "p", 21, 5);
  host.thread(2).polls(WaitBy::epoll, 20, WaitFor::receive).watches(1);
  host.thread(3).sleeps("pause");
  const Diagnosis diagnosis = judge_once(host);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_EQ(diagnosis.findings[0].culprits.at(0).pid, 2);
  EXPECT_EQ(diagnosis.findings[0].culprits.at(0).detail, "sleeps in epoll_wait");
}

TEST(Cycle, OfTwo) {
  SceneBuilder host;
  host.pair(10, 11);
  host.full(10);
  host.full(11);
  host.holds(1, "a", 10, 3);
  host.holds(2, "b", 11, 4);
  host.thread(1).in_call("write", 10, WaitFor::send, own_memory).since(5);
  host.thread(2).in_call("write", 11, WaitFor::send, own_memory).since(4);
  const Diagnosis diagnosis = judge_once(host);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  const Finding& finding = diagnosis.findings[0];
  EXPECT_EQ(finding.rule, Rule::wait_cycle);
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.confidence, Confidence::certain);
  EXPECT_THAT(finding.waiters, SizeIs(2));
  EXPECT_NEAR(finding.since_s.value(), 5, 0.001);
  ASSERT_THAT(diagnosis.cycles, SizeIs(1));
  EXPECT_THAT(pids_of(diagnosis.cycles[0]), ElementsAre(1, 2));
  EXPECT_EQ(diagnosis.cycles[0][0].inode, Inode{10});
  EXPECT_EQ(diagnosis.cycles[0][0].comm, "a");
}

TEST(Cycle, OfThreeAndFive) {
  for (const int size : {3, 5}) {
    SceneBuilder host;
    for (int i = 0; i < size; ++i) sends(host, 1 + i, 1 + (i + 1) % size, 10 * static_cast<std::uint32_t>(i + 1));
    const Diagnosis diagnosis = judge_once(host);
    ASSERT_THAT(diagnosis.findings, SizeIs(1)) << size;
    EXPECT_EQ(diagnosis.findings[0].rule, Rule::wait_cycle);
    ASSERT_THAT(diagnosis.cycles, SizeIs(1));
    EXPECT_THAT(diagnosis.cycles[0], SizeIs(size));
    for (int i = 0; i < size; ++i) EXPECT_EQ(diagnosis.cycles[0][static_cast<std::size_t>(i)].pid, 1 + i);
  }
}

TEST(Cycle, OfOneItself) {
  SceneBuilder host;
  host.pair(10, 11);
  host.full(10);
  host.holds(1, "self", 10, 3);
  host.holds(1, "self", 11, 4);
  host.thread(1).in_call("write", 10, WaitFor::send, own_memory).since(5);
  const Diagnosis diagnosis = judge_once(host);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_EQ(diagnosis.findings[0].rule, Rule::wait_cycle);
  EXPECT_THAT(diagnosis.findings[0].title, HasSubstr("waits for itself"));
  ASSERT_THAT(diagnosis.cycles, SizeIs(1));
  EXPECT_THAT(pids_of(diagnosis.cycles[0]), ElementsAre(1));
}

TEST(Cycle, WithAReaderInIt) {
  SceneBuilder host;
  sends(host, 1, 2, 10);
  reads(host, 2, 1, 20);
  const Diagnosis diagnosis = judge_once(host);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_EQ(diagnosis.findings[0].rule, Rule::wait_cycle);
}

TEST(Cycle, OfReadersAloneIsHealthy) {
  SceneBuilder host;
  reads(host, 1, 2, 10);
  reads(host, 2, 1, 20);
  const Diagnosis diagnosis = judge_once(host);
  EXPECT_THAT(diagnosis.findings, IsEmpty());
  EXPECT_THAT(diagnosis.cycles, IsEmpty());
  EXPECT_FALSE(diagnosis.look_again_after_ns.has_value());
}

TEST(Cycle, NoneWhereAnotherThreadReads) {
  SceneBuilder host;
  sends(host, 1, 2, 10);
  sends(host, 2, 1, 20);
  host.thread(2, 22).in_call("read", 11, WaitFor::receive).since(0.001);
  const Diagnosis diagnosis = judge_once(host);
  EXPECT_THAT(diagnosis.cycles, IsEmpty());
  for (const Finding& finding : diagnosis.findings) EXPECT_NE(finding.rule, Rule::wait_cycle);
}

TEST(Cycle, NoneWhereAnotherHolderCouldRead) {
  SceneBuilder host;
  sends(host, 1, 2, 10);
  sends(host, 2, 1, 20);
  host.holds(3, "other", 11, 5);
  host.thread(3).sleeps("clock_nanosleep");
  const Diagnosis diagnosis = judge_once(host);
  EXPECT_THAT(diagnosis.cycles, IsEmpty());
  EXPECT_THAT(diagnosis.findings, SizeIs(2));
}

TEST(Cycle, NoneWhileItIsYoung) {
  SceneBuilder host;
  sends(host, 1, 2, 10, 0.2);
  sends(host, 2, 1, 20, 0.1);
  const Diagnosis diagnosis = judge_once(host);
  EXPECT_THAT(diagnosis.findings, IsEmpty());
  EXPECT_EQ(diagnosis.look_again_after_ns, 900'000'000);  // until the younger is old enough, too
}

TEST(Cycle, WhoWaitsBehindOneIsToldApart) {
  SceneBuilder host;
  sends(host, 1, 2, 10);
  sends(host, 2, 1, 20);
  sends(host, 5, 1, 30, 3);
  const Diagnosis diagnosis = judge_once(host);
  ASSERT_THAT(diagnosis.findings, SizeIs(2));
  EXPECT_EQ(diagnosis.findings[0].rule, Rule::wait_cycle);
  EXPECT_EQ(diagnosis.findings[1].rule, Rule::unix_send_blocked);
  EXPECT_EQ(diagnosis.findings[1].waiters.at(0).pid, 5);
  EXPECT_EQ(diagnosis.findings[1].culprits.at(0).doing, Doing::waiting);
}

TEST(Components, AreThoseOfTheGraph) {
  const auto components = strong_components({{1}, {2}, {0}, {2, 4}, {}, {5}});
  EXPECT_THAT(components, SizeIs(4));
  const auto size = [&](std::size_t wanted) {
    return std::count_if(components.begin(), components.end(),
                         [&](const std::vector<std::size_t>& one) { return one.size() == wanted; });
  };
  EXPECT_EQ(size(3), 1);
  EXPECT_EQ(size(1), 3);
  EXPECT_THAT(strong_components({}), IsEmpty());
  // Deep graphs need no deep stack.
  std::vector<std::vector<std::size_t>> line(200'000);
  for (std::size_t i = 0; i < line.size(); ++i) line[i] = {(i + 1) % line.size()};
  EXPECT_THAT(strong_components(line), SizeIs(1));
}

// Eight times as many take about eight times the processor's time; what is quadratic takes 64 times.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Build>
double growth_of(const Build& build, int size) {
  const auto cost = [&](int count) {
    SceneBuilder host;
    build(host, count);
    const Scene& scene = host.scene();
    double least = 1e9;
    for (int turn = 0; turn < 3; ++turn) {
      const double from = cpu_seconds();
      diagnose(scene, nullptr);
      least = std::min(least, cpu_seconds() - from);
    }
    return least;
  };
  return cost(8 * size) / cost(size);
}

TEST(Growth, OneProcessWithManyUnreadSockets) {
  const auto build = [](SceneBuilder& host, int count) {
    for (int at = 0; at < count; ++at) {
      const auto inode = static_cast<std::uint32_t>(1000 + 2 * at);
      host.pair(inode, inode + 1);
      host.at(inode).recv_q = 5;
      host.holds(1, "server", inode, at);
      host.thread(1).polls(WaitBy::epoll, inode, WaitFor::receive);
    }
  };
  EXPECT_LT(growth_of(build, 500), 30);
}

TEST(Growth, ManyWaitersOnOneReceiver) {
  const auto build = [](SceneBuilder& host, int count) {
    host.row(11, Netid::u_dgr, State::close).recv_q = 5;
    host.named(11, "/run/log");
    host.holds(1, "syslogd", 11, 3);
    host.thread(1).is(ThreadState::stopped);
    for (int at = 0; at < count; ++at) {
      const auto inode = static_cast<std::uint32_t>(1000 + at);
      host.row(inode, Netid::u_dgr, State::close);
      host.connect(inode, 11);
      host.holds(100 + at, "sender", inode, 3);
      host.thread(100 + at).in_call("sendto", inode, WaitFor::send, "unix_wait_for_peer").to_unix("/run/log");
    }
  };
  EXPECT_LT(growth_of(build, 250), 30);
}

}  // namespace
}  // namespace skq::diagnosing
