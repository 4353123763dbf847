// One field for each member of a kernel struct (model/struct_member.h), named prefix + member, made at compile time.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "fields/field_row.h"
#include "model/struct_member.h"

namespace skq::fields {

/// What the fields of one struct have in common. `read` gives a member's value for a socket.
struct StructFacts {
  std::string_view prefix;
  std::string_view source;
  NetidSet netids;
};

/// Prefix and name in one piece of static text.
template <const StructFacts& Common, const auto& Members, std::size_t At>
struct MemberName {
  static constexpr std::size_t size = Common.prefix.size() + Members[At].name.size();
  static constexpr auto chars = [] {
    std::array<char, size> text{};
    std::size_t to = 0;
    for (const char c : Common.prefix) text[to++] = c;
    for (const char c : Members[At].name) text[to++] = c;
    return text;
  }();
  static constexpr std::string_view text{chars.data(), size};
};

template <const StructFacts& Common, const auto& Members, auto Read, std::size_t At>
constexpr Field member_field() {
  constexpr model::MemberUnit unit = Members[At].unit;
  Field row;
  row.name = MemberName<Common, Members, At>::text;
  row.title = row.name;
  row.help = Members[At].help;
  row.source = Common.source;
  row.type = unit == model::MemberUnit::flag ? Type::boolean : Type::integer;
  row.unit = unit == model::MemberUnit::bytes    ? Unit::bytes
             : unit == model::MemberUnit::millis ? Unit::milliseconds
                                                 : Unit::none;
  row.align = unit == model::MemberUnit::flag ? Align::left : Align::right;
  row.shown = Shown::info;
  row.needs = NeedSet(Need::tcp_info);
  row.families = inet_families;
  row.netids = Common.netids;
  row.get = [](const Socket& socket, TextContext&) -> Value {
    const std::optional<std::uint64_t> value = Read(socket, Members[At]);
    if (!value) return {};
    if constexpr (unit == model::MemberUnit::flag) return *value != 0;
    return *value;
  };
  return row;
}

template <const StructFacts& Common, const auto& Members, auto Read, std::size_t... At>
constexpr auto member_fields(std::index_sequence<At...>) {
  return std::array{member_field<Common, Members, Read, At>()...};
}

/// The whole struct's.
template <const StructFacts& Common, const auto& Members, auto Read>
constexpr auto member_fields() {
  return member_fields<Common, Members, Read>(std::make_index_sequence<Members.size()>());
}

}  // namespace skq::fields
