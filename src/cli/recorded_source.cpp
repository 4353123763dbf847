#include "cli/recorded_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <utility>

#include "model/derived.h"

namespace skq::cli {
namespace {

bool is_inet(Family family) { return family == Family::inet || family == Family::inet6; }

/// How collect begins the gap of a dump.
std::string_view name_of(const DumpRequest& request) {
  return is_inet(request.family) ? to_text(request.netid) : to_text(request.family);
}

bool begins_with_name(std::string_view detail, std::string_view name) {
  return detail.starts_with(name) &&
         (detail.substr(name.size()).starts_with(':') || detail.substr(name.size()).starts_with(" over "));
}

/// As the kernel selects: sockets that are bound and idle are told as closed, but sent only where they are asked for.
bool has_state(const Socket& row, StateSet states) {
  const bool connects = row.netid == Netid::tcp || row.netid == Netid::dccp;
  return connects && row.state == State::close ? states.has(State::bound_inactive) : is_in(row, states);
}

bool is_asked_for(const Socket& row, const DumpRequest& request) {
  return row.family == request.family && (!is_inet(row.family) || row.netid == request.netid) &&
         has_state(row, request.states);
}

/// As a dump would give it: what collect joins is not yet known.
Socket as_dumped(const Socket& recorded, const DumpRequest& request) {
  Socket row = recorded;
  row.other_end = nullptr;
  row.owners = row.peer_owners = nullptr;
  auto* part = std::get_if<UnixPart>(&row.part);
  if (part != nullptr && !request.listeners_pending) {
    part->pending = {};
    part->pending_known = false;
  }
  // What nobody asks for has no part in a fill, as in a look.
  if (part != nullptr && !request.needs.has(Need::unix_queue)) part->queue = nullptr;
  return row;
}

/// Reasons stand behind the count of sockets, which here is another.
std::string_view reason_in(std::string_view detail) {
  constexpr std::string_view before = " unknown: ";
  const std::size_t at = detail.find(before);
  return at == std::string_view::npos ? detail : detail.substr(at + before.size());
}

}  // namespace

RecordedSource::RecordedSource(const RecordedSnapshot& snapshot) : snapshot_(snapshot) {
  own_netns_.inode = snapshot.head.at.netns;
  for (const Socket* row : snapshot.rows) {
    if (row->owners == nullptr || row->inode == Inode{0}) continue;
    owners_.emplace(row->inode, row->owners);
    for (const Owner& owner : row->owners->list) has_threads_ = has_threads_ || owner.tid != 0;
  }
}

Result<DumpEnd> RecordedSource::dump(const DumpRequest& request, Arena& /*arena*/,
                                     const std::function<bool(Socket&)>& row) {
  DumpEnd end{.recorded = true};
  const std::string_view name = name_of(request);
  dumped_.push_back(name);
  const auto note_lack = [&](std::string_view detail) {
    if (!begins_with_name(detail, name)) return;
    end.error = ENOENT;
    end.substituted = detail.find("/proc/net/") != std::string_view::npos;
  };
  if (snapshot_.head.scope)
    for (const std::string& detail : snapshot_.head.scope->unlisted) note_lack(detail);
  for (const Socket* recorded : snapshot_.rows) {
    if (!is_asked_for(*recorded, request)) continue;
    const UnixPart* part = recorded->unix_part();
    if (request.listeners_pending && (part == nullptr || !part->pending_known)) continue;
    Socket copy = as_dumped(*recorded, request);
    // Where the rows do not say, they are of the recorder's own.
    if (copy.netns == nullptr && own_netns_.inode != 0 && request.needs.has(Need::netns)) copy.netns = &own_netns_;
    if (!row(copy)) break;
  }
  return end;
}

// What the recording does not tell of a process is unknown; that nobody held a socket is told.
Result<OwnerScan> RecordedSource::owners(const OwnerScanRequest& request, Arena& arena) {
  OwnerScan scan;
  scan.hidden_processes = true;
  scan.unknown_because = "the recording does not tell which processes held them";
  for (const Gap& gap : snapshot_.head.gaps)
    if (gap.kind == GapKind::owners) scan.unknown_because = reason_in(gap.detail);
  for (const Inode inode : request.wanted) {
    const auto known = owners_.find(inode);
    if (known == owners_.end()) continue;
    std::vector<Owner> list;
    std::set<std::pair<int, int>> seen;  // of pid and descriptor; a hostile recording has many
    for (Owner owner : known->second->list) {
      // Threads share descriptors; without them the first one stands for the process.
      if (!request.threads) owner.tid = 0;
      if (!request.process_details) owner.process = nullptr;
      if (!request.contexts && !request.socket_contexts) owner.security = nullptr;
      if (!request.threads && !seen.emplace(owner.pid, owner.fd).second) continue;
      list.push_back(owner);
    }
    scan.entries.push_back({inode, Owners{arena.keep(std::span<const Owner>(list))}});
  }
  if (request.threads && !has_threads_ && !owners_.empty())
    add_gap({GapKind::owners, "threads are not in the recording, which was made without -T"});
  return scan;
}

/// Of one that was asked for now, or of no dump at all.
bool RecordedSource::is_gap_of_a_dump(const Gap& gap) const {
  const auto named = [&](std::string_view name) { return begins_with_name(gap.detail, name); };
  if (std::any_of(dumped_.begin(), dumped_.end(), named)) return true;
  constexpr std::array names{"unix", "netlink", "packet", "vsock", "xdp",  "tipc",
                             "tcp",  "udp",     "raw",    "mptcp", "sctp", "dccp"};
  return std::none_of(names.begin(), names.end(), named);
}

// What counts is what is asked for now. What collect finds missing by the rows themselves, it tells by itself.
std::vector<Gap> RecordedSource::gaps() {
  std::vector<Gap> gaps = more_gaps_;
  for (const Gap& gap : snapshot_.head.gaps) {
    switch (gap.kind) {
      case GapKind::pending:
      case GapKind::owners:
      case GapKind::mark:
      case GapKind::activity:
        break;
      case GapKind::family:  // whoever recorded it had named the table; what nobody had named is in the scope
      case GapKind::dump:
        if (is_gap_of_a_dump(gap)) gaps.push_back(gap);
        break;
      case GapKind::netns:
        // Where only one namespace was recorded, the others were looked at for findings alone.
        if (!snapshot_.head.scope || snapshot_.head.scope->all_netns) gaps.push_back(gap);
        break;
      case GapKind::events:
      case GapKind::system:
      case GapKind::recording:
        gaps.push_back(gap);
        break;
    }
  }
  return gaps;
}

}  // namespace skq::cli
