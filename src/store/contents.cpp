#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "store/frame.h"
#include "store/frame_walk.h"
#include "store/head_text.h"
#include "store/line_kind.h"

namespace skq {
namespace {

using Line = store::FrameReader::Line;
using store::Walk;
using store::WalkEnd;

/// One walk through a file, from the front to the back.
class Contents {
 public:
  Contents(const ByteSource& file, const ReadLimits& limits)
      : file_(file), limits_(limits), size_(file.size()), budget_(store::budget_for(size_)) {}

  Result<DayContents> read() {
    while (at_ < size_) {
      if (const Status status = step(); !status) return status.error();
    }
    if (const Status status = tell_what_is_no_recording(); !status) return status.error();
    return std::move(found_);
  }

 private:
  Status step() {
    const auto walk = walk_here();
    if (!walk) return walk.error();
    if (walk->end != WalkEnd::whole) return skip("no whole frame");
    const auto ends_well = ends_at_a_frame(*walk);
    if (!ends_well) return ends_well.error();
    if (!*ends_well) return skip("a frame whose checksum is wrong");
    take(*walk);
    return Done{};
  }

  // A torn first write begins as a frame does.
  Status tell_what_is_no_recording() {
    if (size_ == 0 || found_.whole_end != 0 || !found_.snapshots.empty()) return Done{};
    std::array<std::byte, 4> bytes{};
    const auto got = file_.read(0, bytes);
    if (!got) return got.error();
    constexpr std::string_view magic("\x28\xb5\x2f\xfd", 4);
    const std::string_view begin(reinterpret_cast<const char*>(bytes.data()), *got);
    if (magic.starts_with(begin)) return Done{};
    found_.damages.front().torn = false;
    found_.damages.front().why = "this is no recording";
    return Done{};
  }

  // Most frames were walked already, to see how the one before them ends.
  Result<Walk> walk_here() {
    if (ahead_ && ahead_at_ == at_) return *ahead_;
    return store::walk_frame(file_, at_, budget_);
  }

  // Behind a frame begins the next one. Where it does not, a length may have been damaged, or what is behind is: the
  // frame's checksum tells.
  Result<bool> ends_at_a_frame(const Walk& walk) {
    const std::uint64_t end = at_ + walk.length;
    if (end == size_) return true;
    const auto next = store::walk_frame(file_, end, budget_);
    if (!next) return next.error();
    ahead_ = *next;
    ahead_at_ = end;
    if (next->end != WalkEnd::none) return true;
    return is_sound(at_, walk.length);
  }

  bool is_sound(std::uint64_t offset, std::uint64_t length) {
    if (budget_.bytes < length) return false;
    budget_.bytes -= length;
    std::uint64_t read = 0;
    const auto size = frames_.lines(file_, offset, length, limits_, [&](std::string_view line, bool) {
      read += line.size() + 1;
      return true;
    });
    spend(size ? *size : read);
    return bool(size);
  }

  // What was unpacked has cost its time also where the frame then is none.
  void spend(std::uint64_t bytes) { budget_.bytes -= std::min(budget_.bytes, bytes); }

  void take(const Walk& walk) {
    if (!walk.skippable) {
      const auto line = frames_.first_line(file_, at_, walk.length, walk.first_block);
      const bool bearable = line && line->text.size() <= budget_.head_bytes;
      if (bearable) budget_.head_bytes -= line->text.size();
      auto head = bearable ? store::read_head(line->text) : std::nullopt;
      if (head) {
        found_.snapshots.push_back({at_, walk.length, std::move(*head)});
        if (!line->alone) take_others(walk.length);
      } else if (line && !bearable) {
        pass_over(walk.length);
      } else {
        found_.damages.push_back({at_, walk.length, line ? store::why_no_head(line->text) : line.error().text()});
      }
    }
    at_ += walk.length;
    found_.whole_end = at_;
  }

