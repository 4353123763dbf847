#include "base/units.h"

#include <charconv>
#include <cstddef>
#include <system_error>

#include "base/quick_text.h"

namespace skq {
namespace {

constexpr std::string_view size_letters = "KMGTPE";
constexpr std::uint64_t longest_scale = 100'000'000;

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// The power of two that a unit stands for.
std::optional<unsigned> shift_of(std::string_view unit) {
  if (unit.empty()) return 0U;
  const std::size_t index = size_letters.find(upper(unit.front()));
  if (index == std::string_view::npos) return std::nullopt;
  if (unit.size() > 1 && unit.substr(1) != "iB") return std::nullopt;
  return 10U * static_cast<unsigned>(index + 1);
}

std::size_t digits_prefix(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  return count;
}

}  // namespace

void append_bytes_human(std::string& out, std::uint64_t bytes) {
  if (bytes < 1024) return append_digits(out, bytes);
  unsigned shift = 10;
  std::size_t letter = 0;
  for (;; shift += 10, ++letter) {
    const std::uint64_t rest = bytes & ((std::uint64_t{1} << shift) - 1);
    const std::uint64_t tenths = (bytes >> shift) * 10 + ((rest * 10 + (std::uint64_t{1} << (shift - 1))) >> shift);
    if (tenths >= 10240 && letter + 1 < size_letters.size()) continue;  // 1024.0K reads 1.0M
    append_digits(out, tenths / 10);
    out += '.';
    out += static_cast<char>('0' + tenths % 10);
    out += size_letters[letter];
    return;
  }
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const std::size_t whole_digits = digits_prefix(text);
  std::uint64_t whole = 0;
  if (std::from_chars(text.data(), text.data() + whole_digits, whole).ec != std::errc{}) return std::nullopt;
  text.remove_prefix(whole_digits);
  std::uint64_t fraction = 0;
  std::uint64_t scale = 1;
  const bool has_fraction = text.starts_with('.');
  if (has_fraction) {
    text.remove_prefix(1);
    const std::size_t digits = digits_prefix(text);
    if (digits == 0) return std::nullopt;
    for (std::size_t at = 0; at < digits && scale < longest_scale; ++at, scale *= 10) {
      fraction = fraction * 10 + static_cast<std::uint64_t>(text[at] - '0');
    }
    text.remove_prefix(digits);
  }
  const auto shift = shift_of(text);
  if (!shift || (has_fraction && *shift == 0)) return std::nullopt;
  if (*shift != 0 && (whole >> (64 - *shift)) != 0) return std::nullopt;
  __extension__ using Wide = unsigned __int128;
  const auto part = static_cast<std::uint64_t>(((static_cast<Wide>(fraction) << *shift) + scale / 2) / scale);
  const std::uint64_t base = whole << *shift;
  if (base > UINT64_MAX - part) return std::nullopt;
  return base + part;
}

}  // namespace skq
