#include "store/moment.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace skq::store {
namespace {

constexpr std::int64_t second = 1'000'000'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
// Within these years every sum of a moment and an offset fits.
constexpr int first_year = 1700, last_year = 2200;
constexpr std::int64_t farthest = std::int64_t{200} * 366 * day;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads from the front; remembers where and why it could not go on.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char next() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] std::size_t place() const { return at_; }
  void go_back(std::size_t place) { at_ = place; }
  /// How many digits stand there.
  [[nodiscard]] std::size_t digits() const {
    std::size_t count = 0;
    while (at_ + count < text_.size() && is_digit(text_[at_ + count])) ++count;
    return count;
  }
  bool take(char c) {
    if (next() != c || at_end()) return false;
    ++at_;
    return true;
  }
  /// Exactly that many digits.
  std::optional<int> number(std::size_t count) {
    if (digits() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 10 + (text_[at_++] - '0');
    return value;
  }
  /// All digits that stand there; empty: none, or too many.
  std::optional<std::int64_t> whole() {
    constexpr std::size_t most = 15;
    const std::size_t count = digits();
    if (count == 0 || count > most) return std::nullopt;
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 10 + (text_[at_++] - '0');
    return value;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

using Read = std::variant<Moment, MomentMistake>;

MomentMistake wrong(std::string why, std::size_t from, std::size_t to) {
  return {std::move(why), from, std::max<std::size_t>(1, to - std::min(from, to))};
}

/// `.250`: nanoseconds, and how many one step of the last digit is.
std::optional<TimeSpan> take_fraction(Words& words) {
  constexpr std::size_t most = 9;
  const std::size_t count = words.digits();
  if (count == 0 || count > most) return std::nullopt;
  std::int64_t value = *words.whole(), step = second;
  for (std::size_t i = 0; i < count; ++i) step /= 10;
  return TimeSpan{value * step, value * step + step - 1};
}

/// hh:mm, hh:mm:ss, hh:mm:ss.250 as nanoseconds of a day.
std::variant<TimeSpan, MomentMistake> take_time(Words& words) {
  const std::size_t from = words.place();
  const std::size_t hour_digits = std::min<std::size_t>(words.digits(), 2);
  const auto hours = hour_digits == 0 ? std::nullopt : words.number(hour_digits);
  if (!hours || !words.take(':')) return wrong("a time is hh:mm or hh:mm:ss", from, words.place() + 1);
  const auto minutes = words.number(2);
  if (!minutes) return wrong("minutes have two digits", words.place(), words.place() + 1);
  std::optional<int> seconds = 0;
  std::optional<TimeSpan> fraction = TimeSpan{0, second - 1};
  if (words.take(':')) {
    seconds = words.number(2);
    if (!seconds) return wrong("seconds have two digits", words.place(), words.place() + 1);
    if (words.take('.')) fraction = take_fraction(words);
    if (!fraction) return wrong("behind the point stand one to nine digits", words.place(), words.place() + 1);
  }
  // 24:00 is the end of a day; a leap second is in no clock of Linux.
  const bool ends_day = *hours == 24 && *minutes == 0 && *seconds == 0;
  if ((*hours > 23 && !ends_day) || *minutes > 59 || *seconds > 59)
    return wrong("there is no such time of day", from, words.place());
  const std::int64_t begin = *hours * hour + *minutes * minute + *seconds * second;
  return TimeSpan{begin + fraction->first_ns, begin + fraction->last_ns};
}

/// Z, +01:00, +0100, +01; nothing is UTC.
std::variant<std::int64_t, MomentMistake> take_zone(Words& words) {
  const std::size_t from = words.place();
  if (words.take('Z') || words.at_end()) return std::int64_t{0};
  const bool west = words.next() == '-';
  if (!words.take('+') && !words.take('-')) return wrong("what follows is no zone such as Z or +01:00", from, from + 1);
  const auto hours = words.number(2);
  if (!hours) return wrong("a zone is Z, +hh or +hh:mm", from, words.place() + 1);
  std::optional<int> minutes = 0;
  if (words.take(':') || words.digits() > 0) minutes = words.number(2);
  if (!minutes || *hours > 15 || *minutes > 59) return wrong("a zone is Z, +hh or +hh:mm", from, words.place() + 1);
  const std::int64_t offset = *hours * hour + *minutes * minute;
  return west ? -offset : offset;
}

std::optional<std::int64_t> days_of_date(int year, int month, int of_month) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(of_month))};
  if (!date.ok() || year < first_year || year > last_year) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

