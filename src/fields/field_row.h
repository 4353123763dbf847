// How a row of the catalogue is written: facts first, then the getter, whose return type decides the column's type and
// unit, so that they cannot disagree.
//
//   field({.name = "send_fill", .title = "Fill", .help = "…", .needs = NeedSet(Need::memory)},
//         [](const Socket& s) { return send_fill(s); })   // -> optional<Percent>
//
// A getter may also take (const Socket&, TextContext&) when it composes text in context.scratch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "skq/fields.h"
#include "skq/types.h"

namespace skq::fields {

inline constexpr FamilySet every_family = FamilySet::from_bits(0xFF);
inline constexpr FamilySet inet_families{Family::inet, Family::inet6};
inline constexpr FamilySet unix_family{Family::unix_domain};

struct Facts {
  std::string_view name;
  std::string_view title;
  std::string_view help;
  std::string_view source = {};
  Shown shown = Shown::always;
  NeedSet needs = {};
  FamilySet families = every_family;
  NetidSet netids = {};
  std::span<const std::string_view> words = {};
  std::string_view compared_as = {};
  bool composed = false;
  Place place = Place::column;
  bool separated = false;  ///< align cells on their last separator
};

inline Value to_value(std::monostate none) { return none; }
inline Value to_value(bool value) { return value; }
inline Value to_value(int value) { return static_cast<std::uint64_t>(value); }
inline Value to_value(std::uint64_t value) { return value; }
inline Value to_value(std::uint32_t value) { return std::uint64_t{value}; }
inline Value to_value(Bytes value) { return value.value; }
inline Value to_value(Percent value) { return value.value; }
inline Value to_value(Micros value) { return value.value; }
inline Value to_value(Millis value) { return value.value; }
inline Value to_value(BytesPerSecond value) { return value.value; }
inline Value to_value(Ratio value) { return value.value; }
inline Value to_value(Inode value) { return std::uint64_t{static_cast<std::uint32_t>(value)}; }
inline Value to_value(std::string_view value) { return value; }
inline Value to_value(AddressValue value) { return value; }
inline Value to_value(std::span<const Owner> value) { return value; }
inline Value to_value(std::span<const Inode> value) { return value; }
template <class T>
Value to_value(const std::optional<T>& value) {
  return value ? to_value(*value) : Value{};
}

template <class T>
struct Bare {
  using type = T;
};
template <class T>
struct Bare<std::optional<T>> {
  using type = T;
};

template <class T>
constexpr Type type_of() {
  if constexpr (std::is_same_v<T, bool>)
    return Type::boolean;
  else if constexpr (std::is_same_v<T, Percent> || std::is_same_v<T, Ratio>)
    return Type::number;
  else if constexpr (std::is_same_v<T, std::string_view>)
    return Type::text;
  else if constexpr (std::is_same_v<T, AddressValue>)
    return Type::address;
  else if constexpr (std::is_same_v<T, std::span<const Owner>>)
    return Type::owners;
  else if constexpr (std::is_same_v<T, std::span<const Inode>>)
    return Type::inodes;
  else
    return Type::integer;
}

template <class T>
constexpr Unit unit_of() {
  if constexpr (std::is_same_v<T, Bytes>)
    return Unit::bytes;
  else if constexpr (std::is_same_v<T, Percent>)
    return Unit::percent;
  else if constexpr (std::is_same_v<T, Micros>)
    return Unit::microseconds;
  else if constexpr (std::is_same_v<T, Millis>)
    return Unit::milliseconds;
  else if constexpr (std::is_same_v<T, BytesPerSecond>)
    return Unit::bytes_per_second;
  else
    return Unit::none;
}

// constexpr, not consteval: clang 14 crashes on the latter here.
template <class Getter>
constexpr Field field(const Facts& facts, Getter) {
  constexpr bool composes = std::is_invocable_v<Getter, const Socket&, TextContext&>;
  using Returned = typename std::conditional_t<composes, std::invoke_result<Getter, const Socket&, TextContext&>,
                                               std::invoke_result<Getter, const Socket&>>::type;
  using Bared = typename Bare<std::remove_cvref_t<Returned>>::type;
  Field row;
  row.name = facts.name;
  row.title = facts.title;
  row.help = facts.help;
  row.source = facts.source;
  row.type = type_of<Bared>();
  row.unit = unit_of<Bared>();
  row.align = facts.separated                                         ? Align::separator
              : row.type == Type::integer || row.type == Type::number ? Align::right
                                                                      : Align::left;
  row.shown = facts.shown;
  row.needs = facts.needs;
  row.families = facts.families;
  row.netids = facts.netids;
  row.words = facts.words;
  row.compared_as = facts.compared_as;
  row.composed = facts.composed;
  row.place = facts.place;
  row.get = [](const Socket& socket, [[maybe_unused]] TextContext& context) -> Value {
    if constexpr (composes)
      return to_value(Getter{}(socket, context));
    else
      return to_value(Getter{}(socket));
  };
  return row;
}

}  // namespace skq::fields
