#include "select/filter_host.h"

#include <algorithm>
#include <array>

#include "select/filter_protocols.h"
#include "select/number_text.h"

namespace skq::select {
namespace {

struct FamilyPrefix {
  std::string_view text;
  Family family;
};
constexpr std::array<FamilyPrefix, 6> family_prefixes{{{"unix:", Family::unix_domain},
                                                       {"link:", Family::packet},
                                                       {"netlink:", Family::netlink},
                                                       {"vsock:", Family::vsock},
                                                       {"inet:", Family::inet},
                                                       {"inet6:", Family::inet6}}};

using Host = std::variant<Filter::Expression, HostProblem>;

/// Takes the FAMILY: off.
std::optional<Family> take_family(std::string_view& text) {
  for (const FamilyPrefix& prefix : family_prefixes) {
    if (!text.starts_with(prefix.text)) continue;
    text.remove_prefix(prefix.text.size());
    return prefix.family;
  }
  return std::nullopt;
}

Host host(Node node) { return Filter::Expression{std::move(node)}; }

struct AddressAndPort {
  std::string_view address, port;
};

AddressAndPort split_at_colon(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool is_any(std::string_view text) { return text.empty() || text == "*"; }

Host parse_link(std::string_view text, Side side, const FilterSetting& setting) {
  const auto [address, port] = split_at_colon(text);
  LinkHost link{side, {}, {}};
  const PortWord word = parse_port(port, Family::packet, setting);
  if (!word.problem.empty()) return HostProblem{word.problem};
  link.interface = word.port;
  if (!is_any(address)) {
    link.protocol = ethernet_protocol_named(address);
    if (!link.protocol) return HostProblem{"unknown ethernet protocol " + quoted(address)};
  }
  return host(link);
}

Host parse_netlink(std::string_view text, Side side, const FilterSetting& setting) {
  const auto [address, port] = split_at_colon(text);
  NetlinkHost netlink{side, {}, {}};
  const PortWord word = parse_port(port, Family::netlink, setting);
  if (!word.problem.empty()) return HostProblem{word.problem};
  netlink.portid = word.port;
  if (!is_any(address)) {
    netlink.protocol = netlink_protocol_named(address);
    if (!netlink.protocol) return HostProblem{"unknown netlink protocol " + quoted(address)};
  }
  return host(netlink);
}

Host parse_vsock(std::string_view text, Side side, const FilterSetting& setting) {
  const auto [address, port] = split_at_colon(text);
  VsockHost vsock{side, {}, {}};
  const PortWord word = parse_port(port, Family::vsock, setting);
  if (!word.problem.empty()) return HostProblem{word.problem};
  vsock.port = word.port;
  if (!is_any(address)) {
    const auto cid = parse_c_number(address, 0xffffffffU);
    if (!cid) return HostProblem{quoted(address) + " is no vsock cid"};
    vsock.cid = static_cast<std::uint32_t>(*cid);
  }
  return host(vsock);
}

/// The parts of an inet HOST. `whole` is set where the last colon may also belong to an IPv6 address.
struct InetParts {
  std::string_view address, device, port, whole;
  bool closed = true;
};

InetParts split_inet(std::string_view text) {
  InetParts parts;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return {{}, {}, {}, {}, false};
    parts.address = text.substr(1, close - 1);
    rest = text.substr(close + 1);
  } else if (text.starts_with('*')) {
    rest = text.substr(1);
  } else {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::size_t colon = text.rfind(':');
    const std::size_t zone = text.rfind('%');  // fe80::1%eth0
    const bool has_port = colon != std::string_view::npos && (slash == text.size() || colon > slash) &&
                          (zone == std::string_view::npos || colon > zone);
    parts.address = text.substr(0, has_port ? colon : text.size());
    rest = has_port ? text.substr(colon) : std::string_view{};
    if (has_port) parts.whole = text;
    if (const std::size_t percent = parts.address.find('%'); percent != std::string_view::npos) {
      parts.device = parts.address.substr(percent + 1);
      parts.address = parts.address.substr(0, percent);
    }
  }
  if (rest.starts_with('%')) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    parts.device = rest.substr(1, colon - 1);
    rest = rest.substr(colon);
  }
  if (rest.starts_with(':')) rest.remove_prefix(1);
  parts.port = rest;
  return parts;
}

bool means_any_address(std::string_view text) {
  return is_any(text) || text == "any" || text == "all" || text == "default";
}

/// Whether it is worth asking a name server: something that cannot be a host name is a mistyped address.
bool may_be_host_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  const auto number = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  constexpr std::size_t longest_name = 253;  // RFC 1035
  return text.size() <= longest_name && std::all_of(text.begin(), text.end(), fits) &&
         !std::all_of(text.begin(), text.end(), number);
}

