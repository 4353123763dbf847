#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/text_utf8.h"
#include "sample_findings.h"

namespace skq::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view head =
    R"({"skq":{"schema":1,"version":"1","host":"web1","boot_id":"b00t","kernel":"6.18.44","time":"2026-11-21T07:08:09.123Z",)"
    R"("ts":1795244889,"netns":4026531840,)";

TEST(FindingsJson, NothingFound) {
  Sample sample;
  EXPECT_EQ(sample.json(), std::string(head) + "\"complete\":true,\"gaps\":[]},\n\"findings\":[],\n\"cycles\":[]}\n");
  EXPECT_EQ(sample.lines(), "");
  sample.gaps = {{GapKind::activity, "x"}};
  EXPECT_THAT(sample.json(), HasSubstr(R"("complete":false,"gaps":[{"kind":"activity","detail":"x"}]})"));
}

constexpr std::string_view logger =
    R"("rule":"unix-dgram-receiver-full","severity":"critical","confidence":"certain",)"
    R"("title":"logger cannot send to /dev/log: rsyslogd, who should read it, is stopped",)"
    R"("waiters":[{"pid":812,"tid":812,"comm":"logger","fd":3,"syscall":"sendto","wchan":"unix_wait_for_peer",)"
    R"("blocked_s":3.7,"unit":null,"container":null,"cgroup":null,"cmdline":null},)"
    R"({"pid":77,"tid":78,"comm":"cron","fd":5,"syscall":"sendto","wchan":"unix_wait_for_peer",)"
    R"("blocked_s":125,"unit":null,"container":null,"cgroup":null,"cmdline":null}],)"
    R"("socket":{"netid":"u_dgr","inode":4711,"path":null,"fill":null},)"
    R"("peer":{"netid":"u_dgr","inode":4712,"path":"/dev/log","fill":null},)"
    R"x("culprits":[{"pid":640,"comm":"rsyslogd","fd":4,"doing":"stopped","detail":"stopped by a signal (state T)",)x"
    R"("address":null,"unit":"rsyslog.service","container":null,"cgroup":null,"cmdline":null}],)"
    R"("chain":[{"pid":812,"tid":812,"comm":"logger","fd":3,"inode":4711,"what":"blocked in sendto"},)"
    R"({"pid":640,"tid":640,"comm":"rsyslogd","fd":null,"inode":null,"what":"stopped"}],)"
    R"("evidence":[{"field":"dgram_queue","value":11,"limit":11,"text":null},)"
    R"({"field":"wchan","value":null,"limit":null,"text":"unix_wait_for_peer"}],)"
    R"("since_s":125,"sockets":1,"advice":"Let it go on: kill -CONT 640.")";

TEST(FindingsJson, AFindingHasEveryKey) {
  EXPECT_EQ(stopped_logger().json(), std::string(head) + "\"complete\":true,\"gaps\":[]},\n\"findings\":[\n{" +
                                         std::string(logger) + "}],\n\"cycles\":[]}\n");
}

TEST(FindingsJson, ALineIsAFindingWithItsTimeAndHost) {
  EXPECT_EQ(stopped_logger().lines(),
            R"({"ts":1795244889,"host":"web1",)" + std::string(logger) + ",\"cycle\":null}\n");
}

TEST(FindingsJson, CirclesStandApartAndInTheirLine) {
  constexpr std::string_view circle =
      R"([{"pid":1,"tid":1,"comm":"left","fd":3,"inode":10},{"pid":2,"tid":9,"comm":"right","fd":4,"inode":11}])";
  EXPECT_THAT(circle_of_two().json(), HasSubstr("\"cycles\":[" + std::string(circle) + "]}"));
  EXPECT_THAT(circle_of_two().lines(), HasSubstr("\"cycle\":" + std::string(circle) + "}\n"));
}

TEST(FindingsJson, OfTwoCirclesEachLineHasItsOwn) {
  Sample sample = circle_of_two();
  sample.add(Rule::wait_cycle, Severity::critical, "others").waiters = {waiter(5, "x", 1, 1), waiter(6, "y", 1, 1)};
  sample.diagnosis.cycles.insert(sample.diagnosis.cycles.begin(), {{.pid = 5, .tid = 5}, {.pid = 6, .tid = 6}});
  const std::string lines = sample.lines();
  EXPECT_THAT(lines.substr(lines.find('\n')), HasSubstr(R"("cycle":[{"pid":5,)"));
  EXPECT_THAT(lines.substr(0, lines.find('\n')), HasSubstr(R"("cycle":[{"pid":1,)"));
}

