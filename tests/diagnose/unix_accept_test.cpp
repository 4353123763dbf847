// Queues of clients not yet accepted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scene_builder.h"

namespace skq::diagnosing {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view path = "/run/server";
constexpr std::string_view peer_queue = "unix_wait_for_peer";

/// A full listener (30) of server (640), and a client (812) that connects to it since 3 s.
void full_listener(SceneBuilder& host) {
  host.listener(30, path, 4, 3);
  host.holds(640, "server", 30, 9);
  host.thread(640).is(ThreadState::stopped);
}
void client(SceneBuilder& host, std::string_view wchan = peer_queue) {
  host.row(40, Netid::u_str, State::close);
  host.holds(812, "client", 40, 3);
  host.thread(812).in_call("connect", 40, WaitFor::connect, wchan).since(3).to_unix(path);
}

Finding only(const Diagnosis& diagnosis) {
  EXPECT_THAT(diagnosis.findings, SizeIs(1));
  return diagnosis.findings.empty() ? Finding{} : diagnosis.findings.front();
}

TEST(AcceptQueue, ClientsThatWait) {
  SceneBuilder host;
  full_listener(host);
  client(host);
  const Finding finding = only(diagnose(host.scene(), nullptr));
  EXPECT_EQ(finding.rule, Rule::unix_accept_queue_full);
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.confidence, Confidence::likely);  // the name alone: nobody could look at the file
  EXPECT_EQ(finding.waiters.at(0).pid, 812);
  EXPECT_EQ(finding.peer, &host.at(30));
  EXPECT_EQ(finding.socket, &host.at(40));
  EXPECT_EQ(finding.culprits.at(0).pid, 640);
  EXPECT_EQ(finding.title,
            "client (pid 812) has been blocked for 3.0 s connecting to /run/server of server (pid 640), which is "
            "stopped");
  EXPECT_THAT(finding.advice, HasSubstr("net.core.somaxconn"));
  const auto queue = std::find_if(finding.evidence.begin(), finding.evidence.end(),
                                  [](const Evidence& one) { return one.field == "accept_queue"; });
  ASSERT_NE(queue, finding.evidence.end());
  EXPECT_EQ(queue->value, 4);
  EXPECT_EQ(queue->limit, 4);
}

TEST(AcceptQueue, TheFileMakesItCertain) {
  SceneBuilder host;
  full_listener(host);
  client(host);
  const VfsObject file{.inode = 77, .major = 254, .minor = 1};
  host.named(30, path, file);
  host.thread(812).to_unix(path, file);
  EXPECT_EQ(only(diagnose(host.scene(), nullptr)).confidence, Confidence::certain);
}

TEST(AcceptQueue, AnOlderServerOnTheSamePathIsNotAccused) {
  SceneBuilder host;
  full_listener(host);
  client(host);
  const VfsObject replaced{.inode = 77, .major = 254, .minor = 1};
  const VfsObject file{.inode = 78, .major = 254, .minor = 1};
  host.named(30, path, replaced);
  host.listener(31, path, 4, 3);
  host.named(31, path, file);
  host.holds(700, "newer", 31, 5);
  host.thread(700).sleeps("pause");
  host.at(30).recv_q = 0;
  host.thread(812).to_unix(path, file);
  const Finding finding = only(diagnose(host.scene(), nullptr));
  EXPECT_EQ(finding.peer, &host.at(31));
  EXPECT_EQ(finding.culprits.at(0).pid, 700);
  EXPECT_THAT(finding.culprits, SizeIs(1));
}

TEST(AcceptQueue, OfTwoByOneNameAndNoFileNoneIsNamed) {
  // Whoever accepts there is not known, so one look is not enough.
  SceneBuilder before, host;
  for (SceneBuilder* look : {&before, &host}) {
    full_listener(*look);
    client(*look);
    look->listener(31, path, 4, 3);
    look->holds(700, "newer", 31, 5);
    look->thread(700).sleeps("pause");
  }
  host.facts().time_ns = 1'100'000'000;
  bool told = false;
  for (const Finding& finding : diagnose(host.scene(), &before.scene()).findings) {
    if (finding.waiters.empty()) continue;
    told = true;
    EXPECT_EQ(finding.peer, nullptr);
    ASSERT_THAT(finding.culprits, SizeIs(1));
    EXPECT_FALSE(finding.culprits[0].pid.has_value());
    EXPECT_THAT(finding.culprits[0].detail, HasSubstr("several sockets have that name"));
  }
  EXPECT_TRUE(told);
}

