#include "fields/print.h"

#include <array>
#include <charconv>
#include <cstddef>

#include "base/quick_text.h"

namespace skq::fields {
namespace {

void append_in_base(std::string& out, std::uint64_t value, int base) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, base);
  out.append(digits, end.ptr);
}

// Where the digits behind the last one leave no doubt how it is rounded, integers do it, some ten times as fast as the
// exact conversion. False: they do not; nothing is appended then.
bool append_rounded(std::string& out, double scaled, std::size_t decimals, bool trimmed) {
  constexpr double doubt = 1e-4;
  const double most = decimals == 0 ? 1e15 : 1e9;    // what is not scaled has lost nothing
  if (!(scaled > 0 && scaled < most)) return false;  // -0 keeps its sign
  auto rounded = static_cast<std::uint64_t>(scaled);
  const double rest = scaled - static_cast<double>(rounded);
  if (rest > 0.5 - doubt && rest < 0.5 + doubt) return false;
  if (rest > 0.5) ++rounded;
  const std::uint64_t one = quick::powers_of_ten[decimals];
  append_digits(out, rounded / one);
  std::uint64_t fraction = rounded % one;
  if (decimals == 0 || (trimmed && fraction == 0)) return true;
  std::array<char, 16> digits;
  for (std::size_t at = decimals; at-- > 0; fraction /= 10) digits[at] = static_cast<char>('0' + fraction % 10);
  std::size_t count = decimals;
  while (trimmed && digits[count - 1] == '0') --count;
  (out += '.').append(digits.data(), count);
  return true;
}

// Numbers that %g writes without an exponent, but for small ones.
bool append_general_quickly(std::string& out, double value, std::size_t digits) {
  constexpr std::size_t most_digits_here = 6;
  if (!(value >= 0.001 && value < 1e6) || digits > most_digits_here) return false;
  double scale = 1;
  std::size_t decimals = 0;
  const auto limit = static_cast<double>(quick::powers_of_ten[digits]);
  if (value >= limit) return false;
  while (value * scale * 10 < limit) {
    scale *= 10;
    ++decimals;
  }
  // Rounded up it would have another digit before the dot.
  if (value * scale > limit - 1) return false;
  return append_rounded(out, value * scale, decimals, true);
}

}  // namespace

void append_number(std::string& out, std::uint64_t value) { append_digits(out, value); }
void append_pair(std::string& out, std::string_view key, std::uint64_t value) {
  if (!out.empty()) out += ' ';
  append_number(out += key, value);
}
void append_hex(std::string& out, std::uint64_t value) { append_in_base(out, value, 16); }

void append_general(std::string& out, double value, int digits) {
  if (digits > 0 && append_general_quickly(out, value, static_cast<std::size_t>(digits))) return;
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits);
  out.append(text, end.ptr);
}

void append_fixed(std::string& out, double value, int decimals) {
  if (decimals == 0 && append_rounded(out, value, 0, false)) return;
  if (decimals == 1 && append_rounded(out, value * 10, 1, false)) return;
  char text[400];  // the largest double has 309 digits before the dot
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals);
  out.append(text, end.ptr);
}

void append_bit_rate(std::string& out, double bits, bool exact) {
  struct Prefix {
    double from;
    char letter;
  };
  constexpr std::array prefixes{Prefix{1e12, 'T'}, Prefix{1e9, 'G'}, Prefix{1e6, 'M'}, Prefix{1e3, 'k'}};
  if (exact) return append_fixed(out, bits, 0);
  for (const Prefix& prefix : prefixes) {
    if (bits < prefix.from) continue;
    append_general(out, bits / prefix.from, 3);
    out += prefix.letter;
    return;
  }
  append_general(out, bits);
}

std::string_view hex(std::uint64_t value, TextContext& context) {
  context.scratch.clear();
  append_hex(context.scratch, value);
  return context.scratch;
}

std::string_view base64(std::string_view bytes, TextContext& context) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string& out = context.scratch;
  out.clear();
  const auto byte = [&](std::size_t at) {
    return at < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])) : 0U;
  };
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::uint32_t three = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
    out += alphabet[three >> 18];
    out += alphabet[three >> 12 & 63];
    out += at + 1 < bytes.size() ? alphabet[three >> 6 & 63] : '=';
    out += at + 2 < bytes.size() ? alphabet[three & 63] : '=';
  }
  return out;
}

std::string_view state_text(const Socket& socket, TextContext& context) {
  const InetPart* inet = socket.inet();
  const bool association = inet != nullptr && inet->association.has_value();
  const auto name = association ? to_text(*inet->association) : to_text(socket.state);
  if (!name.empty()) return name;
  context.scratch = "unknown(";
  append_number(context.scratch, association ? static_cast<std::uint64_t>(*inet->association)
                                             : static_cast<std::uint64_t>(socket.state));
  context.scratch += ')';
  return context.scratch;
}

std::optional<std::string_view> netlink_groups(const Socket& socket, TextContext& context) {
  const NetlinkPart* part = socket.netlink();
  if (part == nullptr || part->groups.empty()) return std::nullopt;
  std::size_t words = part->groups.size();
  while (words > 1 && part->groups[words - 1] == 0) --words;
  std::string& out = context.scratch;
  out = "0x";
  for (std::size_t at = words; at-- > 0;) {
    char digits[9];
    const auto end = std::to_chars(digits, digits + sizeof digits, part->groups[at], 16);
    out.append(8 - static_cast<std::size_t>(end.ptr - digits), '0').append(digits, end.ptr);
  }
  return out;
}

std::string_view interface_name(const Socket& socket, std::uint32_t index, TextContext& context) {
  const bool foreign = socket.netns != nullptr && socket.netns->foreign;
  return foreign || context.names == nullptr ? std::string_view{} : context.names->interface(index);
}

std::optional<std::string_view> device(const Socket& socket, TextContext& context) {
  std::uint32_t index = 0;
  if (const InetPart* inet = socket.inet()) index = inet->interface;
  if (const PacketPart* packet = socket.packet()) index = packet->interface.value_or(0);
  if (const XdpPart* xdp = socket.xdp()) index = xdp->interface.value_or(0);
  if (index == 0) return std::nullopt;
  if (const auto name = interface_name(socket, index, context); !name.empty()) return name;
  context.scratch = "if";
  append_number(context.scratch, index);
  return context.scratch;
}

}  // namespace skq::fields
