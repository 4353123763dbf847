// Moments as people write them: 12:30, 20261121 12:30:05, 2026-11-21T12:30:05.250+01:00, @1795244889, -15m, now.
//
// Recorded times are UTC, as the names of the day files are: so is what is written without a zone. A second that is
// written out means all of it: what was recorded at 12:30:05.123 is found by 12:30:05.
//
// To add a form: a function in moment.cpp and its row in `forms`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace skq::store {

/// First and last nanosecond that the words mean.
struct TimeSpan {
  std::int64_t first_ns = 0, last_ns = 0;
};

struct Moment {
  enum class Kind : std::uint8_t {
    absolute,  ///< since 1970
    of_day,    ///< since the begin of a day that is not said
    from_now,  ///< relative to now
  };
  Kind kind = Kind::absolute;
  TimeSpan span;

  /// `day_ns` is the begin of the day that is meant where none is said.
  [[nodiscard]] TimeSpan at(std::int64_t now_ns, std::int64_t day_ns) const;
};

struct MomentMistake {
  std::string why;
  std::size_t at = 0, length = 1;  ///< which bytes of the text
};

std::variant<Moment, MomentMistake> parse_moment(std::string_view text);

/// The begin in seconds of the day that eight digits name; empty: they name none.
std::optional<std::int64_t> day_of_digits(std::string_view digits);

}  // namespace skq::store
