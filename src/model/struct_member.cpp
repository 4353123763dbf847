#include "model/struct_member.h"

#include <algorithm>
#include <cstring>

namespace skq::model {
namespace {

template <class T>
std::uint64_t copy(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace

std::optional<std::uint64_t> read(const StructMember& member, std::span<const std::byte> bytes) {
  const std::size_t end = std::size_t{member.offset} + member.size;
  if (bytes.size() < std::max<std::size_t>(end, member.since_size)) return std::nullopt;
  const std::byte* from = bytes.data() + member.offset;
  switch (member.size) {
    case 1:
      return copy<std::uint8_t>(from);
    case 2:
      return copy<std::uint16_t>(from);
    case 4:
      return copy<std::uint32_t>(from);
    case 8:
      return copy<std::uint64_t>(from);
    default:
      return std::nullopt;
  }
}

}  // namespace skq::model
