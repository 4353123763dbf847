// Bounds-checked reading of the bytes that a Socket carries as the kernel sent them: struct arrays and nested netlink
// attributes. The decoders of src/kernel/ have their own, with the kernel's types; here nothing of the kernel is known
// but the layout, which is the same on every machine: u16 length with header, u16 type, value, padded to four bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace skq::model {

/// A copy of the T that begins at `offset`; empty where the bytes end before it does.
template <class T>
[[nodiscard]] std::optional<T> read_at(std::span<const std::byte> bytes, std::size_t offset = 0) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (bytes.size() < offset || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

/// Calls take(type, value) for each attribute, and stops where a length cannot be.
template <class Take>
void for_each_attribute(std::span<const std::byte> bytes, Take take) {
  constexpr std::size_t header = 4;
  constexpr std::uint16_t type_mask = 0x3fff;  // without the flags nested and network byte order
  for (;;) {
    const auto length = read_at<std::uint16_t>(bytes), type = read_at<std::uint16_t>(bytes, 2);
    if (!length || !type || *length < header || *length > bytes.size()) return;
    take(static_cast<std::uint16_t>(*type & type_mask), bytes.subspan(header, *length - header));
    const std::size_t step = (std::size_t{*length} + 3) & ~std::size_t{3};
    if (step >= bytes.size()) return;
    bytes = bytes.subspan(step);
  }
}

}  // namespace skq::model
