// The layout of a capture file, which its writer and its reader share. Described in capture.h.
#pragma once

#include "kernel/bytes.h"
#include "kernel/checksum.h"

namespace skq::kernel {

struct CaptureMagic {
  std::array<char, 8> name;
  std::uint32_t version;
  std::uint32_t byte_order;
  bool operator==(const CaptureMagic&) const = default;
};
inline constexpr CaptureMagic capture_magic{{'s', 'k', 'q', 'c', 'a', 'p', 0x1a, 0x0a}, 1, 0x01020304};

enum class RecordKind : std::uint32_t { circumstances = 1, exchange = 2, datagram = 3, failure = 4, end = 5 };

struct RecordHeader {
  std::uint32_t kind = 0;
  std::uint32_t size = 0;
  std::uint32_t checksum = 0;
};

inline constexpr std::uint32_t datagram_cut = 1;

/// Of kind and size; the body's bytes follow.
inline std::uint32_t header_checksum(const RecordHeader& header) {
  const std::array<std::uint32_t, 2> words{header.kind, header.size};
  return checksum(std::as_bytes(std::span(words)));
}

}  // namespace skq::kernel
