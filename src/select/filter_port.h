// Ports of FILTER: numbers, service names, and what stands in their place in families without ports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "skq/names.h"
#include "skq/select.h"

namespace skq::select {

/// What reading a word needs from outside.
struct FilterSetting {
  Resolver& resolver;
  const FilterScope& scope;

  /// The family that a word without one is read as: the only one that was asked for, if it is not inet.
  [[nodiscard]] std::optional<Family> preferred() const;
  [[nodiscard]] bool may_have(Family family) const { return scope.families.empty() || scope.families.has(family); }
};

/// Any port, one port, or why it is none.
struct PortWord {
  std::optional<std::uint32_t> port;
  std::string problem;
};

/// "", "*", "22", "0x16", "ssh"; for packet sockets an interface, for netlink ones a port id or "kernel".
PortWord parse_port(std::string_view text, std::optional<Family> family, const FilterSetting& setting);

/// By name, else by number as ss does.
std::optional<std::uint32_t> parse_interface(std::string_view text, Resolver& resolver);

/// 'word', cut and escaped so that it can stand in a message.
std::string quoted(std::string_view word);

}  // namespace skq::select
