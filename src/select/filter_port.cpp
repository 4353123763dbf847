#include "select/filter_port.h"

#include <array>
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

/// /etc/services has a name for each of these; mptcp uses tcp's.
struct ServiceProtocol {
  std::string_view name;
  NetidSet netids;
};
constexpr std::array<ServiceProtocol, 4> service_protocols{{{"tcp", NetidSet(Netid::tcp, Netid::mptcp)},
                                                            {"udp", NetidSet(Netid::udp)},
                                                            {"sctp", NetidSet(Netid::sctp)},
                                                            {"dccp", NetidSet(Netid::dccp)}}};

PortWord ambiguous_service(std::string_view name, std::string_view first, std::uint16_t first_port,
                           std::string_view second, std::uint16_t second_port) {
  return {{},
          "service " + quoted(name) + " is port " + std::to_string(first_port) + " of " + std::string(first) + " but " +
              std::to_string(second_port) + " of " + std::string(second) + "; write the number"};
}

/// The port by the protocols that were asked for; few services are listed for sctp and dccp, so where none of these has
/// the name, tcp's and udp's ports are taken.
PortWord parse_service(std::string_view name, const FilterSetting& setting) {
  const NetidSet asked = setting.scope.netids;
  constexpr NetidSet common(Netid::tcp, Netid::udp);
  for (const NetidSet netids : {asked.empty() ? common : asked, common}) {
    std::optional<std::uint16_t> port;
    std::string_view of;
    for (const ServiceProtocol& protocol : service_protocols) {
      if ((protocol.netids & netids).empty()) continue;
      const auto found = setting.resolver.port(name, protocol.name);
      if (port && found && *port != *found) return ambiguous_service(name, of, *port, protocol.name, *found);
      if (!found || port) continue;
      port = found;
      of = protocol.name;
    }
    if (port) return {*port, {}};
  }
  return {{}, "unknown service " + quoted(name)};
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
