#include <chrono>

#include "skq/store.h"
#include "store/civil_time.h"

namespace skq {
namespace {

constexpr std::string_view suffix = ".jsonl.zst";
constexpr std::size_t date_digits = 8;
constexpr std::int64_t day = 86'400;

void append_digits(std::string& out, std::uint32_t value, std::size_t count) {
  std::string digits(count, '0');
  for (std::size_t at = count; at-- > 0; value /= 10) digits[at] = static_cast<char>('0' + value % 10);
  out += digits;
}

std::int64_t days_of(std::int64_t seconds) { return seconds / day - (seconds % day < 0 ? 1 : 0); }

std::chrono::year_month_day date_of(std::int64_t seconds) {
  return std::chrono::sys_days(std::chrono::days(days_of(seconds)));
}

void append_date(std::string& out, std::int64_t seconds, std::string_view between) {
  const std::chrono::year_month_day date = date_of(seconds);
  append_digits(out, static_cast<std::uint32_t>(static_cast<int>(date.year())), 4);
  append_digits(out += between, static_cast<unsigned>(date.month()), 2);
  append_digits(out += between, static_cast<unsigned>(date.day()), 2);
}

}  // namespace

void store::append_iso_time(std::string& out, std::int64_t time_ns) {
  const Instant at = instant_of(time_ns);
  const auto of_day = static_cast<std::uint32_t>(at.seconds - days_of(at.seconds) * day);
  append_date(out, at.seconds, "-");
  append_digits(out += 'T', of_day / 3600, 2);
  append_digits(out += ':', of_day / 60 % 60, 2);
  append_digits(out += ':', of_day % 60, 2);
  append_digits(out += '.', at.nanoseconds / 1'000'000, 3);
  out += 'Z';
}

std::string day_file_name(std::int64_t time_ns) {
  std::string name;
  append_date(name, store::instant_of(time_ns).seconds, "");
  return name += suffix;
}

std::optional<std::int64_t> day_of_file_name(std::string_view name) {
  if (name.size() != date_digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  unsigned value = 0;
  for (const char c : name.substr(0, date_digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(value / 10'000)),
                                         std::chrono::month(value / 100 % 100), std::chrono::day(value % 100));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * day;
}

}  // namespace skq