Read read_date(Words& words) {
  const std::size_t from = words.place();
  const auto year = words.number(4);
  const bool dashed = words.take('-');
  const auto month = words.number(2);
  if (dashed && month && !words.take('-')) return wrong("a date is YYYY-MM-DD", from, words.place() + 1);
  const auto of_month = words.number(2);
  if (!year || !month || !of_month) return wrong("a date is YYYYMMDD or YYYY-MM-DD", from, words.place() + 1);
  const auto days = days_of_date(*year, *month, *of_month);
  if (!days) return wrong("there is no such day", from, words.place());
  const std::int64_t begin = *days * day;
  if (words.at_end()) return Moment{Moment::Kind::absolute, {begin, begin + second - 1}};
  if (!words.take('T') && !words.take(' '))
    return wrong("behind a date stands a time of it", words.place(), words.place() + 1);
  const auto time = take_time(words);
  if (const auto* mistake = std::get_if<MomentMistake>(&time)) return *mistake;
  const auto zone = take_zone(words);
  if (const auto* mistake = std::get_if<MomentMistake>(&zone)) return *mistake;
  const TimeSpan span = std::get<TimeSpan>(time);
  const std::int64_t utc = begin - std::get<std::int64_t>(zone);
  return Moment{Moment::Kind::absolute, {utc + span.first_ns, utc + span.last_ns}};
}

Read read_time(Words& words) {
  const auto time = take_time(words);
  if (const auto* mistake = std::get_if<MomentMistake>(&time)) return *mistake;
  words.take('Z');
  return Moment{Moment::Kind::of_day, std::get<TimeSpan>(time)};
}

Read read_epoch(Words& words) {
  const std::size_t from = words.place();
  words.take('@');
  const bool before = words.take('-');
  const auto seconds = words.whole();
  if (!seconds || *seconds > farthest / second)
    return wrong("behind the @ stand the seconds since 1970", from, words.place() + 1);
  std::optional<TimeSpan> fraction = TimeSpan{0, second - 1};
  if (words.take('.')) fraction = take_fraction(words);
  if (!fraction || (before && fraction->first_ns != 0))
    return wrong("behind the point stand one to nine digits", words.place(), words.place() + 1);
  const std::int64_t begin = (before ? -*seconds : *seconds) * second;
  return Moment{Moment::Kind::absolute, {begin + fraction->first_ns, begin + fraction->last_ns}};
}

Read read_past(Words& words) {
  struct Unit {
    char letter;
    std::int64_t length;
  };
  constexpr std::array units{Unit{'s', second}, Unit{'m', minute}, Unit{'h', hour}, Unit{'d', day}};
  const std::size_t from = words.place();
  words.take('-');
  const auto count = words.whole();
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return words.take(u.letter); });
  if (!count || unit == units.end())
    return wrong("a time before now is -90s, -15m, -2h or -1d", from, words.place() + 1);
  if (*count > farthest / unit->length) return wrong("that is too long ago", from, words.place());
  const std::int64_t offset = -*count * unit->length;
  return Moment{Moment::Kind::from_now, {offset, offset}};
}

Read read_now(Words& words) {
  for (const char c : {'n', 'o', 'w'})
    if (!words.take(c)) return wrong("the only word for a time is now", 0, words.place() + 1);
  return Moment{Moment::Kind::from_now, {0, 0}};
}

struct Form {
  bool (*begins)(const Words& words);
  Read (*read)(Words& words);
};
constexpr std::array forms{
    Form{[](const Words& w) { return w.next() == '@'; }, read_epoch},
    Form{[](const Words& w) { return w.next() == '-'; }, read_past},
    Form{[](const Words& w) { return w.next() == 'n'; }, read_now},
    Form{[](const Words& w) { return w.digits() >= 4; }, read_date},
    Form{[](const Words& w) { return w.digits() >= 1; }, read_time},
};

}  // namespace

TimeSpan Moment::at(std::int64_t now_ns, std::int64_t day_ns) const {
  const std::int64_t from = kind == Kind::absolute ? 0 : kind == Kind::of_day ? day_ns : now_ns;
  return {from + span.first_ns, from + span.last_ns};
}

Read parse_moment(std::string_view text) {
  Words words(text);
  const auto form = std::find_if(forms.begin(), forms.end(), [&](const Form& each) { return each.begins(words); });
  if (form == forms.end()) return wrong("a time is hh:mm, 'YYYYMMDD hh:mm', @SECONDS, -15m or now", 0, text.size());
  Read read = form->read(words);
  if (std::holds_alternative<Moment>(read) && !words.at_end())
    return wrong("the time ends before this", words.place(), text.size());
  // The caret may stand behind the last byte, and nowhere else.
  if (auto* mistake = std::get_if<MomentMistake>(&read)) {
    mistake->at = std::min(mistake->at, text.size());
    mistake->length = std::max<std::size_t>(1, std::min(mistake->length, text.size() - mistake->at));
  }
  return read;
}

std::optional<std::int64_t> day_of_digits(std::string_view digits) {
  Words words(digits);
  if (digits.size() != 8 || words.digits() != 8) return std::nullopt;
  const int year = *words.number(4), month = *words.number(2), of_month = *words.number(2);
  const auto days = days_of_date(year, month, of_month);
  if (!days) return std::nullopt;
  return *days * (day / second);
}

}  // namespace skq::store
