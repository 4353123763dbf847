// One look for `skq record`: the sockets that are recorded and, with --why, the findings of the same look.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/asker.h"
#include "cli/interruption.h"
#include "cli/record_plan.h"
#include "skq/collect.h"
#include "skq/result.h"
#include "skq/source.h"

namespace skq::cli {

/// Holds all that its rows point into. They name namespaces that the source knows, so the source goes last.
struct Taken {
  std::unique_ptr<Source> source;
  Snapshot storage;
  std::unique_ptr<Asker> asker;  ///< with --why, instead of both
  Circumstances at;
  std::vector<Gap> gaps;
  std::vector<std::string> unlisted;  ///< Scope::unlisted
  std::vector<const Socket*> rows;
  std::vector<std::string> findings;  ///< each one JSON value
};

/// Findings rest on more sockets than are recorded, such as those of other network namespaces: where owners of these
/// alone are missing, the gap says so, and nobody looks for them among the rows.
void tell_whose_owners(std::vector<Gap>& gaps, const std::vector<const Socket*>& rows);

class Taker {
 public:
  /// The plan must outlive it.
  explicit Taker(const RecordPlan& plan) : plan_(plan) {}

  /// With --why it looks twice where one look cannot tell what is stuck, unless it is interrupted; the second look is
  /// then the one that is recorded.
  Result<std::unique_ptr<Taken>> take(NameService& names, const Interruption& interruption) const;

 private:
  void sort_out_unlisted(Taken& taken) const;
  Result<std::unique_ptr<Taken>> take_rows(NameService& names) const;
  Result<std::unique_ptr<Taken>> take_with_findings(NameService& names, const Interruption& interruption) const;

  const RecordPlan& plan_;
};

}  // namespace skq::cli
