// Blocked senders: who causes it, what that one does, how sure it is, and when nothing may be said.
#include <array>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scene_builder.h"

namespace skq::diagnosing {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view own_memory = "sock_alloc_send_pskb";

/// psql (812) blocked since 3.7 s in a full stream to postgres (640), about whose thread the test decides.
void stuck_pair(SceneBuilder& host, std::string_view wchan = own_memory) {
  host.pair(10, 11);
  host.full(10);
  host.holds(812, "psql", 10, 3);
  host.holds(640, "postgres", 11, 9);
  host.thread(812).in_call("sendto", 10, WaitFor::send, wchan).since(3.7);
}

Finding only(const Diagnosis& diagnosis) {
  EXPECT_THAT(diagnosis.findings, SizeIs(1));
  return diagnosis.findings.empty() ? Finding{} : diagnosis.findings.front();
}
Finding find(SceneBuilder& host) { return only(diagnose(host.scene(), nullptr)); }

Culprit culprit_when(const std::function<void(SceneBuilder&)>& arrange) {
  SceneBuilder host;
  stuck_pair(host);
  host.thread(640);
  arrange(host);
  const Finding finding = find(host);
  EXPECT_EQ(finding.rule, Rule::unix_send_blocked);
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_THAT(finding.culprits, SizeIs(1));
  return finding.culprits.empty() ? Culprit{} : finding.culprits.front();
}

/// It closed it after the search for owners, or is another process by now that was given the same pid.
TEST(SendBlocked, WhoHoldsTheOtherEndNoMoreIsNotBlamed) {
  const std::array still{Inode{11}};
  const std::array others{Inode{7}, Inode{12}};
  EXPECT_EQ(culprit_when([&](SceneBuilder& host) {
              host.thread(640).is(ThreadState::stopped);
              host.process(640).holds = still;
            }).pid,
            640);
  SceneBuilder host;
  stuck_pair(host);
  host.thread(640).is(ThreadState::stopped);
  host.process(640).holds = others;
  for (const Finding& finding : diagnose(host.scene(), nullptr).findings) {
    EXPECT_THAT(finding.title, testing::Not(HasSubstr("640")));
    for (const Culprit& culprit : finding.culprits) EXPECT_NE(culprit.pid, 640);
  }
}

TEST(SendBlocked, TellsEverything) {
  SceneBuilder host;
  stuck_pair(host);
  host.thread(640).is(ThreadState::stopped);
  const Finding finding = find(host);
  EXPECT_EQ(finding.rule, Rule::unix_send_blocked);
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.confidence, Confidence::certain);
  EXPECT_EQ(finding.title, "psql (pid 812) has been blocked for 3.7 s sending to postgres (pid 640), which is stopped");
  ASSERT_THAT(finding.waiters, SizeIs(1));
  EXPECT_EQ(finding.waiters[0].pid, 812);
  EXPECT_EQ(finding.waiters[0].tid, 812);
  EXPECT_EQ(finding.waiters[0].fd, 10);
  EXPECT_EQ(finding.waiters[0].syscall, "sendto");
  EXPECT_EQ(finding.waiters[0].wchan, own_memory);
  EXPECT_NEAR(finding.waiters[0].blocked_s.value(), 3.7, 0.001);
  EXPECT_EQ(finding.socket, &host.at(10));
  EXPECT_EQ(finding.peer, &host.at(11));
  EXPECT_EQ(finding.culprits.at(0).fd, 9);
  EXPECT_NEAR(finding.since_s.value(), 3.7, 0.001);
  ASSERT_THAT(finding.chain, SizeIs(2));
  EXPECT_EQ(finding.chain[0].what, "blocked in sendto");
  EXPECT_EQ(finding.chain[1].socket, &host.at(11));
  EXPECT_EQ(finding.chain[1].what, "stopped by a signal (state T)");
  EXPECT_THAT(finding.advice, HasSubstr("kill -CONT 640"));
  const auto fill = std::find_if(finding.evidence.begin(), finding.evidence.end(),
                                 [](const Evidence& one) { return one.field == "send_fill"; });
  ASSERT_NE(fill, finding.evidence.end());
  EXPECT_GT(fill->value, 100);
  EXPECT_EQ(fill->limit, 100);
}

