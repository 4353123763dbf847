// What two looks say of who waits: stuck, slow, or not at all; and how bad that is.
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
constexpr std::string_view peer_queue = "unix_wait_for_peer";

enum class Says : std::uint8_t { nothing, warning, critical };

struct Looks {
  SceneBuilder before, now;
  double apart = 1.1;

  void both(const std::function<void(SceneBuilder&)>& arrange) {
    arrange(before);
    arrange(now);
  }
  Diagnosis judge() {
    now.facts().time_ns = static_cast<std::int64_t>(apart * 1e9);
    return diagnose(now.scene(), &before.scene());
  }
  Says says() {
    const Diagnosis diagnosis = judge();
    if (diagnosis.findings.empty()) return Says::nothing;
    return diagnosis.findings.front().severity == Severity::critical ? Says::critical : Says::warning;
  }
};

/// The writer (812) has filled the stream to the reader (640), who looks at it now and then.
struct Stream : Looks {
  Stream() {
    both([](SceneBuilder& host) {
      host.pair(10, 11);
      host.full(10);
      host.holds(812, "writer", 10, 3);
      host.holds(640, "reader", 11, 9);
      host.thread(640).sleeps("clock_nanosleep").since(0.01);
    });
    now.thread(640).thread().switches = 30;
  }
};

struct Case {
  const char* name;
  std::function<void(Stream&)> arrange;
  Says says;
};

void polls(Stream& host, std::uint32_t others = 0) {
  host.both([&](SceneBuilder& look) {
    look.thread(812).polls(WaitBy::poll, 10, WaitFor::send).watches(0, others).since(0.004);
  });
}
void woke(Stream& host) { host.now.thread(812).thread().switches = 90; }
void blocks(Stream& host) {
  host.both([](SceneBuilder& look) { look.thread(812).in_call("sendto", 10, WaitFor::send, own_memory).since(3.7); });
}

class TwoLooksOf : public testing::TestWithParam<Case> {};

TEST_P(TwoLooksOf, Say) {
  Stream host;
  GetParam().arrange(host);
  EXPECT_EQ(host.says(), GetParam().says);
}

