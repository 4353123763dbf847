// What rows are made of by the million: short copies, small numbers, and the question whether a text may stand as it
// is. Each is a few instructions here where the general way is a call and a loop.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace skq {

namespace quick {

template <class T>
T read(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Two overlapping copies of a fixed size are one of any size between.
template <class T>
void copy_ends(char* to, const char* from, std::size_t size) {
  const T front = read<T>(from), back = read<T>(from + size - sizeof(T));
  std::memcpy(to, &front, sizeof front);
  std::memcpy(to + size - sizeof(T), &back, sizeof back);
}

constexpr std::uint64_t each_byte = 0x0101010101010101;

/// Up to eight bytes as a word, each at least once and no others.
inline std::uint64_t bytes_of(const char* from, std::size_t size) {
  if (size >= 4) return std::uint64_t{read<std::uint32_t>(from)} << 32U | read<std::uint32_t>(from + size - 4);
  const auto byte = [&](std::size_t at) { return std::uint64_t{static_cast<unsigned char>(from[at])}; };
  return byte(0) * (each_byte << 16U) | byte(size / 2) << 8U | byte(size - 1);
}

/// Its byte's top bit is set where a byte is below the limit (at most 0x80); above one that is, perhaps wrongly.
constexpr std::uint64_t below(std::uint64_t bytes, unsigned char limit) { return (bytes - each_byte * limit) & ~bytes; }

}  // namespace quick

/// Returns where the copy ends.
inline char* copy_short(char* to, const char* from, std::size_t size) {
  if (size > 16)
    std::memcpy(to, from, size);
  else if (size >= 8)
    quick::copy_ends<std::uint64_t>(to, from, size);
  else if (size >= 4)
    quick::copy_ends<std::uint32_t>(to, from, size);
  else if (size >= 2)
    quick::copy_ends<std::uint16_t>(to, from, size);
  else if (size == 1)
    *to = *from;
  return to + size;
}

/// Whether every byte is printable ASCII, not below `First` and none of those `Excluded`.
template <unsigned char First, char... Excluded>
bool is_all_plain(std::string_view text) {
  const auto odd = [](std::uint64_t bytes) {
    const std::uint64_t controls = quick::below(bytes, First),
                        deletes = quick::below(bytes ^ quick::each_byte * 0x7fU, 1);
    const std::uint64_t common = bytes | controls | deletes;
    const std::uint64_t all =
        (common | ... | quick::below(bytes ^ quick::each_byte * static_cast<unsigned char>(Excluded), 1));
    return all & quick::each_byte * 0x80U;
  };
  if (text.empty()) return true;
  if (text.size() <= 8) return odd(quick::bytes_of(text.data(), text.size())) == 0;
  std::size_t at = 0;
  for (; at + 8 < text.size(); at += 8)
    if (odd(quick::read<std::uint64_t>(text.data() + at)) != 0) return false;
  return odd(quick::read<std::uint64_t>(text.data() + text.size() - 8)) == 0;
}

inline constexpr std::size_t most_digits = 20;

namespace quick {

inline constexpr auto powers_of_ten = [] {
  std::array<std::uint64_t, most_digits> powers{1};
  for (std::size_t at = 1; at < powers.size(); ++at) powers[at] = powers[at - 1] * 10;
  return powers;
}();

/// "00", "01", … "99".
inline constexpr auto digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t at = 0; at < 100; ++at) {
    pairs[2 * at] = static_cast<char>('0' + at / 10);
    pairs[2 * at + 1] = static_cast<char>('0' + at % 10);
  }
  return pairs;
}();

/// Of a number above 0: about its binary digits times log10 of 2, and one more where that is too few.
constexpr std::size_t digits_of(std::uint64_t value) {
  const std::size_t about = static_cast<std::size_t>(std::bit_width(value)) * 1233 >> 12U;
  return about + (value >= powers_of_ten[about] ? 1 : 0);
}

}  // namespace quick

/// Returns where the digits end; there has to be room for most_digits.
inline char* put_digits(char* to, std::uint64_t value) {
  if (value < 10) {
    *to = static_cast<char>('0' + value);
    return to + 1;
  }
  char* const end = to + quick::digits_of(value);
  char* at = end;
  for (; value >= 100; value /= 100) std::memcpy(at -= 2, quick::digit_pairs.data() + value % 100 * 2, 2);
  if (value >= 10)
    std::memcpy(at - 2, quick::digit_pairs.data() + value * 2, 2);
  else
    *(at - 1) = static_cast<char>('0' + value);
  return end;
}

inline void append_digits(std::string& out, std::uint64_t value) {
  if (value < 10) {
    out += static_cast<char>('0' + value);
    return;
  }
  std::array<char, most_digits> digits;
  out.append(digits.data(), static_cast<std::size_t>(put_digits(digits.data(), value) - digits.data()));
}

}  // namespace skq
