// Follows full snapshots and deltas through a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

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
  Status apply_text(const SnapshotPlace& place, std::string_view text);
  bool add_row(std::string_view line);
  bool apply_lines(std::string_view text, const SnapshotHead& head);
  bool drop_old_text();

  const ByteSource& file_;
  const DayContents& contents_;
  ReadLimits limits_;
  FrameReader frames_;
  std::string text_;                      ///< of the frame read last
  std::optional<std::uint64_t> text_of_;  ///< its offset, where it holds several snapshots
  std::optional<std::size_t> at_;
  Rows rows_;
  SnapshotHead head_;
  std::vector<std::string> findings_;
  std::uint64_t values_ = 0;
  std::uint64_t kept_ = 0, kept_before_ = 0;  ///< bytes of text in the arena at most; after they were last looked over
  std::size_t deltas_ = 0;
};

}  // namespace skq::store