const std::array cases{
    Case{"ASingleMindedPollThatWokeHadRoom", [](Stream& host) { polls(host), woke(host); }, Says::nothing},
    Case{"ASingleMindedPollThatSlept", [](Stream& host) { polls(host); }, Says::critical},
    Case{"ALoopThatWokeWhileTheReaderRan", [](Stream& host) { polls(host, 1), woke(host); }, Says::warning},
    Case{"ALoopThatWokeWhileTheReaderSlept",
         [](Stream& host) {
           polls(host, 1), woke(host);
           host.both([](SceneBuilder& look) { look.thread(640).since(50).thread().switches = 7; });
         },
         Says::critical},
    Case{"ALoopThatServesOthers",
         [](Stream& host) {
           polls(host), woke(host);
           host.both([](SceneBuilder& look) { look.thread(812).watches(3); });
         },
         Says::warning},
    Case{"ACallWhoseBytesAreRead", [](Stream& host) { blocks(host), host.now.at(11).recv_q = 17'800; }, Says::warning},
    Case{"ACallWhoseBytesAreNotRead", [](Stream& host) { blocks(host); }, Says::critical},
    Case{"TooShortATime", [](Stream& host) { polls(host, 1), woke(host), host.apart = 0.5; }, Says::nothing},
};
INSTANTIATE_TEST_SUITE_P(, TwoLooksOf, testing::ValuesIn(cases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Progress, ASlowReaderIsCalledSlow) {
  Stream host;
  blocks(host);
  host.now.at(11).recv_q = 17'800;
  const Diagnosis diagnosis = host.judge();
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_THAT(diagnosis.findings[0].title, HasSubstr("reader (pid 640), which reads too slowly"));
}

TEST(Progress, WhoSleepsForATimeMayComeBack) {
  Stream host;
  blocks(host);
  const Diagnosis diagnosis = host.judge();
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_EQ(diagnosis.findings[0].confidence, Confidence::likely);
}

TEST(Progress, ALoopThatWakesIsAsOldAsTheTimeBetweenTheLooks) {
  Stream host;
  polls(host, 1);
  woke(host);
  const Diagnosis diagnosis = host.judge();
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_NEAR(diagnosis.findings[0].since_s.value(), 1.1, 0.001);
  EXPECT_EQ(diagnose(host.before.scene(), nullptr).look_again_after_ns, 1'000'000'000);
}

// Four senders of datagrams to one receiver, none of them connected; one got through.
TEST(Progress, AnUnconnectedSenderThatGotThrough) {
  Looks host;
  host.both([](SceneBuilder& look) {
    look.row(11, Netid::u_dgr, State::close);
    look.named(11, "/run/log");
    look.at(11).recv_q = 100;
    look.holds(640, "syslogd", 11, 9);
    look.thread(640).sleeps("clock_nanosleep").since(0.2);
    for (int at = 0; at < 4; ++at) {
      const auto inode = static_cast<std::uint32_t>(20 + at);
      look.row(inode, Netid::u_dgr, State::close);
      look.holds(800 + at, "logger", inode, 3);
      look.thread(800 + at)
          .in_call("sendto", inode, WaitFor::send, peer_queue)
          .since(at == 3 ? 0.1 : 2)
          .to_unix("/run/log");
    }
  });
  host.now.thread(640).thread().switches = 10;
  EXPECT_EQ(host.says(), Says::critical);
  host.now.thread(803).thread().switches = 10;
  EXPECT_EQ(host.says(), Says::warning);
}

// A pool takes its clients in turn.
TEST(Progress, AClientWaitsForItsTurn) {
  Looks host;
  host.both([](SceneBuilder& look) {
    for (std::uint32_t at = 0; at < 3; ++at) {
      look.pair(100 + at, 200 + at);
      look.full(100 + at);
      look.holds(800 + static_cast<int>(at), "client", 100 + at, 3);
      look.holds(640, "pool", 200 + at, static_cast<int>(at));
      look.thread(800 + static_cast<int>(at)).in_call("write", 100 + at, WaitFor::send, own_memory).since(1.2);
    }
    look.thread(640).runs();
  });
  EXPECT_EQ(host.says(), Says::critical);
  host.now.thread(802).since(0.1).thread().switches = 20;
  EXPECT_EQ(host.says(), Says::warning);
  host.both([](SceneBuilder& look) { look.thread(800).since(60); });  // passed over again and again
  EXPECT_EQ(host.says(), Says::critical);
}

// worker (500) is stopped; what its client (499) asked for waits to be read.
TEST(Progress, WhoWaitsForTheAnswerOfAStoppedProcess) {
  Looks host;
  host.both([](SceneBuilder& look) {
    look.pair(10, 11);
    look.at(11).recv_q = 30;
    look.memory(10, 768);
    look.holds(499, "client", 10, 3);
    look.holds(500, "worker", 11, 4);
    look.thread(499).in_call("recvfrom", 10, WaitFor::receive).since(5);
    look.thread(500).sleeps("clock_nanosleep");
  });
  EXPECT_EQ(host.says(), Says::warning);
  host.both([](SceneBuilder& look) { look.thread(500).is(ThreadState::stopped); });
  const Diagnosis diagnosis = host.judge();
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  const Finding& finding = diagnosis.findings[0];
  EXPECT_EQ(finding.rule, Rule::unread_data);
  EXPECT_EQ(finding.severity, Severity::critical);
  ASSERT_THAT(finding.waiters, SizeIs(1));
  EXPECT_EQ(finding.waiters[0].pid, 499);
  ASSERT_THAT(finding.chain, SizeIs(2));
  EXPECT_EQ(finding.chain[1].pid, 500);
  EXPECT_EQ(finding.title,
            "worker (pid 500), which is stopped, leaves data unread on unix socket 11: client (pid 499) has been "
            "waiting for 6.1 s for an answer");
}

TEST(Progress, WhoWaitsInTheQueueOfAStoppedProcess) {
  SceneBuilder host;
  host.listener(30, "/run/server", 1, 5);
  host.pending(30, 10);
  host.holds(499, "client", 10, 3);
  host.holds(500, "server", 30, 4);
  host.thread(499).in_call("recvfrom", 10, WaitFor::receive).since(5);
  host.thread(500).in_call("accept", 30, WaitFor::accept).since(9);
  EXPECT_THAT(diagnose(host.scene(), nullptr).findings, IsEmpty());
  host.thread(500).is(ThreadState::stopped);
  const Diagnosis diagnosis = diagnose(host.scene(), nullptr);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_EQ(diagnosis.findings[0].severity, Severity::critical);
  EXPECT_EQ(diagnosis.findings[0].title,
            "server (pid 500), which is stopped, does not accept from /run/server: client (pid 499) has been waiting "
            "for 5.0 s for an answer");
}

TEST(Progress, AmongEquallyOldWaitersThePidDecides) {
  SceneBuilder host;
  for (int at = 0; at < 3; ++at) {
    const auto inode = static_cast<std::uint32_t>(at);
    host.pair(300 - inode, 400 + inode);
    host.full(300 - inode);
    host.holds(800 + at, "client", 300 - inode, 3);
    host.holds(640, "server", 400 + inode, at);
    host.thread(800 + at).in_call("write", 300 - inode, WaitFor::send, own_memory).since(2);
  }
  host.thread(640).is(ThreadState::stopped);
  const Diagnosis diagnosis = diagnose(host.scene(), nullptr);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  for (int at = 0; at < 3; ++at)
    EXPECT_EQ(diagnosis.findings[0].waiters.at(static_cast<std::size_t>(at)).pid, 800 + at);
  EXPECT_EQ(diagnosis.findings[0].socket, &host.at(300));
}

}  // namespace
}  // namespace skq::diagnosing
