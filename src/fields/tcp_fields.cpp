// tcp_*: one field for each row of the table in model/tcp_info.h, made at compile time, so that a new row there is a
// new field here; the options of the connection as booleans; and what follows from the members.
#include <algorithm>
#include <array>
#include <utility>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/inet_detail.h"
#include "model/tcp_info.h"

namespace skq::fields {
namespace {

using model::tcp_info_members;
using model::tcp_options;
using model::TcpInfoUnit;

constexpr std::string_view prefix = "tcp_";
constexpr std::size_t longest = 32;
using Chars = std::array<char, longest>;

struct Names {
  Chars name{}, title{};
};

// "bytes_acked" is the field tcp_bytes_acked under the title "Bytes Acked".
constexpr Names names_of(std::string_view member) {
  Names names;
  std::size_t at = 0;
  for (const char c : prefix) names.name[at++] = c;
  bool begins = true;
  for (std::size_t i = 0; i < member.size(); ++i) {
    const char c = member[i];
    names.name[at++] = c;
    const bool lower = c >= 'a' && c <= 'z';
    names.title[i] = c == '_' ? ' ' : begins && lower ? static_cast<char>(c - 'a' + 'A') : c;
    begins = c == '_';
  }
  return names;
}

constexpr std::string_view text_of(const Chars& chars) {
  std::size_t length = 0;
  while (length < chars.size() && chars[length] != '\0') ++length;
  return {chars.data(), length};
}

template <const auto& Table>
constexpr auto table_names = [] {
  std::array<Names, Table.size()> all{};
  for (std::size_t at = 0; at < all.size(); ++at) all[at] = names_of(Table[at].name);
  return all;
}();

constexpr Unit unit_of(TcpInfoUnit unit) {
  switch (unit) {
    case TcpInfoUnit::none:
    case TcpInfoUnit::count:
    case TcpInfoUnit::segments:
    case TcpInfoUnit::flag:
      return Unit::none;
    case TcpInfoUnit::bytes:
      return Unit::bytes;
    case TcpInfoUnit::bytes_per_second:
      return Unit::bytes_per_second;
    case TcpInfoUnit::micros:
      return Unit::microseconds;
    case TcpInfoUnit::millis:
      return Unit::milliseconds;
  }
  return Unit::none;
}

template <std::size_t M>
Value member_value(const Socket& socket, TextContext& /*context*/) {
  constexpr std::uint64_t never_measured = 0xffffffff;  // tcp_min_rtt() before the first sample
  const auto value = read(tcp_info_members[M], tcp_info_of(socket));
  if (!value) return {};
  if (M == model::tcp_info_index("min_rtt") && *value == never_measured) return {};
  if (tcp_info_members[M].unit == TcpInfoUnit::flag) return *value != 0;
  return *value;
}

template <std::size_t O>
Value option_value(const Socket& socket, TextContext& /*context*/) {
  constexpr std::size_t options = model::tcp_info_index("options");
  const auto value = read(tcp_info_members[options], tcp_info_of(socket));
  if (!value) return {};
  return (*value & tcp_options[O].bit) != 0;
}

constexpr Field tcp_row(const Names& names, std::string_view help, std::string_view source) {
  Field row;
  row.name = text_of(names.name);
  row.title = text_of(names.title);
  row.help = help;
  row.source = source;
  row.shown = Shown::info;
  row.needs = NeedSet(Need::tcp_info);
  row.families = inet_families;
  row.netids = NetidSet(Netid::tcp, Netid::dccp);
  return row;
}

template <std::size_t M>
constexpr Field member_row() {
  const model::TcpInfoMember& member = tcp_info_members[M];
  Field row = tcp_row(table_names<tcp_info_members>[M], member.help, member.source);
  const bool flag = member.unit == TcpInfoUnit::flag;
  row.type = flag ? Type::boolean : Type::integer;
  row.unit = unit_of(member.unit);
  row.align = flag ? Align::left : Align::right;
  row.get = &member_value<M>;
  return row;
}

template <std::size_t O>
constexpr Field option_row() {
  Field row = tcp_row(table_names<tcp_options>[O], tcp_options[O].help, "tcp_options");
  row.type = Type::boolean;
  row.get = &option_value<O>;
  return row;
}

std::optional<BytesPerSecond> send_rate(const Socket& s) {
  const auto rtt = read(tcp_info_members[model::tcp_info_index("rtt")], tcp_info_of(s));
  const auto bits = model::tcp_send_bits(tcp_info_of(s), static_cast<double>(rtt.value_or(0)));
  constexpr double beyond = 0x1p64;  // no kernel says so, but a recording may
  if (!bits || !(*bits / 8 < beyond)) return std::nullopt;
  return BytesPerSecond{static_cast<std::uint64_t>(*bits / 8)};
}

template <std::size_t M>
std::optional<Percent> of_busy(const Socket& s) {
  const auto percent = model::tcp_percent_of_busy(tcp_info_of(s), M);
  if (!percent) return std::nullopt;
  return Percent{*percent};
}

constexpr auto derived_rows = std::array{
    field({.name = "tcp_send_rate",
           .title = "Send Rate",
           .help = "Rate that window and round-trip time allow; ss prints it in bits, as send.",
           .source = "tcp_snd_cwnd * tcp_snd_mss / tcp_rtt",
           .shown = Shown::info,
           .needs = NeedSet(Need::tcp_info),
           .families = inet_families,
           .netids = NetidSet(Netid::tcp, Netid::dccp)},
          [](const Socket& s) { return send_rate(s); }),
    field({.name = "tcp_rwnd_limited_percent",
           .title = "Rwnd Limited",
           .help = "How much of its busy time this sender waited for the peer's receive window.",
           .source = "tcp_rwnd_limited / tcp_busy_time",
           .shown = Shown::info,
           .needs = NeedSet(Need::tcp_info),
           .families = inet_families,
           .netids = NetidSet(Netid::tcp, Netid::dccp)},
          [](const Socket& s) { return of_busy<model::tcp_info_index("rwnd_limited")>(s); }),
    field({.name = "tcp_sndbuf_limited_percent",
           .title = "Sndbuf Limited",
           .help = "How much of its busy time this sender was short of send buffer.",
           .source = "tcp_sndbuf_limited / tcp_busy_time",
           .shown = Shown::info,
           .needs = NeedSet(Need::tcp_info),
           .families = inet_families,
           .netids = NetidSet(Netid::tcp, Netid::dccp)},
          [](const Socket& s) { return of_busy<model::tcp_info_index("sndbuf_limited")>(s); }),
};

template <std::size_t... M, std::size_t... O>
constexpr auto all_rows(std::index_sequence<M...> /*members*/, std::index_sequence<O...> /*options*/) {
  std::array<Field, sizeof...(M) + sizeof...(O) + derived_rows.size()> all{member_row<M>()..., option_row<O>()...};
  std::copy(derived_rows.begin(), derived_rows.end(), all.end() - derived_rows.size());
  return all;
}

constexpr auto rows =
    all_rows(std::make_index_sequence<tcp_info_members.size()>{}, std::make_index_sequence<tcp_options.size()>{});

}  // namespace

std::span<const Field> tcp_fields() { return rows; }

}  // namespace skq::fields
