// What is missing from a look, in words: how its dumps ended, and whatever else could not be found out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collect/dump_plan.h"

namespace skq::collecting {

/// A dump that the kernel interrupts is done again; under steady churn every try may be interrupted.
inline constexpr int tries = 3;

class GapNotes {
 public:
  /// To be added to.
  explicit GapNotes(std::vector<Gap>& gaps) : gaps_(gaps) {}

  /// IPv4 and IPv6 of one protocol fail alike; it is told once.
  void add(GapKind kind, std::string detail);
  void failed(const PlannedDump& dump, const Error& error);
  void ended(const PlannedDump& dump, const DumpEnd& end);

 private:
  void ended_recording(const PlannedDump& dump, const DumpEnd& end);

  std::vector<Gap>& gaps_;
};

}  // namespace skq::collecting
