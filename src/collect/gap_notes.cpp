#include "collect/gap_notes.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace skq::collecting {
namespace {

std::string describe(const PlannedDump& dump) {
  const Family family = dump.request.family;
  if (family == Family::inet || family == Family::inet6) return std::string(to_text(dump.request.netid));
  return std::string(to_text(family));
}

bool is_named(const PlannedDump& dump) {
  return std::any_of(dump.tables.begin(), dump.tables.end(), [](const TableRequest& table) { return table.named; });
}

}  // namespace

void GapNotes::add(GapKind kind, std::string detail) {
  Gap gap{kind, std::move(detail)};
  if (std::find(gaps_.begin(), gaps_.end(), gap) == gaps_.end()) gaps_.push_back(std::move(gap));
}

void GapNotes::failed(const PlannedDump& dump, const Error& error) {
  gaps_.push_back({GapKind::dump, describe(dump) + ": " + error.text()});
}

// A recording has what was asked for when it was made.
void GapNotes::ended_recording(const PlannedDump& dump, const DumpEnd& end) {
  std::string what = describe(dump);
  if (dump.request.family == Family::inet) what += " over IPv4";
  if (dump.request.family == Family::inet6) what += " over IPv6";
  if (end.error == ENODATA && is_named(dump)) add(GapKind::recording, what + ": not in the recording");
  if (end.narrowed)
    add(GapKind::recording, what + ": recorded in fewer states or through a filter, rows may be missing");
}

void GapNotes::ended(const PlannedDump& dump, const DumpEnd& end) {
  ended_recording(dump, end);
  if (end.error == ENODATA) return;
  const std::string what = describe(dump);
  if (end.error == ENOENT || end.error == EAFNOSUPPORT || end.error == EPROTONOSUPPORT) {
    const bool named = is_named(dump);
    if (named && end.substituted)
      add(GapKind::family, what + ": this kernel has no sock_diag for these sockets; told by /proc/net/" + what +
                               ", without memory, cookie and mark");
    else if (named)
      add(GapKind::family, what + ": this kernel cannot list these sockets (no sock_diag module for them)");
    if (!end.substituted) return;
  } else if (end.error != 0) {
    add(GapKind::dump, Error{what + ": the kernel ended the dump early", end.error}.text());
  }
  if (end.recorded && (end.interrupted || end.truncated)) {
    add(GapKind::recording, what + ": the recording of this dump has no end, rows may be missing");
  } else if (end.interrupted || end.truncated) {
    add(GapKind::dump, what + ": the dump was interrupted " + std::to_string(tries) + " times, rows may be missing");
  }
  if (end.malformed != 0)
    add(GapKind::dump, what + ": " + std::to_string(end.malformed) + " messages could not be decoded");
}

}  // namespace skq::collecting
