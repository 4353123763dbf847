#include <algorithm>
#include <array>

#include "store/chain.h"
#include "store/delta.h"
#include "store/frame.h"
#include "store/frame_walk.h"
#include "store/head_text.h"
#include "store/last_snapshot.h"
#include "store/line_kind.h"
#include "store/row_text.h"

namespace skq {
namespace {

using store::Base;

void append_findings(std::string& out, std::span<const std::string> findings) {
  for (const std::string& finding : findings) {
    out += R"({"type":"finding","finding":)";
    const std::size_t begin = out.size();
    out += finding;
    // Within JSON a line feed can only be a blank.
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), '\n', ' ');
    out += "}\n";
  }
}

std::vector<std::string> names_of(std::span<const Field* const> columns) {
  std::vector<std::string> names;
  for (const Field* column : columns) names.emplace_back(column->name);
  return names;
}

bool may_follow(const SnapshotHead& base, const SnapshotHead& next) {
  return base.at.host == next.at.host && base.at.boot_id == next.at.boot_id && base.at.netns == next.at.netns &&
         base.columns == next.columns && base.scope == next.scope;
}

/// All lines of a snapshot; how long the head is. A delta puts the rows into the order in which they will be read.
std::size_t append_lines(std::string& text, const SnapshotHead& head, const Look& look, const store::Rows& base,
                         store::Rows& rows) {
  store::append_head(text, head);
  const std::size_t head_size = text.size();
  append_findings(text, look.findings);
  if (!head.full) store::append_delta(text, base, rows);
  for (const store::Row& row : rows.list) {
    if (!head.full) break;
    store::append_row(text, row);
    text += '\n';
  }
  return head_size;
}

Error too_much(const store::Rows& rows) {
  return {"record " + std::to_string(rows.list.size()) + " sockets: that is more than one snapshot can hold", 0};
}

// What nobody could read again is not written.
Status check_readable(const store::Rows& rows, std::size_t text_size, const ReadLimits& limits) {
  std::uint64_t values = 0, text = 0;
  for (const store::Row& row : rows.list) {
    values += row.size();
    for (const store::Cell& cell : row) text += cell.text().size();
  }
  if (values <= limits.values && std::max<std::uint64_t>(text, text_size) <= limits.frame) return Done{};
  return too_much(rows);
}

bool has_longer_line(std::string_view text, std::uint64_t longest) {
  while (text.size() > longest) {
    const std::size_t end = text.find('\n');
    if (std::min(end, text.size()) > longest) return true;
    text.remove_prefix(end + 1);
  }
  return false;
}

/// Its first frame is whole and sound, and says something else.
bool begins_with_others(const ByteSource& file, const DayContents& contents) {
  if (contents.damages.empty() || contents.damages.front().offset != 0) return false;
  store::WalkBudget budget = store::budget_for(file.size());
  const auto first = store::walk_frame(file, 0, budget);
  if (!first || first->end != store::WalkEnd::whole || first->skippable) return false;
  const auto text = store::FrameReader().text(file, 0, first->length, {});
  return text && store::kind_of_line(*text) != store::LineKind::snapshot;
}

// A file of that name that is none of ours must not be cut off.
Status check_beginning(const ByteSource& file, const DayContents& contents) {
  constexpr std::array<unsigned char, 4> magic{0x28, 0xb5, 0x2f, 0xfd};
  // Cut off is a torn write, never what may be whole.
  if (!contents.searched) return Error{"it is damaged, and what is behind the damage was not searched", 0};
  const Error foreign{"append a snapshot: the file is not one of snapshots", 0};
  if (contents.whole_end != 0) return begins_with_others(file, contents) ? Status(foreign) : Status(Done{});
  if (file.size() == 0) return Done{};
  std::array<std::byte, magic.size()> bytes{};
  const auto got = file.read(0, bytes);
  if (!got) return got.error();
  for (std::size_t at = 0; at < *got; ++at) {
    if (bytes[at] != std::byte{magic[at]}) return foreign;
  }
  return Done{};
}

}  // namespace

struct Recorder::State {
  RecordOptions options;
  std::vector<store::KeyId> keys;
  std::vector<std::string> columns;
  std::optional<Base> base, pending;  ///< what the file ends with; what it will when the appendix is written
  std::string unreadable;             ///< why nothing can build on what the file ends with

  Status look_at(const ByteSource& file, FileId id, const ByteSource* last);
  Status look_into(const ByteSource& file, FileId id);
  [[nodiscard]] bool knows(const ByteSource& file, FileId id) const;
  Base base_of(const ByteSource& file, FileId id, const DayContents& contents);
  bool full(const SnapshotHead& next) const;
};

/// A delta behind bytes that were damaged since would be one that nobody can read.
bool Recorder::State::knows(const ByteSource& file, FileId id) const {
  if (!base || base->file != id || base->end != file.size()) return false;
  if (!base->head || options.full_every <= 1) return true;
  const auto sum = store::sum_of(file, base->begin, base->end);
  return sum && sum->value() == base->sum.value();
}