TEST(FindingsJson, WhatIsNotANumberIsNull) {
  Sample sample = stopped_logger();
  sample.diagnosis.findings[0].since_s = std::numeric_limits<double>::infinity();
  sample.diagnosis.findings[0].evidence = {{.field = "x", .value = std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_THAT(sample.json(),
              HasSubstr(R"("evidence":[{"field":"x","value":null,"limit":null,"text":null}],"since_s":null)"));
}

TEST(FindingsJson, HostileBytesMakeValidText) {
  Sample sample = stopped_logger();
  Finding& finding = sample.diagnosis.findings[0];
  finding.title = "\xff\033\n\"\\";
  finding.waiters[0].comm = "\xed\xa0\x80\"";
  finding.culprits[0].comm = "\xc2";
  for (const std::string& text : {sample.json(), sample.lines()}) {
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_THAT(text, HasSubstr("\"title\":\"\ufffd\\u001b\\u000a\\\"\\\\\""));
    EXPECT_THAT(text, HasSubstr(R"("title_b64":"/xsKIlw=")"));
    EXPECT_THAT(text, HasSubstr(R"("comm_b64":"wg==")"));
    EXPECT_THAT(text, Not(HasSubstr("advice_b64"))) << "only where it has to be";
  }
}

TEST(FindingsJson, TargetsBringWhatIsAroundThem) {
  Sample sample = stopped_logger();
  Target target;
  target.text = "/dev/\xfflog";
  TargetMatch match;
  match.pids = {640};
  match.sockets = {Inode{4712}};
  TargetReport report{&target, &match, {}};
  SocketFacts facts;
  facts.sockets = {&sample.sockets[1]};
  facts.summary = "nothing waits on it";
  facts.attended = false;
  facts.recv_q = 5;
  report.around.sockets = {facts};
  ProcessFacts process;
  process.pid = 640;
  process.comm = "rsyslogd";
  process.sockets = 2;
  process.doing = Doing::stopped;
  report.around.processes = {process};
  sample.targets = {report};
  sample.elsewhere = 4;
  const std::string json = sample.json();
  EXPECT_THAT(json,
              HasSubstr(R"("pids":[640],"inodes":[4712],"processes":[{"pid":640,"comm":"rsyslogd","sockets":2,)"));
  EXPECT_THAT(json, HasSubstr(R"("attended":false,"recv_q":5,"send_q":null,)"));
  EXPECT_THAT(json, HasSubstr("\"elsewhere\":4}\n"));
  const std::string lines = sample.lines();
  EXPECT_THAT(lines, HasSubstr("\"cycle\":null}\n{\"ts\":1795244889,\"host\":\"web1\",\"target\":\"/dev/"));
  EXPECT_THAT(lines, HasSubstr(R"("attended":false,"recv_q":5,"send_q":null,)"));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_THAT(sample.text(), HasSubstr("TARGET     /dev/\\xfflog: 1 process, 1 socket\n"
                                       "  Process  rsyslogd[640]: stopped; 2 sockets\n"));
  EXPECT_THAT(sample.text(), HasSubstr("u_dgr /dev/log (inode 4712): nothing waits on it\n"));
  EXPECT_THAT(sample.text(), HasSubstr("there are 4 more findings: see skq why without TARGET.\n"));
}

TEST(FindingsJson, AHealthyTargetIsALineToo) {
  Sample sample;
  Target target;
  target.text = "nginx";
  const TargetMatch match;
  sample.targets = {{&target, &match, {}}};
  EXPECT_THAT(sample.lines(), HasSubstr(R"({"ts":1795244889,"host":"web1","target":"nginx","kind":"pid",)"));
}

TEST(FindingsText, LabelsStandApartFromWhatIsBesideThem) {
  Sample sample;
  Target target;
  const TargetMatch match;
  TargetReport report{&target, &match, {}};
  for (const FactKind kind : {FactKind::listener, FactKind::connection, FactKind::datagram, FactKind::other}) {
    SocketFacts& facts = report.around.sockets.emplace_back();
    facts.kind = kind;
    facts.sockets = {sample.unix_socket(Netid::u_str, 5)};
  }
  sample.targets = {report};
  EXPECT_THAT(sample.text(), HasSubstr("  Listens  u_str (inode 5)\n"
                                       "  Connects u_str (inode 5)\n"
                                       "  Datagram u_str (inode 5)\n"
                                       "  Socket   u_str (inode 5)\n"));
}

}  // namespace
}  // namespace skq::testing
