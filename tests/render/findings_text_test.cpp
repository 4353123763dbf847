#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/text_escape.h"
#include "base/text_width.h"
#include "render/flow_text.h"
#include "sample_findings.h"

namespace skq::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(FindingsText, NothingFoundIsOneLine) {
  Sample sample;
  EXPECT_EQ(sample.text(),
            "Nothing is stuck: 812 sockets in 3 network namespaces, 41 threads looked at closely, in 1.0 s.\n");
  sample.looked = {1, 0, 1, 0.004};
  EXPECT_EQ(sample.text(), "Nothing is stuck: 1 socket, 1 thread looked at closely, in 4 ms.\n");
  sample.gaps = {{GapKind::owners, "x"}};
  EXPECT_EQ(sample.text(),
            "Nothing stuck is to be seen: 1 socket, 1 thread looked at closely, in 4 ms. Not everything could be\n"
            "seen: standard error says what.\n");
}

TEST(FindingsText, AStoppedLogger) {
  EXPECT_EQ(stopped_logger().text(),
            R"(CRITICAL   logger cannot send to /dev/log: rsyslogd, who should read it, is stopped
  Waits    logger[812] sleeps in sendto on fd 3, for 3.7 s
           cron[77], thread 78, sleeps in sendto on fd 5, for 2 min 5 s
  Chain    logger[812] ──sendto fd 3──▶ /dev/log ──▶ rsyslogd[640] stopped
  Cause    rsyslogd[640] (rsyslog.service), fd 4: stopped by a signal (state T)
  Socket   u_dgr (inode 4711), other end u_dgr /dev/log (inode 4712)
  Proof    11 of 11 datagrams wait for the receiver; sleeps in unix_wait_for_peer (the other end's
           queue is full)
  Do       Let it go on: kill -CONT 640.

1 critical: 812 sockets in 3 network namespaces, 41 threads looked at closely, in 1.0 s.
)");
}

TEST(FindingsText, ACircleIsDrawnAsOne) {
  EXPECT_EQ(circle_of_two().text(),
            R"(CRITICAL   left and right wait for each other
  Waits    left[1] sleeps in sendto on fd 3, for 2 h
           right[2], thread 9, sleeps in sendto on fd 4, for 1 h 58 min
  Circle   ╭─▶ left[1] waits on fd 3 for
           │   right[2], thread 9, waits on fd 4 for
           ╰── left[1] again
  Do       Restart one of them.

1 critical: 812 sockets in 3 network namespaces, 41 threads looked at closely, in 1.0 s.
)");
}

TEST(FindingsText, AsciiWhereTheTerminalHasNoMore) {
  const std::string chain = stopped_logger().text(100, false, false), circle = circle_of_two().text(100, false, false);
  EXPECT_THAT(chain, HasSubstr("logger[812] --sendto fd 3--> /dev/log --> rsyslogd[640] stopped\n"));
  EXPECT_THAT(circle, HasSubstr("  Circle   .-> left[1] waits on fd 3 for\n"
                                "           |   right[2], thread 9, waits on fd 4 for\n"
                                "           '-- left[1] again\n"));
  for (const std::string& text : {chain, circle})
    for (const char byte : text) EXPECT_LT(static_cast<unsigned char>(byte), 0x80);
}

TEST(FindingsText, SeverityHasItsColorOnlyWhereItIsWanted) {
  Sample sample = stopped_logger();
  sample.add(Rule::close_wait, Severity::warning, "w").sockets = 12;
  sample.add(Rule::packet_drops, Severity::info, "i").confidence = Confidence::possible;
  const std::string text = sample.text(100, true);
  EXPECT_THAT(text, HasSubstr("\033[1;31mCRITICAL\033[0m   \033[1mlogger cannot"));
  EXPECT_THAT(text, HasSubstr("\033[33mWARNING\033[0m    \033[1mw (12 sockets)\033[0m\n"));
  EXPECT_THAT(text, HasSubstr("\033[36mINFO\033[0m       \033[1mi\033[0m\n"));
  EXPECT_THAT(text, HasSubstr("\033[2mHow sure\033[0m possible: there may be another reason\n"));
  EXPECT_THAT(text, HasSubstr("\n3 findings (1 critical, 1 warning, 1 for information): 812 sockets"));
  EXPECT_THAT(sample.text(), Not(HasSubstr("\033")));
}

TEST(FindingsText, WarningsAloneAreNothingStuck) {
  Sample sample;
  sample.add(Rule::close_wait, Severity::warning, "w").since_s = 0.04;
  EXPECT_THAT(sample.text(),
              HasSubstr("WARNING    w\n  Lasts    40 ms\n\nNothing is stuck for certain; 1 warning: 812 "));
  sample.add(Rule::close_wait, Severity::warning, "w");
  EXPECT_THAT(sample.text(), HasSubstr("\nNothing is stuck for certain; 2 warnings: 812 "));
}

