// A recorded snapshot as a Source: collect joins, filters and tells gaps as it does of the running kernel.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "skq/source.h"
#include "skq/store.h"

namespace skq::cli {

class RecordedSource final : public Source {
 public:
  /// The snapshot must outlive the source and the rows.
  explicit RecordedSource(const RecordedSnapshot& snapshot);

  Result<DumpEnd> dump(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row) override;
  Result<OwnerScan> owners(const OwnerScanRequest& request, Arena& arena) override;
  Circumstances circumstances() override { return snapshot_.head.at; }
  std::vector<Gap> gaps() override;

  /// What is missing beside what the snapshot's head tells.
  void add_gap(Gap gap) { more_gaps_.push_back(std::move(gap)); }

 private:
  [[nodiscard]] bool is_gap_of_a_dump(const Gap& gap) const;

  const RecordedSnapshot& snapshot_;
  NetNamespace own_netns_;
  std::map<Inode, const Owners*> owners_;
  bool has_threads_ = false;
  std::vector<std::string_view> dumped_;  ///< as gaps name them
  std::vector<Gap> more_gaps_;
};

}  // namespace skq::cli
