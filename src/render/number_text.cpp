#include "render/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "base/quick_text.h"
#include "base/units.h"

namespace skq::render {
namespace {

constexpr std::uint64_t seconds_from = 10'000;
constexpr double quick_below = 1e12;

// Drops the zeros that end a fraction, and its dot.
void trim_fraction(std::string& out, std::size_t begin) {
  if (out.find('.', begin) == std::string::npos) return;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
}

void append_thousandths(std::string& out, std::uint64_t value) {
  const std::size_t begin = out.size();
  append_integer(out, value / 1000);
  out += '.';
  for (const std::uint64_t unit : {100U, 10U, 1U}) out += static_cast<char>('0' + value / unit % 10);
  trim_fraction(out, begin);
}

// Fits 64 bits, so integers do it, some ten times as fast as the exact conversion.
void append_quick(std::string& out, double value, unsigned decimals) {
  constexpr std::array<std::uint64_t, 4> powers{1, 10, 100, 1000};
  const auto scaled = static_cast<std::uint64_t>(std::llround(value * static_cast<double>(powers[decimals])));
  append_integer(out, scaled / powers[decimals]);
  std::uint64_t rest = scaled % powers[decimals];
  if (rest == 0) return;
  out += '.';
  for (unsigned digit = decimals; rest != 0; rest %= powers[digit])
    out += static_cast<char>('0' + rest / powers[--digit]);
}

}  // namespace

void append_integer(std::string& out, std::uint64_t value) { append_digits(out, value); }

void append_decimal(std::string& out, double value, unsigned decimals) {
  if (decimals <= 3 && value >= 0 && value < quick_below) return append_quick(out, value, decimals);
  std::array<char, 400> digits{};  // the largest double has 309 digits before the dot
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed,
                                  static_cast<int>(decimals))
                        .ptr;
  const std::size_t begin = out.size();
  out.append(digits.data(), end);
  trim_fraction(out, begin);
  if (out.size() == begin + 2 && out[begin] == '-' && out[begin + 1] == '0') out.erase(begin, 1);
}

void append_percent(std::string& out, double value) {
  if (value >= 10) {
    append_decimal(out, std::floor(value), 0);
  } else if (value > 0) {
    const auto tenths = static_cast<unsigned>(value * 10);
    out += static_cast<char>('0' + tenths / 10);
    out += '.';
    out += static_cast<char>('0' + tenths % 10);
  } else {
    append_decimal(out, value, 1);
  }
  out += '%';
}

void append_microseconds(std::string& out, std::uint64_t value) {
  append_thousandths(out, value);
  out += "ms";
}

void append_milliseconds(std::string& out, std::uint64_t value) {
  if (value < seconds_from) {
    append_integer(out, value);
    out += "ms";
  } else {
    append_thousandths(out, value);
    out += 's';
  }
}

void append_rate(std::string& out, std::uint64_t value, bool exact) {
  if (value == ~std::uint64_t{0}) {
    out += "unlimited";
    return;
  }
  if (exact) return append_integer(out, value);
  append_bytes_human(out, value);
  out += "/s";
}

}  // namespace skq::render
