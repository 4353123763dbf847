#include "cli/diff_look.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/replay_distance.h"
#include "collect/peers.h"
#include "kernel/descriptor_limit.h"

namespace skq::cli {
namespace {

constexpr std::uint8_t sock_diag_protocol = 4;  // NETLINK_SOCK_DIAG

/// The sockets by which a look is made: none of them is there at the next. The program may have been given a longer
/// name, and an ordinary user may not see who holds them.
bool is_looking(const Socket& row) {
  const NetlinkPart* part = row.netlink();
  if (part == nullptr || part->protocol != sock_diag_protocol) return false;
  if (row.owners == nullptr || row.owners->list.empty()) return part->portid != 0;
  const auto is_ours = [](const Owner& owner) { return owner.pid == ::getpid() || owner.comm.starts_with("skq"); };
  return std::all_of(row.owners->list.begin(), row.owners->list.end(), is_ours);
}

bool is_asked_for(const Socket& row, std::span<const TableRequest> tables) {
  return std::any_of(tables.begin(), tables.end(),
                     [&](const TableRequest& table) { return table.netid == row.netid && table.family == row.family; });
}

/// Collect's own joins, on the recorded rows themselves. A RecordedSource, as replay has it, would not do: it answers
/// what a command asks now, with copies whose owners are looked up again by inode and only where asked for. Here two
/// recordings are compared, so what each tells and what it leaves open has to stay as it is. The owners of the other
/// end are not recorded beside each row: they are those of that end's row.
void join(std::span<Socket* const> rows) {
  collecting::join_unix_peers(rows);
  collecting::join_inet_peers(rows);
  for (Socket* row : rows)
    if (row->other_end != nullptr) row->peer_owners = row->other_end->owners;
}

std::unique_ptr<kernel::HostNames> names_for(const Settings& settings, bool recorded) {
  return std::make_unique<kernel::HostNames>(
      kernel::HostNamesOptions{.numeric = settings.numeric, .resolve = settings.resolve, .recorded = recorded});
}

/// The whole tables: what the command line chooses is chosen of the changes.
Scope scope_of(std::span<const TableRequest> tables, bool all_netns) {
  Scope scope{.tables = {}, .filter = {}, .all_netns = all_netns};
  for (const TableRequest& table : tables) scope.tables.push_back({table.family, table.netid, ~StateSet()});
  return scope;
}

}  // namespace

void DiffLook::take(Replayed replayed, std::span<const TableRequest> tables) {
  place_ = replayed.place;
  gaps_ = std::move(replayed.gaps);
  snapshot_ = std::move(replayed.snapshot);
  head_ = snapshot_->head;
  name_ = "the snapshot of " + time_text(head_.at.time_ns);
  join(snapshot_->rows);
  for (const Socket* row : snapshot_->rows)
    if (is_asked_for(*row, tables) && !is_looking(*row)) rows_.push_back(row);
}

Result<std::unique_ptr<DiffLook>> DiffLook::recorded(const DiffOperand& operand, const Settings& settings,
                                                     std::span<const TableRequest> tables, const DiffLook* same) {
  std::unique_ptr<DiffLook> look(new DiffLook);
  auto recordings = same != nullptr ? Result<Recordings>(same->recordings_->again()) : Recordings::open(operand.spec);
  if (!recordings) return recordings.error();
  look->recordings_ = std::move(*recordings);
  Result<Replayed> replayed = Error{};
  if (operand.moment) {
    const auto time = resolve(*operand.moment, *look->recordings_);
    if (!time) return time.error();
    replayed = look->recordings_->read_at(time->last_ns);
    if (replayed) note_distance(*time, *replayed, *look->recordings_);
  } else {
    replayed = look->recordings_->read_last();
  }
  if (!replayed) return replayed.error();
  note_future(*replayed, *look->recordings_);
  look->take(std::move(*replayed), tables);
  look->here_ = names_for(settings, true);
  look->recorded_names_ = names_of(look->snapshot_->names, look->here_.get());
  look->names_ = look->recorded_names_.get();
  return look;
}

Result<std::unique_ptr<DiffLook>> DiffLook::next(std::span<const TableRequest> tables) {
  const auto place = recordings_->after(place_, true);
  if (!place) return place.error();
  if (!*place) return std::unique_ptr<DiffLook>();
  auto snapshot = recordings_->read(**place);
  if (!snapshot) return snapshot.error();
  std::unique_ptr<DiffLook> look(new DiffLook);
  look->take({std::move(*snapshot), **place}, tables);
  return look;
}

Result<std::unique_ptr<DiffLook>> DiffLook::live(const Settings& settings, std::span<const TableRequest> tables,
                                                 NeedSet needs, bool all_netns) {
  std::unique_ptr<DiffLook> look(new DiffLook);
  if (all_netns) kernel::raise_descriptor_limit();
  auto source = all_netns ? open_host() : open_kernel();
  if (!source) return source.error();
  look->source_ = std::move(*source);
  Request request;
  request.tables.assign(tables.begin(), tables.end());
  request.needs = all_netns ? needs | NeedSet(Need::netns) : needs;
  request.keep = true;
  look->head_.at = look->source_->circumstances();
  look->name_ = "the live look";
  auto summary = collect(request, *look->source_, look->storage_, [&](std::span<const Socket* const> rows) {
    for (const Socket* row : rows)
      if (!is_looking(*row)) look->rows_.push_back(row);
  });
  if (!summary) return summary.error();
  look->head_.gaps = std::move(summary->gaps);
  look->head_.rows = look->rows_.size();
  look->head_.scope = scope_of(tables, all_netns);
  look->here_ = names_for(settings, false);
  look->names_ = look->here_.get();
  return look;
}

bool DiffLook::is_same_as(const DiffLook& other) const {
  return !is_live() && !other.is_live() && head_.at.time_ns == other.head_.at.time_ns && head_.seq == other.head_.seq &&
         head_.at.host == other.head_.at.host;
}

bool DiffLook::has_many_namespaces() const {
  if (head_.scope) return head_.scope->all_netns;
  return std::any_of(rows_.begin(), rows_.end(), [this](const Socket* row) {
    return row->netns != nullptr && row->netns->inode != head_.at.netns;
  });
}

void DiffLook::keep_netns(std::uint64_t netns) {
  std::erase_if(
      rows_, [&](const Socket* row) { return (row->netns != nullptr ? row->netns->inode : head_.at.netns) != netns; });
}

}  // namespace skq::cli
