// What the options of `skq record`, of replay and of `skq check` do to the Settings.
#include <string>

#include "cli/option_actions.h"
#include "cli/option_values.h"
#include "skq/store.h"

namespace skq::cli::action {

Problem at(Settings& s, const Given& given) { return keep_text(s.replay.at, given, "the time"); }
Problem begin(Settings& s, const Given& given) { return keep_text(s.replay.begin, given, "the time"); }
Problem end(Settings& s, const Given& given) { return keep_text(s.replay.end, given, "the time"); }

Problem dir(Settings& s, const Given& given) { return keep_text(s.record.folder, given, "the folder's name"); }
Problem record_list(Settings& s, const Given&) { return turn(s.record.list, true); }
Problem record_findings(Settings& s, const Given&) { return turn(s.record.findings, true); }
Problem full_every(Settings& s, const Given& given) {
  constexpr std::size_t most = ReadLimits{}.chain;
  const Problem problem = keep_number(s.record.full_every, given, 1U, "a number of snapshots");
  if (problem || *s.record.full_every <= most) return problem;
  return wrong_value(given, "a number of snapshots is needed, from 1 to " + std::to_string(most), 0, given.value.size(),
                     {});
}
Problem keep_days(Settings& s, const Given& given) {
  return keep_number(s.record.keep_days, given, 1U, "a number of days");
}
Problem max_bytes(Settings& s, const Given& given) { return keep_size(s.record.most_bytes, given); }
Problem interval(Settings& s, const Given& given) { return keep_seconds(s.record.interval, given, 0.01, 86400); }
Problem count(Settings& s, const Given& given) {
  return keep_number(s.record.count, given, std::uint64_t{1}, "a number of snapshots");
}

Problem warning(Settings& s, const Given& given) { return keep_text(s.check.warning, given, "the range"); }
Problem critical(Settings& s, const Given& given) { return keep_text(s.check.critical, given, "the range"); }
Problem timeout(Settings& s, const Given& given) { return keep_seconds(s.check.timeout, given, 0.01, 86400); }

}  // namespace skq::cli::action
