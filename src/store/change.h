// What of one socket changed from one look to a later one.
#pragma once

#include <vector>

#include "skq/store.h"

namespace skq::store {

struct Growing;

/// What is compared of two looks: what both recorded.
class Comparer {
 public:
  Comparer(const SnapshotHead& before, const SnapshotHead& after, std::string_view name_before,
           std::string_view name_after);

  /// False: nothing to tell.
  bool compare(const Socket& before, const Socket& after, Change& change);
  Change opened(const Socket& after);

  [[nodiscard]] const std::vector<const Field*>& not_recorded() const { return not_recorded_; }
  /// Queues and memory among them.
  [[nodiscard]] const std::vector<std::string>& gaps() const { return gaps_; }

 private:
  struct Compared {
    const Field* field;
    const Growing* how;
  };
  [[nodiscard]] bool other_owners(const Socket& before, const Socket& after) const;

  std::vector<Compared> compared_;
  std::vector<const Field*> not_recorded_;
  std::vector<std::string> gaps_;
  bool owners_before_ = true, owners_after_ = true;  ///< were known of every socket
  TextContext context_;
};

/// How much a counter of bytes moved; orders changes in which nothing grew that is held.
std::uint64_t traffic_of(const Change& change);

}  // namespace skq::store