/// What is wrong with "10.0.0.0/40"; empty when the fault is not in what is behind the slash.
std::string prefix_problem(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_prefix(text.substr(0, slash));
  if (slash == std::string_view::npos || !address) return {};
  return quoted(text) + " has no prefix length from 0 to " + std::to_string(address->bits);
}

Host named_host(std::string_view name, InetHost test, Resolver& resolver) {
  if (std::string problem = prefix_problem(name); !problem.empty()) return HostProblem{std::move(problem)};
  if (!may_be_host_name(name)) return HostProblem{quoted(name) + " is no address"};
  Or any;
  for (const HostAddress& found : resolver.addresses(name)) {
    if (!test.families.empty() && !test.families.has(found.family)) continue;
    test.prefix = Prefix{found.family, found.address, found.family == Family::inet ? v4_bits : v6_bits};
    any.terms.push_back({test});
  }
  if (any.terms.empty()) return HostProblem{"unknown host " + quoted(name)};
  if (any.terms.size() == 1) return std::move(any.terms.front());
  return host(std::move(any));
}

Host parse_inet(std::string_view text, Side side, std::optional<Family> family, const FilterSetting& setting,
                std::vector<std::string>& warnings) {
  InetParts parts = split_inet(text);
  if (!parts.closed) return HostProblem{"']' is missing"};
  if (text.starts_with('[') && parts.port.starts_with('/'))
    return HostProblem{"a prefix length stands within the brackets, as in [fd00::/64]:22"};
  std::optional<Prefix> prefix = parse_prefix(parts.address);
  PortWord port = parse_port(parts.port, family, setting);
  if (const auto whole = parse_prefix(parts.whole); whole && whole->family == Family::inet6) {
    if (!prefix || !port.problem.empty() || parts.port.empty()) {
      prefix = whole;
      port = {};
      parts.address = parts.whole;
    } else {
      warnings.push_back(quoted(text) + " is read as address " + quoted(parts.address) + " and port " +
                         quoted(parts.port) + ", as ss does; write [ADDRESS] for the address alone");
    }
  }
  if (!port.problem.empty()) return HostProblem{port.problem};
  InetHost test{side, family ? FamilySet(*family) : FamilySet{}, prefix, port.port, {}};
  if (!parts.device.empty()) {
    test.interface = parse_interface(parts.device, setting.resolver);
    if (!test.interface) return HostProblem{"unknown interface " + quoted(parts.device)};
  }
  if (prefix && family && prefix->family != *family) {
    return HostProblem{quoted(parts.address) + " is no address of " + std::string(to_text(*family))};
  }
  if (prefix || means_any_address(parts.address)) return host(test);
  return named_host(parts.address, test, setting.resolver);
}

}  // namespace

bool is_unix_pattern(std::string_view text, const FilterSetting& setting) {
  if (const auto family = take_family(text)) return *family == Family::unix_domain;
  if (setting.preferred()) return *setting.preferred() == Family::unix_domain;
  return setting.may_have(Family::unix_domain) && (text.starts_with('/') || text.starts_with('@'));
}

std::variant<Filter::Expression, HostProblem> parse_host(std::string_view text, Side side, const FilterSetting& setting,
                                                         std::vector<std::string>& warnings) {
  const bool pattern = is_unix_pattern(text, setting);
  std::optional<Family> family = take_family(text);
  if (pattern) return host(UnixName{side, std::string(text)});
  if (!family) family = setting.preferred();
  if (family == Family::packet) return parse_link(text, side, setting);
  if (family == Family::netlink) return parse_netlink(text, side, setting);
  if (family == Family::vsock) return parse_vsock(text, side, setting);
  return parse_inet(text, side, family, setting, warnings);
}

std::variant<PortTest, HostProblem> parse_port_word(std::string_view text, Side side, Comparator comparator,
                                                    const FilterSetting& setting) {
  const std::optional<Family> named = take_family(text);
  if (text.starts_with("*:")) text.remove_prefix(1);
  if (text.starts_with(':')) text.remove_prefix(1);
  const PortWord word = parse_port(text, named ? named : setting.preferred(), setting);
  if (!word.problem.empty()) return HostProblem{word.problem};
  const bool ordered = comparator != Comparator::equal && comparator != Comparator::not_equal;
  if (!word.port && ordered) return HostProblem{"any port can be neither less nor greater; a number is missing"};
  return PortTest{side, comparator, named ? FamilySet(*named) : FamilySet{}, word.port};
}

}  // namespace skq::select
