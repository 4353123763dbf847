#include "select/filter_port.h"

#include <limits>

#include "base/text_escape.h"
#include "select/number_text.h"

namespace skq::select {
namespace {

constexpr std::uint32_t last_port = 65535, last_number = std::numeric_limits<std::uint32_t>::max();

bool is_inet(Family family) { return family == Family::inet || family == Family::inet6; }

bool looks_numeric(std::string_view text) {
  const char first = text.front();
  return (first >= '0' && first <= '9') || first == '+' || first == '-';
}

PortWord parse_service(std::string_view name, const FilterSetting& setting) {
  const NetidSet netids = setting.scope.netids;
  std::optional<std::uint16_t> tcp, udp;
  if (netids.empty() || netids.has(Netid::tcp)) tcp = setting.resolver.port(name, "tcp");
  if (netids.empty() || netids.has(Netid::udp)) udp = setting.resolver.port(name, "udp");
  if (tcp && udp && *tcp != *udp) {
    return {{},
            "service " + quoted(name) + " is port " + std::to_string(*tcp) + " of tcp but " + std::to_string(*udp) +
                " of udp; write the number"};
  }
  if (!tcp) tcp = udp;
  if (!tcp) return {{}, "unknown service " + quoted(name)};
  return {*tcp, {}};
}

/// Netlink port ids that the kernel chose are printed by ss as negative numbers.
std::optional<std::uint32_t> parse_portid(std::string_view text) {
  if (text == "kernel") return 0;
  if (text.starts_with('-')) {
    const auto positive = parse_c_number(text.substr(1), std::uint32_t{1} << 31U);
    if (positive && !text.substr(1).starts_with('+')) return static_cast<std::uint32_t>(0 - *positive);
    return std::nullopt;
  }
  if (const auto number = parse_c_number(text, last_number)) return static_cast<std::uint32_t>(*number);
  return std::nullopt;
}

}  // namespace

std::optional<Family> FilterSetting::preferred() const {
  for (const Family family : {Family::unix_domain, Family::packet, Family::netlink, Family::vsock}) {
    if (scope.families == FamilySet(family)) return family;
  }
  return std::nullopt;
}

PortWord parse_port(std::string_view text, std::optional<Family> family, const FilterSetting& setting) {
  if (text.empty() || text == "*") return {};
  if (family == Family::netlink) {
    if (const auto portid = parse_portid(text)) return {portid, {}};
    return {{}, quoted(text) + " is no netlink port id"};
  }
  const bool inet = family ? is_inet(*family) : setting.may_have(Family::inet) || setting.may_have(Family::inet6);
  if (looks_numeric(text)) {
    if (const auto number = parse_c_number(text, inet ? last_port : last_number)) {
      return {static_cast<std::uint32_t>(*number), {}};
    }
    return {{}, quoted(text) + (inet ? " is no port; ports are 0 to 65535" : " is no number of 32 bits")};
  }
  if (family == Family::packet) {
    if (const auto interface = setting.resolver.interface(text)) return {interface, {}};
    return {{}, "unknown interface " + quoted(text)};
  }
  if (!inet) return {{}, quoted(text) + " is no number"};
  return parse_service(text, setting);
}

std::optional<std::uint32_t> parse_interface(std::string_view text, Resolver& resolver) {
  if (const auto index = resolver.interface(text)) return index;
  if (const auto number = parse_c_number(text, last_number)) return static_cast<std::uint32_t>(*number);
  return std::nullopt;
}

std::string quoted(std::string_view word) {
  constexpr std::size_t longest = 60;
  std::string text = "'";
  append_escaped(text, word.substr(0, longest));
  if (word.size() > longest) text += "...";
  return text + "'";
}

}  // namespace skq::select
