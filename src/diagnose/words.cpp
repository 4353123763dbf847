#include "diagnose/words.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace skq {
namespace {

// In the order of the enums' values.
constexpr std::array<std::string_view, 15> rule_names{"unix-send-blocked",
                                                      "unix-dgram-receiver-full",
                                                      "unix-accept-queue-full",
                                                      "unix-accept-queue-filling",
                                                      "wait-cycle",
                                                      "tcp-peer-not-reading",
                                                      "tcp-accept-queue-full",
                                                      "udp-receive-full",
                                                      "unread-data",
                                                      "orphaned-socket",
                                                      "peer-gone",
                                                      "close-wait",
                                                      "netlink-overrun",
                                                      "packet-drops",
                                                      "memory-pressure"};
constexpr std::array<std::string_view, 3> severity_names{"critical", "warning", "info"};
constexpr std::array<std::string_view, 3> confidence_names{"certain", "likely", "possible"};
constexpr std::array<std::string_view, 8> doing_names{"stopped", "traced",   "disk-wait", "zombie",
                                                      "running", "sleeping", "waiting",   "gone"};

}  // namespace

std::string_view to_text(Rule rule) { return rule_names.at(static_cast<std::size_t>(rule)); }
std::string_view to_text(Severity severity) { return severity_names.at(static_cast<std::size_t>(severity)); }
std::string_view to_text(Confidence confidence) { return confidence_names.at(static_cast<std::size_t>(confidence)); }
std::string_view to_text(Doing doing) { return doing_names.at(static_cast<std::size_t>(doing)); }

}  // namespace skq

namespace skq::diagnosing {

std::string process_name(std::string_view comm, std::optional<int> pid) {
  if (!pid) return comm.empty() ? "a process that is not visible here" : std::string(comm);
  return (comm.empty() ? std::string("a process") : std::string(comm)) + " (pid " + std::to_string(*pid) + ")";
}

std::string duration(double seconds) {
  const auto whole = static_cast<long long>(seconds);
  if (whole >= 3600) return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
  if (whole >= 120) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  const auto tenths = static_cast<long long>(std::floor(seconds * 10));
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
}

std::string waiting_text(const Waiting& waiting) {
  const std::string_view call = waiting.thread->call;
  const std::string place = call.empty() ? "" : " in " + std::string(call);
  if (waiting.wait->by == WaitBy::call) return (waiting.wait->what == WaitFor::receive ? "waits" : "blocked") + place;
  return "waits" + place + (waiting.wait->what == WaitFor::send ? " for room" : "");
}

std::string unix_name(const Socket& socket) {
  const UnixPart* part = socket.unix_part();
  if (part == nullptr || !part->has_name || part->name.empty()) return {};
  return part->name.front() == '\0' ? '@' + std::string(part->name.substr(1)) : std::string(part->name);
}

namespace {

// Of a zombie: only its leader is one.
bool lives_on(const Culprit& culprit) { return culprit.detail.substr(0, 15) == "its main thread"; }

// A name of a cgroup may hold anything but a slash, and a command is there to be pasted.
bool is_harmless(std::string_view path) {
  return path.size() > 1 && std::all_of(path.begin(), path.end(), [](char c) {
           return std::string_view("/._-@:").find(c) != std::string_view::npos || (c >= '0' && c <= '9') ||
                  (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

std::string thaw(const Culprit& culprit, const std::string& pid) {
  const std::string path(culprit.process != nullptr ? culprit.process->cgroup : std::string_view());
  if (!is_harmless(path)) return "Thaw its cgroup: write 0 to cgroup.freeze of the cgroup in /proc/" + pid + "/cgroup.";
  return "Thaw its cgroup, or the one above it that is frozen: echo 0 > /sys/fs/cgroup" + path +
         "/cgroup.freeze (with version 1: echo THAWED > /sys/fs/cgroup/freezer" + path + "/freezer.state).";
}

}  // namespace

std::string which_clause(const Culprit& culprit) {
  if (!culprit.doing) return "and what that does is not to be seen";
  switch (*culprit.doing) {
    case Doing::stopped:
      return culprit.detail.substr(0, 6) == "frozen" ? "which is frozen" : "which is stopped";
    case Doing::traced:
      return "which a debugger holds";
    case Doing::zombie:
      return lives_on(culprit) ? "whose main thread has ended" : "which has ended";
    case Doing::running:
      return "which runs, but does not read";
    case Doing::gone:
      return culprit.detail.substr(0, 20) == "no process that can " ? "which no process that can be seen holds"
                                                                    : "which no process holds";
    case Doing::disk_wait:
    case Doing::sleeping:
    case Doing::waiting:
      return "which " + culprit.detail;
  }
  return {};
}

std::string cure_for(const Culprit& culprit, bool accepts) {
  const std::string pid = culprit.pid ? std::to_string(*culprit.pid) : std::string("PID");
  if (!culprit.doing)
    return "Look again as root: what " + process_name(culprit.comm, culprit.pid) + " does is not to be seen.";
  switch (*culprit.doing) {
    case Doing::stopped:
      if (culprit.detail.substr(0, 6) == "frozen") return thaw(culprit, pid);
      return "Let it go on: kill -CONT " + pid + ".";
    case Doing::traced:
      // "held by its tracer, pid 7 (state t)"
      return "It is " + culprit.detail + ": let the debugger continue or detach it; TracerPid in /proc/" + pid +
             "/status names it.";
    case Doing::disk_wait:
      return "It cannot act before the kernel is done: see /proc/" + pid + "/stack and the kernel's log.";
    case Doing::zombie:
      return lives_on(culprit)
                 ? "Its other threads live on and hold the socket: see gdb -p " + pid + " and their backtraces."
                 : "Its parent has to wait for it.";
    case Doing::running:
      return "See what keeps it busy: perf top -p " + pid + ", or gdb -p " + pid + ".";
    case Doing::sleeping:
      return "See why it does not " + std::string(accepts ? "accept" : "read") + ": strace -p " + pid + ", or gdb -p " +
             pid + " and its backtrace.";
    case Doing::waiting:
      return "It waits itself: see strace -p " + pid + ", and whom it waits for.";
    case Doing::gone:
      return "Whoever was sent its descriptor has to receive it, or whoever keeps the last reference to close it.";
  }
  return {};
}

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

}  // namespace skq::diagnosing
