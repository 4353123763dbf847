// Protocol names that link: and netlink: hosts take, beside plain numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace skq::select {

std::optional<std::uint16_t> ethernet_protocol_named(std::string_view name);
std::optional<std::uint8_t> netlink_protocol_named(std::string_view name);

}  // namespace skq::select
