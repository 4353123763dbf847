#include "store/chain.h"

#include <algorithm>
#include <utility>

#include "store/head_text.h"
#include "store/line_kind.h"
#include "store/readable.h"
#include "store/row_text.h"

namespace skq::store {
namespace {

constexpr std::string_view changed_meanwhile = "the file was changed meanwhile",
                           impossible_line = "a line that cannot be",
                           other_number = "more or fewer sockets than its head says";

Error failed(const SnapshotPlace& place, std::string_view why) {
  return Error{"read the snapshot at offset " + std::to_string(place.offset) + ": " + std::string(why), 0};
}

bool same_snapshot(const SnapshotHead& a, const SnapshotHead& b) {
  return a.seq == b.seq && a.full == b.full && a.rows == b.rows && a.at.time_ns == b.at.time_ns;
}

/// One without a finding is missing from what the head counts.
bool read_finding(std::string_view line, std::vector<std::string>& findings) {
  JsonCursor json(line);
  std::optional<std::string_view> finding;
  const bool read = json.object([&](std::string_view key) {
    std::string_view value;
    if (!json.raw(value)) return false;
    if (key == "finding") finding = value;
    return true;
  });
  if (!read || !json.at_end()) return false;
  if (finding) findings.emplace_back(*finding);
  return true;
}

}  // namespace

Result<std::size_t> Chain::full_of(std::size_t index) const {
  const auto& places = contents_.snapshots;
  std::size_t full = index;
  for (; !places[full].head.full; --full) {
    if (full == 0 || !follows(places[full - 1], places[full])) {
      return failed(places[index],
                    "a delta whose base, before offset " + std::to_string(places[full].offset) + ", is not there");
    }
    if (index - full >= limits_.chain) return failed(places[index], "too many deltas before it");
  }
  return full;
}

Status Chain::go_to(std::size_t index) {
  if (index >= contents_.snapshots.size()) return Error{"there is no snapshot " + std::to_string(index), 0};
  const auto full = full_of(index);
  if (!full) return full.error();
  std::size_t next = *full;
  if (at_ && *at_ >= *full && *at_ <= index) next = *at_ + 1;
  for (; next <= index; ++next) {
    if (const Status status = apply(next); !status) {
      at_.reset();
      return status;
    }
    at_ = next;
  }
  return Done{};
}

/// The text of a frame of several is held until another one is read.
Result<std::string_view> Chain::text_of(const SnapshotPlace& place) {
  if (text_of_ != place.offset) {
    text_of_.reset();
    auto text = frames_.text(file_, place.offset, place.length, limits_);
    if (!text) return text.error();
    text_ = *std::move(text);
  }
  if (text_.size() < place.text_at + place.text_size) return failed(place, changed_meanwhile);
  text_of_ = place.offset;
  return std::string_view(text_).substr(place.text_at, place.text_size);
}

Status Chain::apply(std::size_t index) {
  const SnapshotPlace& place = contents_.snapshots[index];
  Lines lines{.place = place};
  if (place.text_size == 0) {
    text_of_.reset();
    text_ = {};
    const auto take = [&](std::string_view line, bool whole) { return take_line(lines, line, whole); };
    const auto read = frames_.lines(file_, place.offset, place.length, limits_, take);
    if (!read) return read.error();
    return end(lines);
  }
  const auto text = text_of(place);
  if (!text) return text.error();
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    if (!take_line(lines, rest.substr(0, end), end != std::string_view::npos)) break;
    rest.remove_prefix(end + 1);
  }
  return end(lines);
}

/// The head comes first, and has to be the one that was seen when the file was walked.
bool Chain::take_line(Lines& lines, std::string_view line, bool whole) {
  lines.size += line.size() + 1;
  if (lines.delta) {
    lines.wrong = whole ? apply_line(lines, line) : impossible_line;
    return lines.wrong.empty();
  }
  const auto head = read_head(line);
  if (!whole || !head || !same_snapshot(*head, lines.place.head)) return false;
  findings_.clear();
  if (lines.place.head.full) {
    rows_ = {};
    values_ = deltas_ = 0;
    kept_ = kept_before_ = 0;
  } else {
    ++deltas_;
  }
  lines.delta.emplace(rows_, values_, limits_.values);
  return true;
}

Status Chain::end(const Lines& lines) {
  const SnapshotPlace& place = lines.place;
  if (!lines.delta) return failed(place, changed_meanwhile);
  if (!lines.wrong.empty()) return failed(place, lines.wrong);
  kept_ += lines.size;
  if (!drop_old_text()) return failed(place, "its sockets have more text than a snapshot may have");
  if (rows_.list.size() != place.head.rows) return failed(place, other_number);
  SnapshotHead base = std::exchange(head_, place.head);
  if (!head_.full) {
    head_.columns = std::move(base.columns);
    head_.scope = std::move(base.scope);
  }
  return Done{};
}

// Text that a delta replaces stays in the arena. When that may be most of it, what is still told moves to a new one;
// snapshots that were made of the old one keep it.
bool Chain::drop_old_text() {
  constexpr std::uint64_t little = std::uint64_t{1} << 24;
  if (kept_ <= std::max(little, 4 * kept_before_)) return true;
  auto arena = std::make_shared<Arena>();
  kept_ = 0;
  for (Row& row : rows_.list) {
    for (Cell& cell : row) {
      if (!cell.holds_text()) continue;
      kept_ += cell.size;
      if (kept_ > limits_.frame) return false;
      cell.bytes = arena->keep(cell.text()).data();
    }
  }
  rows_.arena = std::move(arena);
  kept_before_ = kept_;
  return true;
}

/// What is wrong with it; empty: nothing.
std::string_view Chain::apply_line(Lines& lines, std::string_view line) {
  const SnapshotHead& head = lines.place.head;
  bool done = true;
  switch (kind_of_line(line)) {
    case LineKind::snapshot:
      return "its frame holds several snapshots, as the file was compressed again, and is too long";
    case LineKind::finding:
      done = read_finding(line, findings_);
      break;
    case LineKind::delta:
      done = !head.full && lines.delta->apply(line);
      values_ = lines.delta->values();
      break;
    case LineKind::row:
      // So that it takes no more memory than it says.
      if (head.full && rows_.list.size() == head.rows) return other_number;
      done = head.full && add_row(line);
      break;
    case LineKind::newer:
      break;
  }
  return done ? std::string_view() : impossible_line;
}

bool Chain::add_row(std::string_view line) {
  const std::size_t usual = rows_.list.empty() ? 0 : rows_.list.back().size();
  rows_.list.emplace_back().reserve(usual);
  if (!read_row(line, *rows_.arena, rows_.list.back())) return false;
  values_ += rows_.list.back().size();
  return std::max(values_, rows_.list.size() * values_of_row) <= limits_.values;
}

}  // namespace skq::store
