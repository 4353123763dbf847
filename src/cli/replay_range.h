// The recorded snapshots from one moment to another, one at a time.
#pragma once

#include "cli/recordings.h"

namespace skq::cli {

/// Each snapshot from one moment to another, both included, in the order of the recording. What cannot be read is a gap
/// of the next one; what follows the last one comes as a Replayed without a snapshot.
class ReplayRange {
 public:
  /// The recordings must outlive it.
  ReplayRange(Recordings& recordings, std::optional<std::int64_t> begin_ns, std::optional<std::int64_t> end_ns);
  /// Empty: that was all.
  Result<std::optional<Replayed>> next();
  /// Whether it has snapshots of more than one host, as far as their heads can be read. To be asked before next().
  bool has_many_hosts();

 private:
  void note_damages(std::size_t index);
  void note_unread(const SnapshotHead& head, const Error& error);
  void end_unread();
  [[nodiscard]] bool may_have(std::size_t day) const;
  bool open_day();
  [[nodiscard]] bool is_in(const SnapshotHead& head) const;

  Recordings& recordings_;
  std::int64_t begin_ns_, end_ns_;
  std::optional<Place> next_;
  std::vector<Gap> gaps_;
  std::size_t unread_ = 0;
  std::int64_t unread_first_ns_ = 0, unread_last_ns_ = 0;
  std::string unread_why_;
};

}  // namespace skq::cli