TEST(AcceptQueue, TheParentThatInheritedTheListenerIsNotAccused) {
  SceneBuilder host;
  full_listener(host);
  client(host);
  host.holds(600, "parent", 30, 9);
  host.thread(600).sleeps("wait4");
  host.process(640).parent = 600;
  host.thread(640).is(ThreadState::sleeping).sleeps("clock_nanosleep");
  const Finding finding = only(diagnose(host.scene(), nullptr));
  ASSERT_THAT(finding.culprits, SizeIs(1));
  EXPECT_EQ(finding.culprits[0].pid, 640);
}

TEST(AcceptQueue, WithoutAVisibleClientTheAdviceSaysWhy) {
  SceneBuilder host;
  full_listener(host);
  const Finding finding = only(diagnose(host.scene(), nullptr));
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_THAT(finding.waiters, IsEmpty());
  EXPECT_THAT(finding.advice, HasSubstr("EAGAIN"));
  EXPECT_EQ(finding.title,
            "The queue of /run/server is full, and clients are not accepted by server (pid 640), which is stopped");
}

TEST(AcceptQueue, AFullQueueThatDrainsIsOnlyAWarning) {
  SceneBuilder before, now;
  for (SceneBuilder* host : {&before, &now}) {
    host->listener(30, path, 0, 1);
    host->holds(640, "server", 30, 9);
    host->thread(640).in_call("accept4", 30, WaitFor::accept).since(0.001);
    host->pending(30, host == &before ? 50 : 51);
    host->pending(30, 52);
    host->at(30).recv_q = 2;
  }
  now.facts().time_ns = 1'000'000'000;
  const Diagnosis first = diagnose(before.scene(), nullptr);
  EXPECT_THAT(first.findings, IsEmpty());
  EXPECT_TRUE(first.look_again_after_ns.has_value());
  const Finding finding = only(diagnose(now.scene(), &before.scene()));
  EXPECT_EQ(finding.rule, Rule::unix_accept_queue_filling);
  EXPECT_EQ(finding.severity, Severity::warning);
}

TEST(AcceptQueue, AClientThatJustCame) {
  SceneBuilder host;
  full_listener(host);
  client(host);
  host.thread(812).since(0.4);
  const Diagnosis diagnosis = diagnose(host.scene(), nullptr);
  for (const Finding& finding : diagnosis.findings) EXPECT_NE(finding.severity, Severity::critical);
  EXPECT_TRUE(diagnosis.look_again_after_ns.has_value());
}

TEST(AcceptQueue, FillingTakesTwoLooks) {
  SceneBuilder before, now;
  for (SceneBuilder* host : {&before, &now}) {
    host->listener(30, path, 9, 9);
    host->holds(640, "server", 30, 9);
    host->thread(640).sleeps("epoll_wait", 4);
  }
  now.facts().time_ns = 1'000'000'000;
  EXPECT_THAT(diagnose(before.scene(), nullptr).findings, IsEmpty());
  const Finding finding = only(diagnose(now.scene(), &before.scene()));
  EXPECT_EQ(finding.rule, Rule::unix_accept_queue_filling);
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.title, "The queue of /run/server holds 9 of 10 clients, not accepted yet by server (pid 640)");
  before.at(30).recv_q = 2;
  EXPECT_THAT(diagnose(now.scene(), &before.scene()).findings, IsEmpty());
}

TEST(AcceptQueue, AnIdleListenerGivesNothing) {
  SceneBuilder host;
  host.listener(30, path, 0, 0);
  host.holds(640, "server", 30, 9);
  host.thread(640).in_call("accept", 30, WaitFor::accept).since(900);
  const Diagnosis diagnosis = diagnose(host.scene(), nullptr);
  EXPECT_THAT(diagnosis.findings, IsEmpty());
  EXPECT_FALSE(diagnosis.look_again_after_ns.has_value());
}

}  // namespace
}  // namespace skq::diagnosing
