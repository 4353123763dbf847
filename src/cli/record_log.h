// The recorder's own words. Errors always go to standard error; what is merely missing goes there or, with --log-file,
// into the log; what went well is told only where --log-level or --log-file asks.
#pragma once

#include <string>
#include <string_view>

#include "cli/gap_teller.h"
#include "cli/log.h"
#include "cli/settings.h"
#include "skq/result.h"

namespace skq::cli {

class RecordLog {
 public:
  static Result<RecordLog> open(const Settings& settings);

  /// Errors that come again at every beat are told once, until all is well again.
  void failed(const Error& error);
  void went_well();
  void gaps(const std::vector<Gap>& gaps);
  /// A recording that is not as it was left.
  void damaged(const std::string& text);
  [[nodiscard]] const Log& log() const { return log_; }
  [[nodiscard]] bool ever_failed() const { return ever_failed_; }

 private:
  RecordLog(Log log, bool on_stderr, bool warns);

  Log log_;
  GapTeller gaps_;
  std::string last_failure_;
  std::uint64_t failures_ = 0;
  bool warns_on_stderr_ = false;
  bool ever_failed_ = false;
};

}  // namespace skq::cli
