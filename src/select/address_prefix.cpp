#include "select/address_prefix.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

#include "model/address_text.h"
#include "select/number_text.h"

namespace skq::select {
namespace {

std::optional<Address> parse_v4(std::string_view text) {
  Address address;
  for (std::size_t part = 0; part < 4; ++part) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto byte = parse_c_number(text.substr(0, dot), 255);
    if (!byte || text.starts_with('+')) return std::nullopt;
    address.bytes.at(part) = static_cast<std::byte>(*byte);
    if (dot == text.size()) return address;
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

std::optional<Address> parse_v6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.size() >= copy.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), copy.begin());
  Address address;
  if (inet_pton(AF_INET6, copy.data(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

/// "255.255.0.0" as a number of bits; empty when the ones are not all in front.
std::optional<std::uint8_t> netmask_bits(std::string_view text) {
  if (text.find('.') == std::string_view::npos) return std::nullopt;
  const auto mask = parse_v4(text);
  if (!mask) return std::nullopt;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) bits = bits << 8U | static_cast<std::uint32_t>(mask->bytes.at(i));
  const int ones = std::countl_one(bits);
  if (ones < v4_bits && bits << static_cast<unsigned>(ones) != 0) return std::nullopt;
  return static_cast<std::uint8_t>(ones);
}

bool same_bits(const std::byte* a, const std::byte* b, std::size_t bits) {
  const std::size_t whole = bits / 8, rest = bits % 8;
  if (std::memcmp(a, b, whole) != 0) return false;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == std::byte{0};
}

}  // namespace

std::optional<Prefix> parse_prefix(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view host = text.substr(0, slash);
  Prefix prefix;
  std::optional<Address> address = parse_v4(host);
  prefix.family = address ? Family::inet : Family::inet6;
  if (!address) address = parse_v6(host);
  if (!address) return std::nullopt;
  prefix.address = *address;
  const std::uint8_t all = prefix.family == Family::inet ? v4_bits : v6_bits;
  prefix.bits = all;
  if (slash == text.size()) return prefix;
  const std::string_view length = text.substr(slash + 1);
  if (const auto bits = parse_c_number(length, all); bits && !length.starts_with('+')) {
    prefix.bits = static_cast<std::uint8_t>(*bits);
  } else if (const auto mask = netmask_bits(length); mask && prefix.family == Family::inet) {
    prefix.bits = *mask;
  } else {
    return std::nullopt;
  }
  return prefix;
}

bool holds(const Prefix& prefix, Family family, const Address& address) {
  if (prefix.family == family) return same_bits(prefix.address.bytes.data(), address.bytes.data(), prefix.bits);
  if (prefix.family != Family::inet || family != Family::inet6) return false;
  if (!is_v4_mapped(address)) return false;
  return same_bits(prefix.address.bytes.data(), address.bytes.data() + 12, prefix.bits);
}

}  // namespace skq::select
