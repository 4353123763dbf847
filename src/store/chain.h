// Follows full snapshots and deltas through a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/delta.h"
#include "store/frame.h"
#include "store/rows.h"

namespace skq::store {

class Chain {
 public:
  Chain(const ByteSource& file, const DayContents& contents, const ReadLimits& limits)
      : file_(file), contents_(contents), limits_(limits) {}

  /// Makes rows() those of that snapshot, from where it stands if that is on the way.
  Status go_to(std::size_t index);

  [[nodiscard]] Rows& rows() { return rows_; }
  /// The snapshot's head, with the columns of its full one.
  [[nodiscard]] const SnapshotHead& head() const { return head_; }
  [[nodiscard]] const std::vector<std::string>& findings() const { return findings_; }
  /// How many deltas lie between the snapshot and its full one.
  [[nodiscard]] std::size_t deltas() const { return deltas_; }

 private:
  Result<std::size_t> full_of(std::size_t index) const;
  Status apply(std::size_t index);
  Result<std::string_view> text_of(const SnapshotPlace& place);
  /// One snapshot on its way, line by line.
  struct Lines {
    const SnapshotPlace& place;
    std::optional<DeltaReader> delta = {};  ///< behind the head
    std::string_view wrong = {};
    std::uint64_t size = 0;
  };
  bool take_line(Lines& lines, std::string_view line, bool whole);
  std::string_view apply_line(Lines& lines, std::string_view line);
  Status end(const Lines& lines);
  bool add_row(std::string_view line);
  bool drop_old_text();

  const ByteSource& file_;
  const DayContents& contents_;
  ReadLimits limits_;
  FrameReader frames_;
  std::string text_;                      ///< of the frame read last, where it holds several snapshots
  std::optional<std::uint64_t> text_of_;  ///< its offset
  std::optional<std::size_t> at_;
  Rows rows_;
  SnapshotHead head_;
  std::vector<std::string> findings_;
  std::uint64_t values_ = 0;
  std::uint64_t kept_ = 0, kept_before_ = 0;  ///< bytes of text in the arena at most; after they were last looked over
  std::size_t deltas_ = 0;
};

}  // namespace skq::store
