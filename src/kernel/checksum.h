// CRC-32 (the polynomial of IEEE 802.3, reflected), which finds every single changed byte of a capture.
#pragma once

#include <array>

#include "kernel/bytes.h"

namespace skq::kernel {

namespace checksum_detail {
constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? (value >> 1) ^ 0xedb88320U : value >> 1;
    table[byte] = value;
  }
  return table;
}
inline constexpr auto table = make_table();
}  // namespace checksum_detail

/// Continue a checksum by giving the one so far.
constexpr std::uint32_t checksum(ByteSpan bytes, std::uint32_t so_far = 0) {
  std::uint32_t value = ~so_far;
  for (const std::byte byte : bytes) {
    value = checksum_detail::table[(value ^ std::to_integer<std::uint32_t>(byte)) & 0xffU] ^ (value >> 8);
  }
  return ~value;
}

}  // namespace skq::kernel
