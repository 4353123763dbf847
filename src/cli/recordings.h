// Recorded snapshots, by what the user calls them: a file, a day, a folder of days. How to walk through them by time,
// with one snapshot at a time in memory.
//
//   auto recordings = Recordings::open("20261121");             FILE, YYYYMMDD, DIR, DIR/YYYYMMDD, "-"
//   auto place = recordings->at(time_ns);                       or last(), first(); then after(*place)
//   auto snapshot = recordings->read(*place);                   the rows; head() alone costs nothing
//   each one of a time: replay_range.h
//
// Two hosts may have recorded into one folder: each snapshot is of one host, and head() says of which. A clock may have
// gone back: within a day snapshots come in the order in which they were recorded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/usage_error.h"
#include "skq/result.h"
#include "skq/source.h"
#include "skq/store.h"
#include "store/moment.h"

namespace skq::cli {

/// Where `skq record` puts the days unless it is told otherwise.
inline constexpr std::string_view usual_recordings = "/var/log/skq";

/// Behind the path of what has the name of a day's file and is none.
inline constexpr std::string_view no_regular_file = " is no regular file, nor a link to one";

/// One snapshot of a recording. Valid as long as the Recordings.
struct Place {
  std::size_t day = 0;    ///< which of the files
  std::size_t index = 0;  ///< which snapshot of it
  auto operator<=>(const Place&) const = default;
};

/// A snapshot, and what is missing around it.
struct Replayed {
  std::unique_ptr<RecordedSnapshot> snapshot;
  Place place;
  std::vector<Gap> gaps = {};  ///< damage behind it; in a range, before it
};

class Recordings {
 public:
  /// An Error names what was not there.
  static Result<Recordings> open(const std::string& spec);
  Recordings(Recordings&&) noexcept;
  Recordings& operator=(Recordings&&) noexcept;
  ~Recordings();

  /// As messages name it.
  [[nodiscard]] const std::string& name() const;

  /// Empty: there is none.
  Result<std::optional<Place>> last();
  /// The last one at or before that moment, across days.
  Result<std::optional<Place>> at(std::int64_t time_ns);
  /// The first one at or after that moment.
  Result<std::optional<Place>> first(std::int64_t time_ns);
  /// The one recorded next, across days; with `of_same_host` the next one of that host.
  Result<std::optional<Place>> after(Place place, bool of_same_host = false);

  Result<SnapshotHead> head(Place place);
  /// An Error names the file and the offset.
  Result<std::unique_ptr<RecordedSnapshot>> read(Place place);

  /// last() or at() with its rows. Where it cannot be read the one before it, with a gap that says so.
  Result<Replayed> read_last();
  Result<Replayed> read_at(std::int64_t time_ns);

  /// The times of the first snapshot and of the last one in the files. Empty: there is none, or it cannot be read.
  std::optional<store::TimeSpan> span();
  /// "; the first one is of …, the last one of …", to be put behind what there is not; or nothing.
  std::string span_text();

  /// The same files, and the same bytes of a stream, which can be read only once.
  [[nodiscard]] Recordings again() const;

  /// The begin of the day that a time of day is of: that of the last file which is not of the future, if there is one.
  Result<std::int64_t> day_ns();

  struct State;  ///< of those who open and walk through it
  explicit Recordings(std::unique_ptr<State> state);

 private:
  friend class ReplayRange;
  std::unique_ptr<State> state_;
};

/// What --from names: snapshots, or the dumps of -D. Told apart by their bytes, not by their names.
using Recorded = std::variant<Recordings, std::unique_ptr<Source>>;
Result<Recorded> open_recorded(const std::string& spec);

/// By its name, or by its boot: a name can be changed while it runs.
bool is_same_host(const Circumstances& a, const Circumstances& b);

/// 2026-11-21T07:08:09.123Z
std::string time_text(std::int64_t time_ns);

/// A TIME of the command line; `spelling` is the option before it, as in "--at ". A mistake is shown by a caret.
std::variant<store::Moment, UsageError> read_moment(const std::string& spelling, std::string_view text);

/// The moment among these recordings: a time of day is of their last day.
Result<store::TimeSpan> resolve(const store::Moment& moment, Recordings& recordings);

}  // namespace skq::cli
