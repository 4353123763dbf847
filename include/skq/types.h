// The units of the socket world as types of their own, so that a count is never taken for bytes or an inode for a
// cookie; and sets of an enum's values.
#pragma once

#include <compare>
#include <cstdint>

namespace skq {

/// Bytes of memory or payload; which of the two, the field says.
struct Bytes {
  std::uint64_t value = 0;
  auto operator<=>(const Bytes&) const = default;
};

/// A ratio in percent; may exceed 100.
struct Percent {
  double value = 0;
  auto operator<=>(const Percent&) const = default;
};

/// Microseconds.
struct Micros {
  std::uint64_t value = 0;
  auto operator<=>(const Micros&) const = default;
};

/// Milliseconds.
struct Millis {
  std::uint64_t value = 0;
  auto operator<=>(const Millis&) const = default;
};

/// A rate; the kernel's own limits are in bytes, not bits. All ones: no limit.
struct BytesPerSecond {
  std::uint64_t value = 0;
  auto operator<=>(const BytesPerSecond&) const = default;
};

/// A factor without unit.
struct Ratio {
  double value = 0;
  auto operator<=>(const Ratio&) const = default;
};

/// A socket's inode in sockfs, as in /proc/PID/fd "socket:[N]". 0 is no identity: TIME-WAIT and embryos have it.
enum class Inode : std::uint32_t {};

/// The kernel's identity of a socket (sock_gen_cookie): unique for the life of the host's kernel.
enum class Cookie : std::uint64_t {};

/// A set of an enum's values as bits: families, netids, states.
template <class E>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  template <class... More>
  constexpr explicit EnumSet(E first, More... more) : bits_((bit(first) | ... | bit(more))) {}
  static constexpr EnumSet from_bits(std::uint32_t bits) {
    EnumSet set;
    set.bits_ = bits;
    return set;
  }
  [[nodiscard]] constexpr bool has(E value) const { return (bits_ & bit(value)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
  constexpr EnumSet& add(E value) {
    bits_ |= bit(value);
    return *this;
  }
  constexpr EnumSet& remove(E value) {
    bits_ &= ~bit(value);
    return *this;
  }
  constexpr EnumSet operator|(EnumSet other) const { return from_bits(bits_ | other.bits_); }
  constexpr EnumSet operator&(EnumSet other) const { return from_bits(bits_ & other.bits_); }
  constexpr EnumSet operator~() const { return from_bits(~bits_); }
  constexpr bool operator==(const EnumSet&) const = default;

 private:
  // A hostile state number may be any byte: beyond the mask it is in no set.
  static constexpr std::uint32_t bit(E value) {
    const auto at = static_cast<unsigned>(value);
    return at < 32 ? 1U << at : 0U;
  }
  std::uint32_t bits_ = 0;
};

}  // namespace skq
