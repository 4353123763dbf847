// A socket under construction: how setters find the part that they fill.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "fields/field_row.h"
#include "skq/arena.h"
#include "skq/store.h"
#include "store/recorded_keys.h"

namespace skq::store {

struct Build {
  Socket& socket;
  Arena& arena;
  RecordedNames& names;
  InetDetail* inet_detail = nullptr;
  PacketDetail* packet_detail = nullptr;
  XdpDetail* xdp_detail = nullptr;
  TipcGroup* tipc_group = nullptr;
  std::span<std::byte> info = {};
  std::span<Owner> owners = {};
  Process* process = nullptr;  ///< of the first owner
};

template <class Part, class Detail>
Detail* detail_of(Build& build, Detail*& detail, const Detail* Part::*member) {
  Part* part = std::get_if<Part>(&build.socket.part);
  if (part == nullptr) return nullptr;
  if (detail == nullptr) part->*member = detail = build.arena.make<Detail>();
  return detail;
}

template <class T>
T* in_place(std::optional<T>& maybe) {
  return maybe ? &*maybe : &maybe.emplace();
}

template <class C, class... Parts>
constexpr bool is_part(const std::variant<Parts...>* /*which*/) {
  return (std::is_same_v<C, Parts> || ...);
}
template <class C>
inline constexpr bool stands_in_socket = is_part<C>(static_cast<const decltype(Socket::part)*>(nullptr));

template <class C>
C* in_inet_detail(InetDetail* detail) {
  if (detail == nullptr) return nullptr;
  if constexpr (std::is_same_v<C, VegasInfo>) return in_place(detail->vegas);
  if constexpr (std::is_same_v<C, DctcpInfo>) return in_place(detail->dctcp);
  if constexpr (std::is_same_v<C, BbrInfo>) return in_place(detail->bbr);
  if constexpr (std::is_same_v<C, UlpInfo>) return in_place(detail->ulp);
}

/// The part of that type; made where it can be and is not there. Null: such a socket has none.
template <class C>
C* part_of(Build& build) {
  if constexpr (std::is_same_v<C, Socket>) {
    return &build.socket;
  } else if constexpr (stands_in_socket<C>) {
    return std::get_if<C>(&build.socket.part);
  } else if constexpr (std::is_same_v<C, InetDetail>) {
    return detail_of<InetPart>(build, build.inet_detail, &InetPart::detail);
  } else if constexpr (std::is_same_v<C, PacketDetail>) {
    return detail_of<PacketPart>(build, build.packet_detail, &PacketPart::detail);
  } else if constexpr (std::is_same_v<C, XdpDetail>) {
    return detail_of<XdpPart>(build, build.xdp_detail, &XdpPart::detail);
  } else if constexpr (std::is_same_v<C, XdpUmem>) {
    XdpDetail* detail = part_of<XdpDetail>(build);
    return detail != nullptr ? in_place(detail->umem) : nullptr;
  } else if constexpr (std::is_same_v<C, XdpStats>) {
    XdpDetail* detail = part_of<XdpDetail>(build);
    return detail != nullptr ? in_place(detail->stats) : nullptr;
  } else if constexpr (std::is_same_v<C, TipcPeer>) {
    TipcPart* part = part_of<TipcPart>(build);
    return part != nullptr ? in_place(part->peer) : nullptr;
  } else if constexpr (std::is_same_v<C, TipcGroup>) {
    return detail_of<TipcPart>(build, build.tipc_group, &TipcPart::group);
  } else {
    return in_inet_detail<C>(part_of<InetDetail>(build));
  }
}

template <class T>
bool assign(T& to, const Cell& cell) {
  if constexpr (std::is_same_v<T, bool>) {
    if (cell.kind != CellKind::boolean) return false;
    to = cell.number != 0;
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    if (cell.kind != CellKind::text) return false;
    to = cell.text();
  } else {
    using Number = typename std::conditional_t<std::is_enum_v<T>, std::underlying_type<T>, std::type_identity<T>>::type;
    static_assert(std::unsigned_integral<Number>);
    if (cell.kind != CellKind::number || cell.number > std::numeric_limits<Number>::max()) return false;
    to = static_cast<T>(cell.number);
  }
  return true;
}
template <class T>
bool assign(std::optional<T>& to, const Cell& cell) {
  T value{};
  if (!assign(value, cell)) return false;
  to = value;
  return true;
}

template <class C, class T>
C owner_of(T C::*);

/// The setter of one member, wherever in the socket it stands.
template <auto Member>
bool set(Build& build, const Cell& cell, std::uint16_t /*argument*/) {
  using C = decltype(owner_of(Member));
  C* part = part_of<C>(build);
  return part != nullptr && assign(part->*Member, cell);
}

/// The getter of a member of a part that stands in the socket.
template <auto Member>
Value got(const Socket& socket, TextContext& /*context*/) {
  using C = decltype(owner_of(Member));
  const C* part = std::get_if<C>(&socket.part);
  return part != nullptr ? fields::to_value(part->*Member) : Value{};
}

}  // namespace skq::store
