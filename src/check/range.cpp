// Ranges of thresholds: [@][start:][end], where start is 0 unless given and ~ is below everything.
#include <charconv>
#include <cmath>

#include "base/text_escape.h"
#include "check/plain_number.h"
#include "skq/check.h"

namespace skq {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// 1 for what is no unit of sizes.
double scale_of(char letter) {
  switch (letter) {
    case 'k':
    case 'K':
      return 1024.0;
    case 'm':
    case 'M':
      return 1024.0 * 1024;
    case 'g':
    case 'G':
      return 1024.0 * 1024 * 1024;
    case 't':
    case 'T':
      return 1024.0 * 1024 * 1024 * 1024;
    default:
      return 1;
  }
}

std::optional<double> number(std::string_view text, CheckUnit unit) {
  double scale = 1;
  if (unit == CheckUnit::percent && text.ends_with('%')) text.remove_suffix(1);
  if (unit == CheckUnit::bytes && !text.empty()) {
    scale = scale_of(text.back());
    if (scale > 1 || text.ends_with('B')) text.remove_suffix(1);
  }
  if (text.find_first_not_of("-.0123456789") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc{} || stop != end || !std::isfinite(value * scale)) return std::nullopt;
  return value * scale;
}

/// What else is written behind numbers, of which this metric's have none.
std::string_view wrong_unit(std::string_view text, CheckUnit unit) {
  const std::size_t at = text.find_first_of("%kKmMgGtTB");
  const std::string_view number = at == std::string_view::npos ? std::string_view() : text.substr(0, at);
  if (number.find_last_of("0123456789") == std::string_view::npos) return {};
  if (number.find_first_not_of("@~:-.0123456789") != std::string_view::npos) return {};
  if (unit == CheckUnit::percent) return text[at] == '%' ? "" : "the number is in percent, not in bytes";
  if (unit == CheckUnit::bytes) return text[at] == '%' ? "the number is in bytes, not in percent" : "";
  return "the number is a count and has no unit";
}

Error wrong(std::string_view text, std::string_view why) {
  return {"'" + escaped(text) + "' is no range: " + std::string(why), 0};
}

}  // namespace

bool CheckRange::alerts(double value) const { return (value >= low && value <= high) == inside; }

bool CheckRange::alerts_from(double value) const {
  if (inside) return value >= low && high == infinite;
  return value > high;
}

std::string CheckRange::text() const {
  std::string out = inside ? "@" : "";
  if (low == -infinite) {
    out += "~:";
  } else if (low != 0 || high == infinite) {
    checking::append_plain(out, low);
    out += ':';
  }
  if (high != infinite) checking::append_plain(out, high);
  return out;
}

Result<CheckRange> parse_check_range(std::string_view text, CheckUnit unit) {
  CheckRange range;
  std::string_view rest = text;
  if (rest.starts_with('@')) {
    range.inside = true;
    rest.remove_prefix(1);
  }
  const std::string_view unit_error = wrong_unit(rest, unit);
  // A shell makes a folder of ~: that stands at the beginning of a word.
  const std::string_view forms = !unit_error.empty() ? unit_error
                                 : text.starts_with('/')
                                     ? "put it in quotes ('~:10'), or the shell puts your home in the place of ~"
                                     : "write 10, 10:, '~:10', 10:20 or @10:20";
  if (text.empty()) return Error{"an empty RANGE: " + std::string(forms), 0};
  if (rest.empty()) return wrong(text, forms);
  const std::size_t colon = rest.find(':');
  const std::string_view low = colon == std::string_view::npos ? std::string_view() : rest.substr(0, colon);
  const std::string_view high = colon == std::string_view::npos ? rest : rest.substr(colon + 1);
  if (low == "~") {
    range.low = -infinite;
  } else if (!low.empty()) {
    const auto value = number(low, unit);
    if (!value) return wrong(text, forms);
    range.low = *value;
  }
  if (!high.empty()) {
    const auto value = number(high, unit);
    if (!value) return wrong(text, forms);
    range.high = *value;
  }
  // "-1" is 0 to -1.
  if (range.low > range.high && low.empty() && range.high < 0)
    return wrong(text,
                 "a number alone begins at 0; write '~:" + std::string(high) + "' or " + std::string(high) + ":0");
  if (range.low > range.high) return wrong(text, "it begins above its end");
  return range;
}

}  // namespace skq
