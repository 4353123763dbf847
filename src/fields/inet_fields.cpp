#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"

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

constexpr auto rows = std::array{
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
           .shown = Shown::extended,
           .families = inet_families},
          [](const Socket& s) { return of_part(s, &InetPart::cgroup_id); }),
    field({.name = "tos",
           .title = "TOS",
           .help = "Type of service of sent IPv4 packets (IP_TOS).",
           .source = "INET_DIAG_TOS",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::tos),
           .families = inet_families},
          [](const Socket& s) { return of_detail(s, &InetDetail::tos); }),
    field({.name = "tclass",
           .title = "Tclass",
           .help = "Traffic class of sent IPv6 packets (IPV6_TCLASS).",
           .source = "INET_DIAG_TCLASS",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::tos),
           .families = FamilySet(Family::inet6)},
          [](const Socket& s) { return of_detail(s, &InetDetail::tclass); }),
    field({.name = "class_id",
           .title = "Class ID",
           .help = "Traffic control class of the socket, from its priority or net_cls.",
           .source = "INET_DIAG_CLASS_ID",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::tos),
           .families = inet_families},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (s.inet() == nullptr || s.inet()->detail == nullptr) return std::nullopt;
            return s.inet()->detail->class_id;
          }),
    field({.name = "cong",
           .title = "Congestion",
           .help = "Congestion control algorithm of a tcp socket.",
           .source = "INET_DIAG_CONG",
           .shown = Shown::info,
           .needs = NeedSet(Need::congestion),
           .families = inet_families},
          [](const Socket& s) -> std::optional<std::string_view> {
            if (s.inet() == nullptr || s.inet()->detail == nullptr || s.inet()->detail->cong.empty())
              return std::nullopt;
            return s.inet()->detail->cong;
          }),
};

}  // namespace

std::span<const Field> inet_fields() { return rows; }

}  // namespace skq::fields
