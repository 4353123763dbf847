// A struct of the kernel as a table: every member by its place in the bytes, so that a struct of any length, from an
// older or a newer kernel, gives exactly the members that it holds. See mptcp_info.h and sctp_info.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace skq::model {

enum class MemberUnit : std::uint8_t { none, count, bytes, millis, flag };

struct StructMember {
  std::string_view name;  ///< without the struct's prefix
  std::uint16_t offset = 0;
  std::uint8_t size = 0;  ///< in bytes: 1, 2, 4 or 8
  MemberUnit unit{};
  std::string_view help;  ///< one sentence
  /// Size of the first struct that had it. Larger than where it ends for a member that begins in what was padding: the
  /// padding of an older kernel must not be read as a zero.
  std::uint16_t since_size = 0;
};

/// Empty where the struct ends before the member does, or is older than it: that kernel does not know it.
std::optional<std::uint64_t> read(const StructMember& member, std::span<const std::byte> bytes);

/// For static_assert: in the struct's order, none over another, each aligned as C does.
constexpr bool well_formed(std::span<const StructMember> members) {
  std::size_t end = 0;
  for (const StructMember& member : members) {
    const bool power_of_two = member.size == 1 || member.size == 2 || member.size == 4 || member.size == 8;
    if (!power_of_two || member.offset < end || member.offset % member.size != 0) return false;
    end = std::size_t{member.offset} + member.size;
  }
  return true;
}

}  // namespace skq::model