// Who appended last, knows; or has left what he knew; else the file tells.
Status Recorder::State::look_at(const ByteSource& file, FileId id, const ByteSource* last) {
  unreadable.clear();
  if (knows(file, id)) return Done{};
  base.reset();
  if (last != nullptr) base = store::unpack_last(*last, file, id);
  return base ? Status(Done{}) : look_into(file, id);
}

Status Recorder::State::look_into(const ByteSource& file, FileId id) {
  const auto contents = read_contents(file);
  if (!contents) return contents.error();
  if (const Status status = check_beginning(file, *contents); !status) return status;
  base = base_of(file, id, *contents);
  return Done{};
}

Base Recorder::State::base_of(const ByteSource& file, FileId id, const DayContents& contents) {
  Base found{.file = id, .end = contents.whole_end};
  if (contents.snapshots.empty()) {
    if (!contents.damages.empty() && contents.whole_end != 0) unreadable = contents.damages.front().why;
    return found;
  }
  const SnapshotPlace& last = contents.snapshots.back();
  found.next_seq = last.head.seq + 1;
  if (options.full_every <= 1) return found;
  if (last.offset + last.length != contents.whole_end) {
    const std::uint64_t end = last.offset + last.length;
    const auto behind = std::find_if(contents.damages.begin(), contents.damages.end(),
                                     [end](const Damage& damage) { return damage.offset >= end; });
    unreadable = "behind offset " + std::to_string(end) + ": " +
                 (behind == contents.damages.end() ? "a frame without a snapshot" : behind->why);
    return found;
  }
  store::Chain chain(file, contents, {});
  if (const Status status = chain.go_to(contents.snapshots.size() - 1); !status) {
    unreadable = status.error().text();
    return found;
  }
  found.begin = contents.snapshots[contents.snapshots.size() - 1 - chain.deltas()].offset;
  auto sum = store::sum_of(file, found.begin, found.end);
  if (!sum) return found;
  found.sum = *std::move(sum);
  found.head = chain.head();
  found.deltas = chain.deltas();
  found.rows = std::move(chain.rows());
  return found;
}

bool Recorder::State::full(const SnapshotHead& next) const {
  return !base->head || base->deltas + 1 >= options.full_every || base->deltas >= options.limits.chain ||
         !may_follow(*base->head, next);
}

Recorder::Recorder(RecordOptions options) : state_(std::make_unique<State>()) {
  state_->keys = store::keys_for(options.columns);
  state_->columns = names_of(options.columns);
  state_->options = std::move(options);
}
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;
Recorder::~Recorder() = default;

Result<Appendix> Recorder::next(const ByteSource& file, FileId id, const Look& look, NameService* names,
                                const ByteSource* last) {
  state_->pending.reset();
  if (const Status status = state_->look_at(file, id, last); !status) return status.error();
  const Base& base = *state_->base;
  Appendix appendix{base.end, {}, {}, {}, state_->unreadable};
  SnapshotHead& head = appendix.head;
  head.at = *look.circumstances;
  head.gaps.assign(look.gaps.begin(), look.gaps.end());
  head.seq = base.next_seq;
  head.rows = look.rows.size();
  if (look.diagnosed || !look.findings.empty()) head.findings = look.findings.size();
  head.columns = state_->columns;
  if (look.scope != nullptr) head.scope = *look.scope;
  head.full = state_->full(head);

  store::Rows rows = store::rows_of(look.rows, state_->keys, names);
  std::string text;
  std::size_t head_size = append_lines(text, head, look, base.rows, rows);
  // A delta may have all values of a column in a line.
  if (!head.full && has_longer_line(text, state_->options.limits.line)) {
    head.full = true;
    text.clear();
    head_size = append_lines(text, head, look, base.rows, rows);
  }
  if (has_longer_line(text, state_->options.limits.line)) return too_much(rows);
  if (const Status status = check_readable(rows, text.size(), state_->options.limits); !status) return status.error();
  auto frame = store::compress(text, head_size, state_->options.level);
  if (!frame) return frame.error();
  appendix.frame = *std::move(frame);
  state_->pending = Base{.file = id,
                         .end = base.end + appendix.frame.size(),
                         .head = head,
                         .deltas = head.full ? 0 : base.deltas + 1,
                         .rows = std::move(rows),
                         .next_seq = head.seq + 1,
                         .begin = head.full ? base.end : base.begin,
                         .sum = head.full ? store::ChainSum() : base.sum};
  state_->pending->sum.add(appendix.frame);
  if (state_->options.leaves_last && state_->options.full_every > 1) {
    auto packed = store::pack_last(*state_->pending, appendix.frame, state_->options.level);
    if (packed) appendix.last = *std::move(packed);
  }
  return appendix;
}

void Recorder::written(bool done) {
  if (done && state_->pending)
    state_->base = std::move(state_->pending);
  else
    state_->base.reset();
  state_->pending.reset();
}

}  // namespace skq