  // A frame that was not made by a recorder: a file that was unpacked and compressed again has all its snapshots in
  // one. When its text cannot be had, whoever reads the first of them will say why.
  void take_others(std::uint64_t length) {
    if (budget_.bytes < length) return;
    budget_.bytes -= length;
    Others others;
    std::uint64_t at = 0;
    const auto take = [&](std::string_view line, bool whole) {
      const std::uint64_t begin = std::exchange(at, at + line.size() + (whole ? 1 : 0));
      // Most lines are rows, of which there may be a million.
      if (begin == 0 || store::is_usual_row(line) || store::kind_of_line(line) != store::LineKind::snapshot)
        return true;
      others.begins.push_back(begin);
      return take_head(line, others);
    };
    const auto size = frames_.lines(file_, at_, length, limits_, take);
    spend(size ? *size : at);
    if (!size || others.begins.empty()) return;
    others.begins.push_back(*size);
    found_.snapshots.back().text_size = others.begins.front();
    for (std::size_t i = 0; i < others.heads.size(); ++i) {
      const std::uint64_t begin = others.begins[i];
      found_.snapshots.push_back({at_, length, std::move(others.heads[i]), begin, others.begins[i + 1] - begin});
    }
    if (!others.wrong.empty()) found_.damages.push_back({at_, length, std::move(others.wrong)});
  }

  /// Of the snapshots behind the first one of a frame.
  struct Others {
    std::vector<std::uint64_t> begins;  ///< of each, also of one that cannot be read; and the end
    std::vector<SnapshotHead> heads;
    std::string wrong;
  };

  bool take_head(std::string_view line, Others& others) {
    constexpr std::uint64_t least = 512;  // what a head needs in memory, however short its line
    const std::uint64_t cost = std::max<std::uint64_t>(line.size(), least);
    const bool bearable = cost <= budget_.head_bytes;
    auto head = bearable ? store::read_head(line) : std::nullopt;
    if (!head) {
      others.wrong = "a frame of several snapshots, of which one and the rest cannot be read: " +
                     (bearable ? store::why_no_head(line) : "they are too many");
      return false;
    }
    budget_.head_bytes -= cost;
    others.heads.push_back(std::move(*head));
    return true;
  }

  // All of them are one damage: there may be many.
  void pass_over(std::uint64_t length) {
    constexpr std::string_view why = "the heads of the file's snapshots are longer together than they may be";
    auto& all = found_.damages;
    if (!all.empty() && all.back().why == why && all.back().offset + all.back().length == at_)
      all.back().length += length;
    else
      all.push_back({at_, length, std::string(why)});
  }

  // On to the next frame that can be one: whole, with a head.
  Status skip(const char* why) {
    Damage damage{at_, size_ - at_, why, true};
    for (std::uint64_t from = at_ + 1; budget_.heads > 0; --budget_.heads) {
      const auto magic = store::find_magic(file_, from, budget_);
      if (!magic) return magic.error();
      if (!*magic) break;
      const auto walk = store::walk_frame(file_, **magic, budget_);
      if (!walk) return walk.error();
      const auto line =
          walk->end == WalkEnd::whole ? frames_.first_line(file_, **magic, walk->length) : Result<Line>(Error{});
      if (line && store::read_head(line->text)) {
        damage.length = **magic - at_;
        damage.torn = false;
        break;
      }
      from = **magic + 1;
    }
    const bool gave_up = budget_.heads == 0 || budget_.bytes == 0 || budget_.blocks == 0;
    if (damage.torn && gave_up) {
      damage.why += ", and what is behind it was not searched";
      found_.searched = false;
    }
    at_ += damage.length;
    found_.damages.push_back(std::move(damage));
    return Done{};
  }

  const ByteSource& file_;
  const ReadLimits& limits_;
  std::uint64_t size_;
  store::WalkBudget budget_;
  std::uint64_t at_ = 0, ahead_at_ = 0;
  std::optional<Walk> ahead_;  ///< of the frame at ahead_at_
  DayContents found_;
  store::FrameReader frames_;
};

}  // namespace

Result<DayContents> read_contents(const ByteSource& file, const ReadLimits& limits) {
  return Contents(file, limits).read();
}

std::optional<std::size_t> find_at(const DayContents& contents, std::int64_t time_ns) {
  for (std::size_t at = contents.snapshots.size(); at-- > 0;) {
    if (contents.snapshots[at].head.at.time_ns <= time_ns) return at;
  }
  return std::nullopt;
}

}  // namespace skq
