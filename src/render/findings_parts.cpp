#include "render/findings_parts.h"

#include <algorithm>
#include <cmath>

#include "base/text_escape.h"
#include "diagnose/words.h"
#include "render/flow_text.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

std::string number(std::uint64_t value) {
  std::string text;
  append_integer(text, value);
  return text;
}

std::string fd_text(const std::optional<int>& fd) { return fd && *fd >= 0 ? "fd " + std::to_string(*fd) : ""; }

std::string_view words_for(Doing doing) {
  switch (doing) {
    case Doing::stopped:
      return "stopped";
    case Doing::traced:
      return "held by a debugger";
    case Doing::disk_wait:
      return "waits for a device or a file system";
    case Doing::zombie:
      return "has ended, and nobody has waited for it";
    case Doing::running:
      return "runs, and does not read";
    case Doing::sleeping:
      return "sleeps in another call";
    case Doing::waiting:
      return "waits itself";
    case Doing::gone:
      return "nobody holds the socket any more";
  }
  return {};
}

/// What `local` or `peer` says of an inet socket and of all others that are no unix sockets.
std::string field_text(std::string_view name, const Socket& socket, TextContext& context) {
  const Field* const field = find_field(name);
  if (field == nullptr) return {};
  const Value value = field->get(socket, context);
  const auto* text = std::get_if<std::string_view>(&value);
  return text == nullptr ? std::string() : escaped(*text);
}

}  // namespace

const std::vector<CycleStep>* cycle_of(const Finding& finding, const Diagnosis& diagnosis) {
  if (finding.rule != Rule::wait_cycle) return nullptr;
  for (const auto& cycle : diagnosis.cycles) {
    const bool all = std::all_of(cycle.begin(), cycle.end(), [&](const CycleStep& step) {
      return std::any_of(finding.waiters.begin(), finding.waiters.end(),
                         [&](const Waiter& waiter) { return waiter.tid == step.tid; });
    });
    if (all && !cycle.empty()) return &cycle;
  }
  return nullptr;
}

std::string who(std::optional<int> pid, std::string_view comm) {
  if (comm.empty()) return pid ? "pid " + std::to_string(*pid) : "a process that is not visible here";
  std::string text = escaped(comm);
  return pid ? text + "[" + std::to_string(*pid) + "]" : text + "[not visible here]";
}

std::string home_of(const Process* process) {
  if (process == nullptr) return {};
  if (!process->container.empty()) return " (container " + escaped(process->container.substr(0, 12)) + ")";
  return process->unit.empty() ? std::string() : " (" + escaped(process->unit) + ")";
}

std::string waiter_text(const Waiter& waiter) {
  std::string text = who(waiter.pid, waiter.comm);
  if (waiter.tid && waiter.tid != waiter.pid) text += ", thread " + std::to_string(*waiter.tid) + ",";
  text += home_of(waiter.process);
  text += waiter.syscall.empty() ? " waits" : " sleeps in " + escaped(waiter.syscall);
  if (const std::string fd = fd_text(waiter.fd); !fd.empty()) text += " on " + fd;
  if (waiter.blocked_s && std::isfinite(*waiter.blocked_s)) text += ", for " + duration_text(*waiter.blocked_s);
  return text;
}

std::string culprit_text(const Culprit& culprit) {
  std::string text;
  const bool nobody = !culprit.pid && culprit.comm.empty() && culprit.doing == Doing::gone;
  if (!culprit.address.empty()) {
    text = escaped(culprit.address);
    if (culprit.pid || !culprit.comm.empty()) text += ", " + who(culprit.pid, culprit.comm);
  } else if (!nobody) {
    text = who(culprit.pid, culprit.comm);
  }
  text += home_of(culprit.process);
  if (const std::string fd = fd_text(culprit.fd); !fd.empty()) text += ", " + fd;
  std::string doing = escaped(culprit.detail);
  if (doing.empty() && culprit.doing) doing = words_for(*culprit.doing);
  if (doing.empty()) doing = culprit.address.empty() ? "what it does is not to be seen" : "another host";
  return text.empty() ? doing : text + ": " + doing;
}

std::string name_of(const Socket& socket, TextContext& context) {
  return socket.unix_part() == nullptr ? field_text("local", socket, context) : escaped(diagnosing::unix_name(socket));
}

std::string socket_text(const Socket& socket, TextContext& context) {
  std::string text(to_text(socket.netid));
  if (const std::string name = name_of(socket, context); !name.empty()) text += " " + name;
  if (socket.inet() != nullptr && socket.state != State::listen)
    if (const std::string peer = field_text("peer", socket, context); !peer.empty()) text += " to " + peer;
  if (socket.inode != Inode{}) text += " (inode " + number(static_cast<std::uint32_t>(socket.inode)) + ")";
  return text;
}

}  // namespace skq::render