TEST(SendBlocked, DoingOfTheCulprit) {
  const auto state = [](ThreadState is) { return [is](SceneBuilder& host) { host.thread(640).is(is); }; };
  EXPECT_EQ(culprit_when(state(ThreadState::stopped)).doing, Doing::stopped);
  EXPECT_EQ(culprit_when(state(ThreadState::traced)).doing, Doing::traced);
  EXPECT_EQ(culprit_when(state(ThreadState::disk_sleep)).doing, Doing::disk_wait);
  EXPECT_EQ(culprit_when(state(ThreadState::zombie)).doing, Doing::zombie);
  const Culprit sleeper = culprit_when([](SceneBuilder& host) { host.thread(640).sleeps("read", 0); });
  EXPECT_EQ(sleeper.doing, Doing::sleeping);
  EXPECT_EQ(sleeper.detail, "sleeps in read on fd 0, no socket");
  EXPECT_EQ(culprit_when([](SceneBuilder&) {}).detail, "sleeps in clock_nanosleep");
  const Culprit frozen = culprit_when([](SceneBuilder& host) { host.process(640).frozen = true; });
  EXPECT_EQ(frozen.doing, Doing::stopped);
  EXPECT_EQ(frozen.detail, "frozen by its cgroup's freezer");
  const Culprit parent = culprit_when([](SceneBuilder& host) {
    host.thread(640).is(ThreadState::disk_sleep);
    host.process(640).vfork_child = 641;
  });
  EXPECT_EQ(parent.doing, Doing::disk_wait);
  EXPECT_THAT(parent.detail, HasSubstr("vfork child, pid 641"));
  const Culprit traced = culprit_when([](SceneBuilder& host) {
    host.thread(640).is(ThreadState::traced);
    host.process(640).tracer = 7;
  });
  EXPECT_THAT(traced.detail, HasSubstr("pid 7"));
}

TEST(SendBlocked, OfSeveralThreadsTheOneThatMatters) {
  const Culprit culprit = culprit_when([](SceneBuilder& host) {
    host.thread(640).sleeps("futex");
    host.thread(640, 641).sleeps("futex");
    host.thread(640, 642).sleeps("clock_nanosleep");
  });
  EXPECT_EQ(culprit.detail, "sleeps in clock_nanosleep, 3 threads");
  const Culprit leader_died = culprit_when([](SceneBuilder& host) {
    host.thread(640).is(ThreadState::zombie);
    host.thread(640, 641).sleeps("pause");
  });
  EXPECT_EQ(leader_died.doing, Doing::sleeping);
}

