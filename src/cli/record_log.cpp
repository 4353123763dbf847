#include "cli/record_log.h"

#include <utility>

#include "base/text_escape.h"
#include "cli/message.h"

namespace skq::cli {
namespace {

bool hushes_warnings(const Settings& settings) {
  return settings.log_level == "error" || settings.log_level == "critical" || settings.log_level == "off";
}

}  // namespace

RecordLog::RecordLog(Log log, bool on_stderr, bool warns)
    : log_(std::move(log)),
      gaps_([log = log_, on_stderr, warns](const std::string& text) {
        if (!on_stderr) log.warning("incomplete: {}", text);
        if (on_stderr && warns) complain("incomplete: " + text);
      }),
      warns_on_stderr_(on_stderr && warns) {}

Result<RecordLog> RecordLog::open(const Settings& settings) {
  auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return log.error();
  return RecordLog(std::move(*log), !settings.log_file, !hushes_warnings(settings));
}

void RecordLog::failed(const Error& error) {
  ever_failed_ = true;
  ++failures_;
  std::string text = escaped(error.text());
  if (text == last_failure_) return;
  complain(text);
  log_.error("{}", text);
  last_failure_ = std::move(text);
}

void RecordLog::went_well() {
  if (failures_ > 0) log_.info("works again; snapshots that failed: {}", failures_);
  failures_ = 0;
  last_failure_.clear();
}

void RecordLog::damaged(const std::string& text) {
  if (warns_on_stderr_)
    complain("warning: " + escaped(text));
  else
    log_.warning("{}", escaped(text));
}

void RecordLog::gaps(const std::vector<Gap>& gaps) {
  gaps_.take(gaps);
  gaps_.tell();
}

}  // namespace skq::cli
