// skq check as monitoring systems call it: whatever goes wrong, one line on standard output and an exit status they
// know.
#include <sys/stat.h>

#include <chrono>

#include "why/why_test.h"

namespace why {
namespace {

using live::Finished;
using live::run_skq;
using live::Surroundings;

using CheckCommand = live::LiveTest;

Finished check(std::vector<std::string> words, const Surroundings& surroundings = {}) {
  words.insert(words.begin(), "check");
  return run_skq(std::move(words), surroundings);
}

void expect_unknown(const Finished& done, const std::string& said) {
  EXPECT_EQ(done.exit, 3) << done.out << done.err;
  EXPECT_TRUE(done.out.starts_with("SKQ UNKNOWN - ")) << done.out;
  EXPECT_NE(done.out.find(said), std::string::npos) << done.out;
  EXPECT_LT(done.out.find('\n'), 80U) << done.out;
  EXPECT_EQ(done.err, "");
}

TEST_F(CheckCommand, BadUsageIsUnknownAndOnStandardOutput) {
  expect_unknown(check({}), "needs a METRIC");
  expect_unknown(check({"cuont"}), "did you mean count?");
  expect_unknown(check({"\x1b[31m|" + std::string(300, 'x')}), "unknown metric");
  expect_unknown(check({"count", "-w", "5:2"}), "begins above its end");
  expect_unknown(check({"count", "-w"}), "needs an argument");
  expect_unknown(check({"count", "-c", ""}), "the range is empty");
  expect_unknown(check({"count", "-t", "0"}), "seconds are needed");
  EXPECT_NE(check({"close-wait", "-tl"}).out.find("the table is --tcp"), std::string::npos);
  expect_unknown(check({"count", "--no-such"}), "unknown option");
  expect_unknown(check({"count", "-J"}), "check tells one number");
  expect_unknown(check({"count", "sport", "=", ":99999"}), "is no port");
  expect_unknown(check({"count", "--where", "foo > 1"}), "unknown field 'foo'");
  expect_unknown(check({"count", "-N", "/no/such"}), "there is no file");
  expect_unknown(check({"count", "-F", "/no/such"}), "/no/such");
  expect_unknown(check({"count", "--log-file", "/no/such/log"}), "/no/such/log");
  expect_unknown(check({"count", "--settle=2"}), "--settle is of the metric stuck");
  expect_unknown(check({"close-wait", "-l"}), "no state is left");
  expect_unknown(check({"close-wait", "-u"}), "close-wait is not of udp sockets");
  expect_unknown(check({"close-wait", "-x"}), "close-wait is not of unix sockets");
  expect_unknown(check({"close-wait", "--tcp", "-u"}), "close-wait is not of udp sockets");
  expect_unknown(check({"stuck", "--where", "tos > 1"}), "stuck does not look at");
}

TEST_F(CheckCommand, UnknownMetricsAreTold) {
  const std::string out = check({"nothing-like-it"}).out;
  for (const char* metric : {"stuck", "accept-fill", "send-fill", "recv-fill", "dgram-fill", "count", "close-wait",
                             "drops", "memory", "orphans"})
    EXPECT_NE(out.find(std::string("\n") + metric + " "), std::string::npos) << metric;
}

TEST_F(CheckCommand, AWarningThatNeverShowsIsSaid) {
  EXPECT_NE(check({"count", "-w", "90", "-c", "50"}).out.find("-w never shows"), std::string::npos);
  EXPECT_EQ(check({"count", "-w", "50", "-c", "90"}).out.find("-w never shows"), std::string::npos);
}

TEST_F(CheckCommand, HelpAndVersionEndWell) {
  EXPECT_EQ(check({"--help"}).exit, 0);
  EXPECT_NE(check({"--help"}).out.find("accept-fill"), std::string::npos);
  EXPECT_EQ(check({"-V"}).exit, 0);
}

// A pipe without a writer hangs whoever opens it, as a dead file system would.
TEST_F(CheckCommand, WhateverHangsEndsInTime) {
  const std::string pipe = file("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const auto begin = std::chrono::steady_clock::now();
  const Finished done = check({"count", "-F", pipe, "-t", "0.2"});
  expect_unknown(done, "no answer within 0.2 s");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(200));
  EXPECT_EQ(std::count(done.out.begin(), done.out.end(), '\n'), 1) << done.out;
}

TEST_F(CheckCommand, AnAnswerThatCannotBeWrittenIsUnknown) {
  EXPECT_EQ(check({"count"}, {.stdout_closed = true}).exit, 3);
  EXPECT_EQ(check({"count"}, {.stdout_path = "/dev/full"}).exit, 3);
  const Finished unread = check({"count"}, {.stdout_nobody_reads = true});
  EXPECT_EQ(unread.exit, 3);
  EXPECT_EQ(unread.signal, 0);
}

TEST_F(CheckCommand, ARecordingInTheEnvironmentIsNotTheHost) {
  const Finished done = check({"count"}, {.environment = {"TCPDIAG_FILE=/no/such"}});
  EXPECT_EQ(done.exit, 0) << done.out << done.err;
}

TEST_F(CheckCommand, AnOrdinaryUserIsTold) {
  if (live::in_own_user_namespace()) GTEST_SKIP() << "only root can become another user";
  const Surroundings nobody{.user = 65534};
  const UniqueFd listener = live::unix_listener(SOCK_STREAM, file("l"), 5);
  EXPECT_EQ(check({"accept-fill", "-x"}, nobody).exit, 0);
  EXPECT_EQ(check({"count", "-xl", "-c", "0"}, nobody).exit, 2);
  const Finished owned = check({"count", "-xl", "--where", "comm == \"nginx\""}, nobody);
  EXPECT_EQ(owned.exit, 3);
  EXPECT_TRUE(owned.out.starts_with("SKQ UNKNOWN - incomplete: ")) << owned.out;
  EXPECT_EQ(check({"count", "-xl", "-c", "0", "--where", "not comm == \"nginx\""}, nobody).exit, 3)
      << "whose owners nobody knows may be nginx";
}

// What nobody is stuck on may be held by whomever; where somebody may be, who holds it is missing.
TEST_F(CheckCommand, WhoHoldsAnIdleSocketDoesNotMatter) {
  SKIP_WITHOUT("setpriv");
  // Without that capability nobody may look into a process that has it, such as this test.
  const std::vector<std::string> words{"setpriv", "--bounding-set=-sys_ptrace", SKQ_PATH, "check", "stuck",
                                       "-N",      "/proc/self/ns/net"};
  const auto stuck = [&](std::vector<std::string> filter) {
    filter.insert(filter.begin(), words.begin(), words.end());
    return live::run(std::move(filter));
  };
  const live::Pair pair = live::unix_pair(SOCK_STREAM), other = live::unix_pair(SOCK_SEQPACKET);
  const UniqueFd listener = live::unix_listener(SOCK_STREAM, file("l"), 5);
  for (const auto& filter : {std::vector<std::string>{}, {"-x"}, {"--tcp"}})
    EXPECT_TRUE(stuck(filter).out.starts_with("SKQ OK")) << stuck(filter).out;
  while (::send(pair.a.get(), std::string(4096, 'x').data(), 4096, MSG_DONTWAIT) > 0) continue;
  const Finished full = stuck({"-x"});
  EXPECT_TRUE(full.out.starts_with("SKQ UNKNOWN - incomplete: ")) << full.out;
  // In the first user namespace BPF programs tell the owners, and only what they do is missing.
  if (!live::in_own_user_namespace() && full.out.find("owners of ") == std::string::npos) return;
  EXPECT_TRUE(full.out.starts_with("SKQ UNKNOWN - incomplete: owners of ")) << full.out;
  EXPECT_NE(full.out.find("CAP_SYS_PTRACE"), std::string::npos) << full.out;
  EXPECT_TRUE(stuck({"--tcp"}).out.starts_with("SKQ OK")) << "a unix socket is none of TCP: " << stuck({"--tcp"}).out;
  EXPECT_TRUE(stuck({"--where", "comm == \"other\""}).out.starts_with("SKQ UNKNOWN")) << "it may be of that name";
}

}  // namespace
}  // namespace why
