#include "model/tcp_info.h"

#include <bit>
#include <cstring>

namespace skq::model {
namespace {

constexpr bool well_formed() {
  std::size_t end = 0;
  for (const TcpInfoMember& member : tcp_info_members) {
    const bool shares_a_byte = member.bit_width != 0 && member.bit != 0;
    if (!std::has_single_bit(member.size) || member.size > sizeof(std::uint64_t)) return false;
    if (member.bit_width != 0 && member.bit + member.bit_width > 8) return false;
    if (member.offset != (shares_a_byte ? end - member.size : end)) return false;
    end = std::size_t{member.offset} + member.size;
  }
  return true;
}
static_assert(well_formed(), "the members follow each other without a hole");

// The members of a byte's bit field begin at its other end on big-endian machines.
std::uint64_t bit_field(std::uint64_t byte, const TcpInfoMember& member) {
  const unsigned shift = std::endian::native == std::endian::little ? member.bit : 8U - member.bit - member.bit_width;
  return (byte >> shift) & ((1U << member.bit_width) - 1U);
}

template <class T>
std::uint64_t copy(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace

const TcpInfoMember* find_tcp_info(std::string_view name) {
  for (const TcpInfoMember& member : tcp_info_members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

std::optional<std::uint64_t> read(const TcpInfoMember& member, std::span<const std::byte> tcp_info) {
  if (tcp_info.size() < std::size_t{member.offset} + member.size) return std::nullopt;
  const std::byte* from = tcp_info.data() + member.offset;
  switch (member.size) {
    case 1: {
      const auto byte = copy<std::uint8_t>(from);
      return member.bit_width == 0 ? byte : bit_field(byte, member);
    }
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

std::optional<double> tcp_send_bits(std::span<const std::byte> tcp_info, double rtt) {
  constexpr std::size_t cwnd = tcp_info_index("snd_cwnd"), mss = tcp_info_index("snd_mss");
  const auto segments = read(tcp_info_members[cwnd], tcp_info), size = read(tcp_info_members[mss], tcp_info);
  if (!segments || !size || *segments == 0 || *size == 0 || !(rtt > 0)) return std::nullopt;
  return static_cast<double>(*segments) * static_cast<double>(*size) * 8e6 / rtt;
}

std::optional<double> tcp_percent_of_busy(std::span<const std::byte> tcp_info, std::size_t member) {
  constexpr std::size_t busy = tcp_info_index("busy_time");
  const auto part = read(tcp_info_members[member], tcp_info), whole = read(tcp_info_members[busy], tcp_info);
  if (!part || !whole || *whole == 0) return std::nullopt;
  return 100.0 * static_cast<double>(*part) / static_cast<double>(*whole);
}

}  // namespace skq::model