TEST(FindingsText, WhatIsForInformationLeavesNoDoubt) {
  Sample sample;
  sample.add(Rule::packet_drops, Severity::info, "i");
  EXPECT_THAT(sample.text(), HasSubstr("\nNothing is stuck; 1 for information: 812 "));
}

TEST(FindingsText, ManyWaitersAreCounted) {
  Sample sample = stopped_logger();
  sample.diagnosis.findings[0].waiters.resize(30, waiter(5, "x", 6, 1));
  const std::string text = sample.text();
  EXPECT_THAT(text, HasSubstr("           x[5] sleeps in sendto on fd 6, for 1.0 s\n           and 25 more\n  Chain"));
}

TEST(FindingsText, WhatCannotBeSeenIsNotMadeUp) {
  Sample sample;
  Finding& finding = sample.add(Rule::tcp_peer_not_reading, Severity::critical, "t");
  finding.waiters.emplace_back();
  finding.waiters.push_back({.pid = 7});
  Culprit remote;
  remote.address = "192.0.2.7:5432";
  Culprit nobody;
  nobody.doing = Doing::gone;
  Culprit stranger;
  stranger.pid = 9;
  finding.culprits = {remote, nobody, stranger};
  finding.socket = sample.tcp(31, 40000, 5432);
  EXPECT_THAT(sample.text(), HasSubstr(R"(  Waits    a process that is not visible here waits
           pid 7 waits
  Cause    192.0.2.7:5432: another host
           nobody holds the socket any more
           pid 9: what it does is not to be seen
  Socket   tcp 127.0.0.1:40000 to 127.0.0.1:5432 (inode 31)
)"));
}

TEST(FindingsText, EvidenceHasTheUnitOfItsField) {
  Sample sample;
  Finding& finding = sample.add(Rule::unix_send_blocked, Severity::critical, "t");
  finding.evidence = {{.field = "send_fill", .value = 100.24, .limit = 100},
                      {.field = "send_mem", .value = 213504, .limit = 212992},
                      {.field = "no_such_field", .value = 2.5}};
  EXPECT_THAT(
      sample.text(),
      HasSubstr("  Proof    its send buffer is 100.24% full; its send buffer holds 208.5K of 208.0K; no_such_field\n"
                "           2.5\n"));
}

TEST(FindingsText, EvidenceIsSaidInWords) {
  Sample sample;
  Finding& finding = sample.add(Rule::tcp_peer_not_reading, Severity::critical, "t");
  finding.evidence = {{.field = "send_fill"},
                      {.field = "tcp_snd_wnd"},
                      {.field = "tcp_rwnd_limited", .value = 4'652'000},
                      {.field = "tcp_probes"},
                      {.field = "timer", .text = "persist"},
                      {.field = "wchan", .text = "do_\x1b"}};
  EXPECT_THAT(sample.text(), HasSubstr("  Proof    the receiver's window is 0; held back by the receiver's window for "
                                       "4.6 s altogether;\n           timer: persist (asks again and again for a "
                                       "window); sleeps in do_\\x1b\n"));
  finding.evidence = {{.field = "holders", .value = 2}, {.field = "holders", .value = 2}};
  EXPECT_THAT(sample.text(), HasSubstr("  Proof    2 processes hold the other end\n"));
  finding.evidence = {{.field = "send_fill"}};
  EXPECT_THAT(sample.text(), Not(HasSubstr("Proof")));
}

TEST(FindingsText, OneRootIsToldOnce) {
  Sample sample = stopped_logger();
  sample.add(Rule::unix_send_blocked, Severity::critical, "other").culprits.emplace_back().pid = 9;
  Finding& front = sample.add(Rule::unix_send_blocked, Severity::critical, "front waits as well");
  const Finding& middle = sample.diagnosis.findings[0];
  front.culprits = middle.culprits;
  front.culprits.emplace_back().pid = 812;
  front.culprits.back().doing = Doing::waiting;
  front.evidence = middle.evidence;
  front.advice = middle.advice;
  EXPECT_THAT(sample.text(), HasSubstr(R"(
  Do       Let it go on: kill -CONT 640.

CRITICAL   front waits as well
  Cause    the same as above, rsyslogd[640]

CRITICAL   other
)"));
  // Who is one cause of two is not all of the second.
  front.culprits.back().doing = Doing::sleeping;
  EXPECT_THAT(sample.text(), Not(HasSubstr("the same as above")));
}

TEST(FindingsText, OtherNetworkNamespacesAreNamed) {
  Sample sample;
  Finding& finding = sample.add(Rule::unread_data, Severity::warning, "t");
  Socket* const socket = sample.unix_socket(Netid::u_str, 5, std::string_view("\0x\n", 3));
  const NetNamespace ours{4'026'531'840, ""}, named{7, "web\033"}, nameless{8, ""};
  finding.socket = socket;
  socket->netns = &ours;
  EXPECT_THAT(sample.text(), HasSubstr("  Socket   u_str @x\\n (inode 5)\n"));
  socket->netns = &named;
  EXPECT_THAT(sample.text(), HasSubstr("(inode 5), in network namespace web\\x1b\n"));
  socket->netns = &nameless;
  EXPECT_THAT(sample.text(), HasSubstr("(inode 5), in network namespace 8\n"));
}

/// Every text that comes from outside is this.
Sample hostile(std::string_view text) {
  Sample sample = stopped_logger();
  Finding& finding = sample.diagnosis.findings[0];
  finding.title = finding.advice = std::string(text);
  for (Waiter& waiter : finding.waiters) waiter.comm = waiter.syscall = waiter.wchan = text;
  for (Culprit& culprit : finding.culprits) {
    culprit.comm = text;
    culprit.address = culprit.detail = std::string(text);
  }
  for (Link& link : finding.chain) {
    link.comm = text;
    link.what = std::string(text);
  }
  for (Evidence& evidence : finding.evidence) evidence.field = evidence.text = std::string(text);
  for (Process& process : sample.processes) process.unit = process.container = process.cmdline = text;
  for (Socket& socket : sample.sockets) socket.part = UnixPart{.name = text, .has_name = true};
  return sample;
}

TEST(FindingsText, HostileNamesNeitherSteerNorWiden) {
  const std::string long_name(3000, 'x');
  const std::string wide = [] {
    std::string text;
    for (int i = 0; i < 300; ++i) text += "\u65e5\u672c ";
    return text + std::string(200, 'y');
  }();
  for (const std::string& name : {std::string("\033[2J\n\r\x9b\xff\u202e"), long_name, wide, std::string("\0", 1)}) {
    for (const int width : {1, 40, 73, 100, 5000}) {
      std::istringstream lines(hostile(name).text(width));
      std::string line;
      while (std::getline(lines, line)) {
        EXPECT_TRUE(is_plain(line) || line.find("\\x") != std::string::npos) << line;
        EXPECT_EQ(line.find('\033'), std::string::npos);
        EXPECT_EQ(line.find('\r'), std::string::npos);
        EXPECT_LE(display_width(line), static_cast<std::size_t>(std::clamp(width, 40, 100))) << line;
      }
    }
  }
}

TEST(FlowText, DurationsAsPeopleSayThem) {
  using render::duration_text;
  EXPECT_EQ(duration_text(0), "0 ms");
  EXPECT_EQ(duration_text(0.0996), "99 ms");
  EXPECT_EQ(duration_text(3.74), "3.7 s");
  EXPECT_EQ(duration_text(9.96), "9.9 s");
  EXPECT_EQ(duration_text(59.6), "59 s");
  for (const double tenth : {0.1, 0.7, 1.1, 2.3, 8.2})
    EXPECT_EQ(duration_text(tenth), std::to_string(tenth).substr(0, 3) + " s");
  EXPECT_EQ(duration_text(125), "2 min 5 s");
  EXPECT_EQ(duration_text(11520), "3 h 12 min");
  EXPECT_EQ(duration_text(90000), "1 d 1 h");
  EXPECT_EQ(duration_text(-1), "0 ms");
}

TEST(FlowText, NumbersKeepTheirUnits) {
  using render::wrapped;
  EXPECT_THAT(wrapped("read in 15 ms, then", 11), ElementsAre("read in", "15 ms, then"));
  EXPECT_THAT(wrapped("for 2 min 5 s.", 9), ElementsAre("for 2 min", "5 s."));
  EXPECT_THAT(wrapped("in 15", 4), ElementsAre("in", "15"));
  EXPECT_THAT(wrapped("are 15 sockets", 8), ElementsAre("are 15", "sockets"));
}

TEST(FlowText, WordsFlowAndLongOnesBreak) {
  using render::wrapped;
  EXPECT_THAT(wrapped("", 10), ElementsAre(""));
  EXPECT_THAT(wrapped("  a   b ", 10), ElementsAre("a b"));
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("x abcdefgh y", 4), ElementsAre("x", "abcd", "efgh", "y"));
  EXPECT_THAT(wrapped("\u65e5\u672c\u8a9e", 5), ElementsAre("\u65e5\u672c", "\u8a9e"));
}

}  // namespace
}  // namespace skq::testing
