#include "cli/replay_range.h"

#include <limits>
#include <utility>

#include "cli/recordings_state.h"

namespace skq::cli {
namespace {

constexpr std::int64_t second = 1'000'000'000, day_seconds = 86'400;

}  // namespace

ReplayRange::ReplayRange(Recordings& recordings, std::optional<std::int64_t> begin_ns,
                         std::optional<std::int64_t> end_ns)
    : recordings_(recordings),
      begin_ns_(begin_ns.value_or(std::numeric_limits<std::int64_t>::min())),
      end_ns_(end_ns.value_or(std::numeric_limits<std::int64_t>::max())),
      next_(Place{}) {
  const std::int64_t begin_s = begin_ns_ / second;
  recordings.state_->note_no_files(begin_s - begin_s % day_seconds - 1, end_ns_ / second, gaps_);
}

bool ReplayRange::is_in(const SnapshotHead& head) const {
  return head.at.time_ns >= begin_ns_ && head.at.time_ns <= end_ns_;
}

/// That which lies right before the snapshot, or, behind all of them, at the end; unless it is of another time.
void ReplayRange::note_damages(std::size_t index) {
  const Recordings::State::Day& day = *recordings_.state_->open;
  const auto& all = day.contents.snapshots;
  const bool begins_in_time = index == 0 || all[index - 1].head.at.time_ns <= end_ns_;
  const bool ends_in_time = index == all.size() || all[index].head.at.time_ns >= begin_ns_;
  if (!begins_in_time || !ends_in_time) return;
  const std::uint64_t from = index == 0 ? 0 : all[index - 1].offset;
  const std::uint64_t to = index == all.size() ? std::numeric_limits<std::uint64_t>::max() : all[index].offset;
  for (const Damage& damage : day.contents.damages)
    if (damage.offset >= from && damage.offset < to) gaps_.push_back(recordings_.state_->gap_of(day.number, damage));
}

/// Many in a row are one gap: a damaged frame takes with it the deltas behind it.
void ReplayRange::note_unread(const SnapshotHead& head, const Error& error) {
  if (unread_ == 0) {
    unread_first_ns_ = head.at.time_ns;
    unread_why_ = error.text();
  }
  unread_last_ns_ = head.at.time_ns;
  ++unread_;
}

void ReplayRange::end_unread() {
  if (unread_ == 0) return;
  std::string what = "the snapshot of " + time_text(unread_first_ns_);
  if (unread_ > 1)
    what = std::to_string(unread_) + " snapshots from " + time_text(unread_first_ns_) + " to " +
           time_text(unread_last_ns_);
  gaps_.push_back({GapKind::recording, what + " cannot be read: " + unread_why_});
  unread_ = 0;
}

/// Files whose name is no day's may be of any.
bool ReplayRange::may_have(std::size_t day) const {
  const auto begin = recordings_.state_->files[day].day;
  return !begin || (*begin + day_seconds > begin_ns_ / second && *begin <= end_ns_ / second);
}

bool ReplayRange::has_many_hosts() {
  std::optional<std::string> host;
  for (std::size_t number = 0; number < recordings_.state_->files.size(); ++number) {
    if (!may_have(number)) continue;
    const auto day = recordings_.state_->day(number);
    if (!day) continue;
    for (const SnapshotPlace& place : (*day)->contents.snapshots) {
      if (!is_in(place.head)) continue;
      if (host && *host != place.head.at.host) return true;
      host = place.head.at.host;
    }
  }
  return false;
}

/// False: the day is of another time, or cannot be opened.
bool ReplayRange::open_day() {
  if (!may_have(next_->day)) return false;
  const auto day = recordings_.state_->day(next_->day);
  if (!day) gaps_.push_back({GapKind::recording, day.error().text()});
  return bool(day);
}

Result<std::optional<Replayed>> ReplayRange::next() {
  for (; next_ && next_->day < recordings_.state_->files.size(); next_ = Place{next_->day + 1, 0}) {
    while (open_day()) {
      const auto& all = recordings_.state_->open->contents.snapshots;
      const Place place = *next_;
      if (place.index <= all.size()) note_damages(place.index);
      if (place.index >= all.size()) break;
      ++next_->index;
      if (!is_in(all[place.index].head)) continue;
      auto snapshot = recordings_.read(place);
      if (!snapshot) {
        note_unread(all[place.index].head, snapshot.error());
        continue;
      }
      end_unread();
      return std::optional(Replayed{std::move(*snapshot), place, std::exchange(gaps_, {})});
    }
  }
  next_.reset();
  end_unread();
  if (gaps_.empty()) return std::optional<Replayed>();
  return std::optional(Replayed{nullptr, {}, std::exchange(gaps_, {})});
}

}  // namespace skq::cli
