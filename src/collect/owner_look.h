// The look for owners that a request takes: whose are asked for, the walk through /proc or the kernel's own answer, and
// what it found.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "collect/owners.h"
#include "skq/collect.h"

namespace skq::collecting {

class OwnerLook {
 public:
  OwnerLook(const Request& request, Source& source, Snapshot& storage)
      : request_(request), source_(source), storage_(storage), asked_(!(request.needs & owner_needs).empty()) {}

  [[nodiscard]] bool asked() const { return asked_; }

  /// That row's owners will be asked for.
  void want(const Socket& row) {
    if (asked_) add_wanted_inodes(row, request_.needs, wanted_);
  }
  /// Nobody's, so far.
  void want_none() { wanted_.clear(); }

  /// Nothing: nobody asks. `seen`, unless null: the sockets that are known; beside these strangers are looked for.
  std::optional<Result<OwnerScan>> scan(const std::vector<Inode>* seen);

  /// Keeps what a scan found, with the storage.
  void take(OwnerScan scan);
  /// Null: there is nothing to tell.
  [[nodiscard]] const OwnerTable* found() const { return table_ ? &*table_ : nullptr; }
  /// Whether all that were asked for were found, or nobody holds them. It may be so where this does not say it.
  [[nodiscard]] bool none_unknown() const { return none_unknown_; }

 private:
  const Request& request_;
  Source& source_;
  Snapshot& storage_;
  bool asked_;
  std::vector<Inode> wanted_;
  OwnerScan scan_;
  std::optional<OwnerTable> table_;
  bool none_unknown_ = false;
};

}  // namespace skq::collecting
