#include <algorithm>
#include <array>
#include <utility>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/inet_text.h"

namespace skq::fields {
namespace {

template <class T>
std::optional<T> of_part(const Socket& s, std::optional<T> InetPart::*member) {
  if (s.inet() == nullptr) return std::nullopt;
  return s.inet()->*member;
}

std::optional<std::uint32_t> of_detail(const Socket& s, std::optional<std::uint8_t> InetDetail::*member) {
  if (s.inet() == nullptr || s.inet()->detail == nullptr) return std::nullopt;
  return s.inet()->detail->*member;
}

bool runs_timer(const Socket& s) { return s.inet() != nullptr && s.inet()->timer != 0; }

constexpr auto plain_rows = std::array{
    field({.name = "timer",
           .title = "Timer",
           .help = "Timer that runs on the socket: on is the retransmission's, off none.",
           .source = "inet_diag_msg.idiag_timer",
           .shown = Shown::timers,
           .families = inet_families,
           .words = timer_names},
          [](const Socket& s, TextContext& c) { return timer_name(s, c); }),
    field({.name = "timer_expires",
           .title = "Expires",
           .help = "Time until it fires; absent when no timer runs.",
           .source = "inet_diag_msg.idiag_expires",
           .shown = Shown::timers,
           .families = inet_families},
          [](const Socket& s) -> std::optional<Millis> {
            if (!runs_timer(s)) return std::nullopt;
            return Millis{s.inet()->expires_ms};
          }),
    field({.name = "timer_retrans",
           .title = "Retrans",
           .help = "How often it fired without an answer: retransmissions or probes; absent when no timer runs.",
           .source = "inet_diag_msg.idiag_retrans",
           .shown = Shown::timers,
           .families = inet_families},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (!runs_timer(s)) return std::nullopt;
            return s.inet()->retransmits;
          }),
    field({.name = "v6only",
           .title = "V6only",
           .help = "Whether an IPv6 socket refuses IPv4 (IPV6_V6ONLY).",
           .source = "INET_DIAG_SKV6ONLY",
           .shown = Shown::extended,
           .families = FamilySet(Family::inet6)},
          [](const Socket& s) { return of_part(s, &InetPart::v6only); }),
    field({.name = "mark",
           .title = "Mark",
           .help = "Firewall mark (SO_MARK); the kernel tells it only with CAP_NET_ADMIN.",
           .source = "INET_DIAG_MARK",
           .shown = Shown::extended,
           .needs = NeedSet(Need::mark),
           .families = inet_families},
          [](const Socket& s) { return of_part(s, &InetPart::mark); }),
    field({.name = "cgroup_id",
           .title = "Cgroup ID",
           .help = "Id of the control group in which the socket was made.",
           .source = "INET_DIAG_CGROUP_ID",
           .shown = Shown::cgroup,
           .families = inet_families},
          [](const Socket& s) { return of_part(s, &InetPart::cgroup_id); }),
    field({.name = "cgroup_path",
           .title = "Socket Cgroup",
           .help = "Path of that control group, absent when it is gone; that of the owner is cgroup.",
           .source = "INET_DIAG_CGROUP_ID, cgroups(7)",
           .shown = Shown::cgroup,
           .families = inet_families},
          [](const Socket& s, TextContext& c) -> std::optional<std::string_view> {
            const auto id = of_part(s, &InetPart::cgroup_id);
            if (!id || c.names == nullptr) return std::nullopt;
            const auto path = c.names->cgroup(*id);
            if (path.empty()) return std::nullopt;
            return path;
          }),
    field({.name = "tos",
           .title = "TOS",
           .help = "Type of service of sent IPv4 packets (IP_TOS).",
           .source = "INET_DIAG_TOS",
           .shown = Shown::tos,
           .needs = NeedSet(Need::tos),
           .families = inet_families},
          [](const Socket& s) { return of_detail(s, &InetDetail::tos); }),
    field({.name = "tclass",
           .title = "Tclass",
           .help = "Traffic class of sent IPv6 packets (IPV6_TCLASS).",
           .source = "INET_DIAG_TCLASS",
           .shown = Shown::tos,
           .needs = NeedSet(Need::tos),
           .families = FamilySet(Family::inet6)},
          [](const Socket& s) { return of_detail(s, &InetDetail::tclass); }),
    field({.name = "class_id",
           .title = "Class ID",
           .help = "Traffic control class of the socket: its net_cls class, else its priority (SO_PRIORITY).",
           .source = "INET_DIAG_CLASS_ID",
           .shown = Shown::tos,
           .needs = NeedSet(Need::tos),
           .families = inet_families},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (s.inet() == nullptr || s.inet()->detail == nullptr) return std::nullopt;
            return s.inet()->detail->class_id;
          }),
};

constexpr std::string_view sockopt_prefix = "sockopt_";
using Name = std::array<char, 32>;

constexpr auto sockopt_names = [] {
  std::array<Name, socket_options.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::size_t at = 0;
    for (const char c : sockopt_prefix) names[i][at++] = c;
    for (const char c : socket_options[i].word) names[i][at++] = c;
  }
  return names;
}();

template <std::size_t Bit>
Value sockopt_value(const Socket& s, TextContext& /*context*/) {
  const auto bits = of_part(s, &InetPart::sockopt);
  if (!bits) return {};
  return (*bits & 1U << Bit) != 0;
}

// One boolean for each bit, so that --where can ask for one and a script need not take words apart.
template <std::size_t Bit>
constexpr Field sockopt_row() {
  constexpr std::string_view word = socket_options[Bit].word;
  Field row;
  row.name = {sockopt_names[Bit].data(), sockopt_prefix.size() + word.size()};
  row.title = word;
  row.help = socket_options[Bit].help;
  row.source = "INET_DIAG_SOCKOPT";
  row.type = Type::boolean;
  row.shown = Shown::sockopt;
  row.families = inet_families;
  row.get = &sockopt_value<Bit>;
  return row;
}

template <std::size_t... Bit>
constexpr auto all_rows(std::index_sequence<Bit...> /*bits*/) {
  std::array<Field, plain_rows.size() + sizeof...(Bit)> all{};
  std::copy(plain_rows.begin(), plain_rows.end(), all.begin());
  std::size_t at = plain_rows.size();
  ((all[at++] = sockopt_row<Bit>()), ...);
  return all;
}

constexpr auto rows = all_rows(std::make_index_sequence<socket_options.size()>{});

}  // namespace

std::span<const Field> inet_fields() { return rows; }

}  // namespace skq::fields
