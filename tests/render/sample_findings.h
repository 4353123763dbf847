// Findings made up by hand, and the sockets they are about.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "skq/render_findings.h"

namespace skq::testing {

/// A diagnosis and all that it points to; add() gives the finding to be filled in.
struct Sample {
  Diagnosis diagnosis;
  std::deque<Socket> sockets;
  std::deque<Process> processes;
  std::vector<Gap> gaps;
  std::vector<TargetReport> targets;
  std::size_t elsewhere = 0;
  Circumstances circumstances{"web1", "b00t", "6.18.44", 1'795'244'889'123'456'789, 4'026'531'840};
  Looked looked{812, 3, 41, 1.02};
  std::vector<const Field*> columns{find_field("netid"), find_field("inode"), find_field("path"), find_field("fill"),
                                    find_field("local_port")};

  Socket* unix_socket(Netid netid, std::uint32_t inode, std::string_view name = {}) {
    Socket& socket = sockets.emplace_back();
    socket.family = Family::unix_domain;
    socket.netid = netid;
    socket.state = State::established;
    socket.inode = Inode{inode};
    socket.part = UnixPart{.name = name, .has_name = !name.empty()};
    return &socket;
  }

  Socket* tcp(std::uint32_t inode, std::uint16_t local, std::uint16_t peer) {
    Socket& socket = sockets.emplace_back();
    socket.family = Family::inet;
    socket.netid = Netid::tcp;
    socket.state = State::established;
    socket.inode = Inode{inode};
    InetPart part;
    part.local.bytes = part.peer.bytes = {std::byte{127}, std::byte{0}, std::byte{0}, std::byte{1}};
    part.local_port = local;
    part.peer_port = peer;
    socket.part = part;
    return &socket;
  }

  Finding& add(Rule rule, Severity severity, std::string title) {
    Finding& finding = diagnosis.findings.emplace_back();
    finding.rule = rule;
    finding.severity = severity;
    finding.title = std::move(title);
    return finding;
  }

  /// Calls tell(report, context) with everything.
  template <class Tell>
  void report(Tell&& tell) {
    std::vector<const Finding*> findings;
    for (const Finding& finding : diagnosis.findings) findings.push_back(&finding);
    FindingsReport report;
    report.circumstances = &circumstances;
    report.diagnosis = &diagnosis;
    report.findings = findings;
    report.targets = targets;
    report.elsewhere = elsewhere;
    report.gaps = gaps;
    report.looked = looked;
    report.columns = columns;
    TextContext context;
    tell(report, context);
  }

  std::string text(int width = 100, bool color = false, bool utf8 = true) {
    std::string out;
    report([&](const FindingsReport& report, TextContext& context) {
      append_findings_text(out, report, {.width = width, .color = color, .utf8 = utf8, .version = "1"}, context);
    });
    return out;
  }
  std::string json() {
    std::string out;
    report([&](const FindingsReport& report, TextContext& context) {
      append_findings_json(out, report, {.version = "1"}, context);
    });
    return out;
  }
  std::string lines() {
    std::string out;
    report([&](const FindingsReport& report, TextContext& context) { append_findings_lines(out, report, context); });
    return out;
  }
};

inline Waiter waiter(int pid, std::string_view comm, int fd, double seconds) {
  Waiter waiter;
  waiter.pid = waiter.tid = pid;
  waiter.comm = comm;
  waiter.fd = fd;
  waiter.syscall = "sendto";
  waiter.wchan = "unix_wait_for_peer";
  waiter.blocked_s = seconds;
  return waiter;
}

inline Link link(int pid, std::string_view comm, int fd, const Socket* socket, std::string what) {
  Link link;
  link.pid = link.tid = pid;
  link.comm = comm;
  if (fd >= 0) link.fd = fd;
  link.socket = socket;
  link.what = std::move(what);
  return link;
}

/// Everybody who logs waits for a logger that was stopped.
inline Sample stopped_logger() {
  Sample sample;
  Socket* const sender = sample.unix_socket(Netid::u_dgr, 4711);
  Socket* const receiver = sample.unix_socket(Netid::u_dgr, 4712, "/dev/log");
  Finding& finding = sample.add(Rule::unix_dgram_receiver_full, Severity::critical,
                                "logger cannot send to /dev/log: rsyslogd, who should read it, is stopped");
  finding.waiters = {waiter(812, "logger", 3, 3.7), waiter(77, "cron", 5, 125)};
  finding.waiters[1].tid = 78;
  finding.socket = sender;
  finding.peer = receiver;
  Process& process = sample.processes.emplace_back();
  process.unit = "rsyslog.service";
  Culprit culprit;
  culprit.pid = 640;
  culprit.comm = "rsyslogd";
  culprit.fd = 4;
  culprit.doing = Doing::stopped;
  culprit.detail = "stopped by a signal (state T)";
  culprit.process = &process;
  finding.culprits = {culprit};
  finding.chain = {link(812, "logger", 3, sender, "blocked in sendto"), link(640, "rsyslogd", -1, nullptr, "stopped")};
  finding.evidence = {{.field = "dgram_queue", .value = 11, .limit = 11},
                      {.field = "wchan", .text = "unix_wait_for_peer"}};
  finding.since_s = 125;
  finding.advice = "Let it go on: kill -CONT 640.";
  return sample;
}

/// Two daemons that each send to the other and read nothing.
inline Sample circle_of_two() {
  Sample sample;
  Finding& finding = sample.add(Rule::wait_cycle, Severity::critical, "left and right wait for each other");
  finding.waiters = {waiter(1, "left", 3, 7200), waiter(2, "right", 4, 7100)};
  finding.waiters[1].tid = 9;
  sample.diagnosis.cycles = {{{.pid = 1, .tid = 1, .comm = "left", .fd = 3, .inode = Inode{10}},
                              {.pid = 2, .tid = 9, .comm = "right", .fd = 4, .inode = Inode{11}}}};
  finding.advice = "Restart one of them.";
  return sample;
}

}  // namespace skq::testing