TEST(SendBlocked, ARunningCulpritIsToldWhenTwoLooksShowNoProgress) {
  const auto arrange = [](SceneBuilder& host, std::int64_t time, std::uint64_t switches) {
    stuck_pair(host);
    host.thread(640).runs().thread().switches = switches;
    host.facts().time_ns = time;
  };
  SceneBuilder before, now, drained;
  arrange(before, 0, 5);
  arrange(now, 1'000'000'000, 9);
  arrange(drained, 1'000'000'000, 9);
  drained.memory(10, test_sndbuf - 4096);
  const Diagnosis first = diagnose(before.scene(), nullptr);
  EXPECT_THAT(first.findings, IsEmpty());
  EXPECT_EQ(first.look_again_after_ns, 1'000'000'000);
  const Finding finding = only(diagnose(now.scene(), &before.scene()));
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.culprits.at(0).doing, Doing::running);
  EXPECT_EQ(only(diagnose(drained.scene(), &before.scene())).severity, Severity::warning);
}

TEST(SendBlocked, HiddenWaitChannel) {
  SceneBuilder host;
  stuck_pair(host, "");
  host.thread(640).is(ThreadState::stopped);
  EXPECT_EQ(find(host).confidence, Confidence::likely);
  host.memory(10, 768);  // sleeps in the call for another reason
  EXPECT_THAT(diagnose(host.scene(), nullptr).findings, IsEmpty());
}

TEST(SendBlocked, AnUnknownWaitChannelLeavesTheMemoryRule) {
  SceneBuilder host;
  stuck_pair(host, "some_function_of_a_later_kernel");
  host.thread(640).is(ThreadState::stopped);
  EXPECT_EQ(find(host).confidence, Confidence::likely);
}

TEST(SendBlocked, WithoutExecStartTwoLooksTell) {
  SceneBuilder before, now;
  for (SceneBuilder* host : {&before, &now}) {
    stuck_pair(*host);
    host->thread(812).thread().asleep_ns.reset();
    host->thread(640).is(ThreadState::stopped);
  }
  now.facts().time_ns = 1'200'000'000;
  const Diagnosis first = diagnose(before.scene(), nullptr);
  EXPECT_THAT(first.findings, IsEmpty());
  EXPECT_EQ(first.look_again_after_ns, 1'000'000'000);
  const Finding finding = only(diagnose(now.scene(), &before.scene()));
  EXPECT_NEAR(finding.since_s.value(), 1.2, 0.001);
  EXPECT_EQ(finding.confidence, Confidence::certain);
  now.thread(812).thread().switches = 8;  // it ran in between
  EXPECT_THAT(diagnose(now.scene(), &before.scene()).findings, IsEmpty());
}

TEST(SendBlocked, AsksForWhatIsMissingOfItsAge) {
  SceneBuilder host;
  stuck_pair(host);
  host.thread(812).since(0.7);
  host.thread(640).is(ThreadState::stopped);
  const Diagnosis first = diagnose(host.scene(), nullptr);
  EXPECT_THAT(first.findings, IsEmpty());
  EXPECT_EQ(first.look_again_after_ns, 300'000'000);
  const Diagnosis hasty = diagnose(host.scene(), nullptr, {.stuck_after_ns = 0});
  EXPECT_EQ(only(hasty).confidence, Confidence::possible);
  EXPECT_EQ(only(hasty).severity, Severity::warning);
}

TEST(SendBlocked, WhoeverMayNotBeLookedIntoIsNamedWithoutAWordOfWhatItDoes) {
  SceneBuilder before, now;
  for (SceneBuilder* host : {&before, &now}) {
    stuck_pair(*host);
    host->process(640).readable = false;
    ThreadActivity& thread = host->thread(640).sleeps("").thread();
    thread.call_known = false;
  }
  now.facts().time_ns = 1'000'000'000;
  const Finding finding = only(diagnose(now.scene(), &before.scene()));
  EXPECT_EQ(finding.culprits.at(0).pid, 640);
  EXPECT_FALSE(finding.culprits.at(0).doing.has_value());
  EXPECT_THAT(finding.title, HasSubstr("not to be seen"));
  for (SceneBuilder* host : {&before, &now}) host->thread(640).is(ThreadState::stopped);
  EXPECT_EQ(only(diagnose(now.scene(), &before.scene())).culprits.at(0).doing, Doing::stopped);
}

TEST(SendBlocked, AnUnreadableSenderIsAGap) {
  SceneBuilder host;
  stuck_pair(host);
  host.process(812).readable = false;
  host.thread(812).sleeps("").thread().call_known = false;
  const Diagnosis diagnosis = diagnose(host.scene(), nullptr);
  EXPECT_THAT(diagnosis.findings, IsEmpty());
  ASSERT_THAT(diagnosis.gaps, SizeIs(1));
  EXPECT_THAT(diagnosis.gaps[0].detail, HasSubstr("psql (pid 812)"));
}

TEST(SendBlocked, OwnersThatNobodyCouldSeeNameNobody) {
  SceneBuilder before, now;
  for (SceneBuilder* host : {&before, &now}) {
    stuck_pair(*host);
    host->owners_unknown(11);
  }
  now.facts().time_ns = 1'100'000'000;
  // They may read as well as not: one look is not enough.
  const Diagnosis first = diagnose(before.scene(), nullptr);
  EXPECT_THAT(first.findings, IsEmpty());
  EXPECT_TRUE(first.look_again_after_ns.has_value());
  const Finding finding = only(diagnose(now.scene(), &before.scene()));
  ASSERT_THAT(finding.culprits, SizeIs(1));
  EXPECT_FALSE(finding.culprits[0].pid.has_value());
  EXPECT_FALSE(finding.culprits[0].doing.has_value());
}

TEST(SendBlocked, InFlightOrInAnIoUring) {
  SceneBuilder before, now;
  for (SceneBuilder* host : {&before, &now}) {
    host->pair(10, 11);
    host->full(10);
    host->holds(812, "psql", 10, 3);
    host->thread(812).in_call("write", 10, WaitFor::send, own_memory).since(9);
  }
  EXPECT_EQ(find(now).culprits.at(0).doing, Doing::gone);
  EXPECT_FALSE(find(now).culprits.at(0).pid.has_value());
  EXPECT_THAT(find(now).title, HasSubstr("no process holds"));
  now.facts().all_owners_known = false;
  now.facts().time_ns = 1'100'000'000;
  EXPECT_FALSE(only(diagnose(now.scene(), &before.scene())).culprits.at(0).doing.has_value());
  const std::array ring{Inode{11}};
  now.facts().in_io_uring = ring;
  EXPECT_THAT(find(now).culprits.at(0).detail, HasSubstr("io_uring"));
}

TEST(SendBlocked, OneFindingForAllWhoWaitForOneProcess) {
  SceneBuilder host;
  for (std::uint32_t i = 0; i < 50; ++i) {
    host.pair(100 + i, 200 + i);
    host.full(100 + i);
    host.holds(1000 + static_cast<int>(i), "client", 100 + i, 3);
    host.holds(640, "server", 200 + i, static_cast<int>(i));
    host.thread(1000 + static_cast<int>(i)).in_call("write", 100 + i, WaitFor::send, own_memory).since(2 + i);
  }
  host.thread(640).is(ThreadState::stopped);
  const Finding finding = find(host);
  EXPECT_THAT(finding.waiters, SizeIs(50));
  EXPECT_EQ(finding.sockets, 50U);
  EXPECT_EQ(finding.waiters[0].pid, 1049);
  EXPECT_EQ(finding.socket, &host.at(149));
  EXPECT_THAT(finding.title, HasSubstr("client (pid 1049) and 49 other threads have been blocked for up to 51.0 s"));
}

TEST(SendBlocked, WhoMerelyInheritedIsNoCulprit) {
  SceneBuilder host;
  stuck_pair(host);
  host.holds(600, "bash", 11, 9);
  host.holds(812, "psql", 11, 4);  // the writer did not close its copy of the other end
  host.thread(600).sleeps("wait4");
  host.process(640).parent = 600;
  host.thread(640).sleeps("clock_nanosleep");
  const Finding finding = find(host);
  ASSERT_THAT(finding.culprits, SizeIs(1));
  EXPECT_EQ(finding.culprits[0].pid, 640);
  const auto is_count = [](const Evidence& evidence) { return evidence.field == "holders" && evidence.value == 3; };
  EXPECT_TRUE(std::any_of(finding.evidence.begin(), finding.evidence.end(), is_count));
}

// pause() is also how a program does nothing at all.
TEST(SendBlocked, WhoSleepsIsACulpritUnlessAnotherIsItsChildOrReads) {
  SceneBuilder host;
  stuck_pair(host);
  host.holds(600, "keeper", 11, 9);
  host.thread(600).sleeps("pause");
  host.thread(640).sleeps("clock_nanosleep");
  const Finding finding = find(host);
  EXPECT_THAT(finding.culprits, SizeIs(2));
  EXPECT_THAT(finding.title, HasSubstr("or 1 other"));
}

TEST(SendBlocked, AMainThreadThatHasEndedLeavesTheSocketToTheOthers) {
  struct Row {
    int others;
    std::string_view detail;
  };
  for (const Row& row : {Row{1, "its main thread has ended; 1 other thread sleeps in clock_nanosleep"},
                         Row{2, "its main thread has ended; 2 other threads live on, one sleeps in clock_nanosleep"}}) {
    SceneBuilder host;
    stuck_pair(host);
    host.process(640).state = ThreadState::zombie;
    host.thread(640).is(ThreadState::zombie);
    for (int at = 1; at <= row.others; ++at) host.thread(640, 640 + at).sleeps("clock_nanosleep");
    const Finding finding = find(host);
    EXPECT_EQ(finding.culprits.at(0).doing, Doing::zombie);
    EXPECT_EQ(finding.culprits.at(0).detail, row.detail);
    EXPECT_THAT(finding.title, HasSubstr("whose main thread has ended"));
    EXPECT_THAT(finding.advice, HasSubstr("Its other threads live on"));
  }
}

// The kernel does not tell which socket the request is on.
TEST(SendBlocked, AnIoUringIsOnTheOnlySocketWithoutRoom) {
  const auto arrange = [](SceneBuilder& host) {
    stuck_pair(host);
    host.thread(812) = ThreadBuilder();
    host.thread(640).is(ThreadState::stopped);
    host.thread(812).in_call("io_uring_enter", 10, WaitFor::send).since(5);
    host.thread(812).wait().inode = Inode{0};
    host.thread(812).wait().fd = -1;
    host.thread(812).wait().by = WaitBy::io_uring;
  };
  const auto with_waiter = [](const Diagnosis& diagnosis) {
    return std::count_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                         [](const Finding& finding) { return !finding.waiters.empty(); });
  };
  SceneBuilder one, two, registered, has_room;
  for (SceneBuilder* host : {&one, &two, &registered, &has_room}) arrange(*host);
  const Finding finding = find(one);
  EXPECT_EQ(finding.rule, Rule::unix_send_blocked);
  EXPECT_EQ(finding.confidence, Confidence::likely);
  EXPECT_EQ(finding.socket, &one.at(10));
  EXPECT_EQ(finding.waiters.at(0).fd, std::nullopt);
  EXPECT_EQ(finding.culprits.at(0).pid, 640);
  for (SceneBuilder* host : {&two, &registered}) {
    host->pair(20, 21);
    host->full(20);
    host->holds(700, "other", 21, 3);
  }
  two.holds(812, "psql", 20, 9);
  const std::vector<Inode> in_ring{Inode{20}};
  registered.facts().in_io_uring = in_ring;
  has_room.memory(10, 0);
  for (SceneBuilder* host : {&two, &registered, &has_room}) EXPECT_EQ(with_waiter(diagnose(host->scene(), nullptr)), 0);
}

TEST(SendBlocked, OfSeveralThatCouldReadAllAreNamed) {
  SceneBuilder host;
  stuck_pair(host);
  host.holds(641, "postgres", 11, 9);
  host.thread(640).sleeps("clock_nanosleep");
  host.thread(641).is(ThreadState::stopped);
  const Finding finding = find(host);
  ASSERT_THAT(finding.culprits, SizeIs(2));
  EXPECT_EQ(finding.culprits[0].doing, Doing::stopped);
  EXPECT_THAT(finding.title, HasSubstr("or 1 other"));
}

TEST(SendBlocked, BesideAStoppedReaderItsForksThatSleepAreMentioned) {
  SceneBuilder host;
  stuck_pair(host);
  host.thread(640).is(ThreadState::stopped);
  for (const int pid : {641, 642, 643}) {
    host.holds(pid, "child", 11, 9);
    host.process(pid).parent = 640;
    host.thread(pid).sleeps("pause");
  }
  const Finding finding = find(host);
  ASSERT_THAT(finding.culprits, SizeIs(1));
  EXPECT_EQ(finding.culprits[0].pid, 640);
  EXPECT_THAT(finding.culprits[0].detail, HasSubstr("also held by child (pid 641) and 2 others"));
}

TEST(SendBlocked, WhoWritesToItselfStandsBeforeAForkThatInheritedBothEnds) {
  SceneBuilder host;
  host.pair(10, 11);
  host.full(10);
  for (const int pid : {700, 701})
    for (const std::uint32_t end : {10U, 11U})
      host.holds(pid, pid == 700 ? "own" : "child", end, static_cast<int>(end));
  host.process(701).parent = 700;
  host.thread(701).sleeps("clock_nanosleep");
  host.thread(700).in_call("write", 10, WaitFor::send, "sock_alloc_send_pskb").since(3);
  EXPECT_EQ(find(host).culprits.at(0).pid, 701) << "nobody else could read";
  host.thread(700, 702).sleeps("futex");
  const Finding finding = find(host);
  EXPECT_EQ(finding.culprits.at(0).pid, 700);
  EXPECT_EQ(finding.culprits.at(0).doing, Doing::sleeping);
  EXPECT_THAT(finding.culprits.at(0).detail, HasSubstr("futex"));
}

TEST(SendBlocked, NotAcceptedYetIsTheListenersMatter) {
  SceneBuilder host;
  host.listener(30, "/run/server", 1, 128);
  host.pending(30, 31);
  host.memory(31, test_sndbuf + 512);
  host.holds(812, "client", 31, 3);
  host.holds(640, "server", 30, 9);
  host.thread(812).in_call("write", 31, WaitFor::send, own_memory).since(5);
  host.thread(640).sleeps("pause");
  const Finding finding = find(host);
  EXPECT_EQ(finding.rule, Rule::unix_send_blocked);
  EXPECT_EQ(finding.peer, &host.at(30));
  EXPECT_EQ(finding.culprits.at(0).pid, 640);
}

TEST(SendBlocked, EventLoops) {
  const auto arrange = [](SceneBuilder& host, WaitBy by, bool other_things) {
    stuck_pair(host);
    host.thread(812) = ThreadBuilder();
    host.thread(812).polls(by, 10, WaitFor::send).since(3);
    if (other_things) host.thread(812).watches(1);
    host.thread(640).is(ThreadState::stopped);
  };
  for (const WaitBy by : {WaitBy::poll, WaitBy::select, WaitBy::epoll}) {
    SceneBuilder alone, busy, edge, timed, latched;
    arrange(alone, by, false);
    EXPECT_EQ(find(alone).severity, Severity::critical);
    arrange(busy, by, true);
    EXPECT_EQ(find(busy).severity, Severity::warning);
    // A pipe and an eventfd are nobody that is served.
    arrange(latched, by, false);
    latched.thread(812).watches(0, 2);
    EXPECT_EQ(find(latched).severity, Severity::critical);
    arrange(timed, by, false);
    timed.thread(812).thread().timeout_ns = 5'000'000'000;
    EXPECT_EQ(find(timed).severity, Severity::warning);
    arrange(edge, by, false);
    edge.thread(812).wait().edge_triggered = true;
    EXPECT_THAT(diagnose(edge.scene(), nullptr).findings, IsEmpty());
  }
}

TEST(SendBlocked, AnEventLoopThatKeepsWakingTakesTwoLooks) {
  SceneBuilder before, now;
  for (SceneBuilder* host : {&before, &now}) {
    stuck_pair(*host);
    host->thread(812) = ThreadBuilder();
    host->thread(812).polls(WaitBy::epoll, 10, WaitFor::send).since(0.01).watches(4);
    host->thread(640).is(ThreadState::stopped);
  }
  now.thread(812).thread().switches = 1000;
  now.facts().time_ns = 1'000'000'000;
  EXPECT_THAT(diagnose(before.scene(), nullptr).findings, IsEmpty());
  EXPECT_EQ(only(diagnose(now.scene(), &before.scene())).severity, Severity::warning);
  before.memory(10, 768);  // had room then
  EXPECT_THAT(diagnose(now.scene(), &before.scene()).findings, IsEmpty());
}

TEST(SendBlocked, WhoIsStoppedItselfDoesNotWait) {
  SceneBuilder host;
  stuck_pair(host);
  host.thread(640).is(ThreadState::stopped);
  host.thread(812).is(ThreadState::stopped);
  EXPECT_THAT(diagnose(host.scene(), nullptr).findings, IsEmpty());
  host.thread(812).is(ThreadState::sleeping);
  host.process(812).frozen = true;
  EXPECT_THAT(diagnose(host.scene(), nullptr).findings, IsEmpty());
}

TEST(SendBlocked, HealthyThingsGiveNothing) {
  SceneBuilder before, now;
  for (SceneBuilder* host : {&before, &now}) {
    // A full pipe that drains: the writer sleeps and wakes, as does the reader.
    stuck_pair(*host);
    host->thread(812).since(0.002);
    host->thread(640).in_call("read", 11, WaitFor::receive).since(0.001);
    // Two peers that read from each other.
    host->pair(20, 21);
    host->holds(900, "a", 20, 3);
    host->holds(901, "b", 21, 3);
    host->thread(900).in_call("read", 20, WaitFor::receive).since(500);
    host->thread(901).in_call("read", 21, WaitFor::receive).since(500);
  }
  now.facts().time_ns = 1'000'000'000;
  now.thread(812).thread().switches = 100;
  now.thread(640).thread().switches = 100;
  const Diagnosis first = diagnose(before.scene(), nullptr);
  EXPECT_THAT(first.findings, IsEmpty());
  EXPECT_TRUE(first.look_again_after_ns.has_value());
  EXPECT_THAT(diagnose(now.scene(), &before.scene()).findings, IsEmpty());
}

}  // namespace
}  // namespace skq::diagnosing
