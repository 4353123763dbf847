#include "model/address_text.h"

#include <algorithm>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "base/quick_text.h"

namespace skq {
namespace {

constexpr std::size_t groups_of_address = 8;
using Groups = std::array<std::uint16_t, groups_of_address>;

void append_number(std::string& out, unsigned value, int base) {
  std::array<char, 8> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  out.append(digits.data(), end);
}

void append_dotted(std::string& out, const std::byte* bytes) {
  std::array<char, 16 + most_digits> text;
  char* to = text.data();
  for (int at = 0; at < 4; ++at) {
    if (at != 0) *to++ = '.';
    to = put_digits(to, std::to_integer<unsigned>(bytes[at]));
  }
  out.append(text.data(), static_cast<std::size_t>(to - text.data()));
}

struct Run {
  std::size_t begin = groups_of_address;
  std::size_t length = 0;
};

// The first of the longest runs of zero groups; a single zero group is not shortened (RFC 5952, 4.2.2).
Run longest_zero_run(const Groups& groups) {
  Run best;
  for (std::size_t at = 0; at < groups.size();) {
    std::size_t end = at;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - at > best.length) best = {at, end - at};
    at = end == at ? at + 1 : end;
  }
  return best.length < 2 ? Run{} : best;
}

// IPv4-compatible and IPv4-mapped addresses show their last four bytes dotted.
bool ends_dotted(const Groups& groups, const Run& run) {
  return run.begin == 0 && (run.length == 6 || (run.length == 5 && groups[5] == 0xffff));
}

void append_inet6(std::string& out, const Address& address) {
  Groups groups{};
  for (std::size_t at = 0; at < groups.size(); ++at) {
    groups[at] = static_cast<std::uint16_t>(std::to_integer<unsigned>(address.bytes[2 * at]) << 8U |
                                            std::to_integer<unsigned>(address.bytes[2 * at + 1]));
  }
  const Run run = longest_zero_run(groups);
  for (std::size_t at = 0; at < groups.size();) {
    if (at == run.begin) {
      out += "::";
      at += run.length;
      continue;
    }
    if (at != 0 && at != run.begin + run.length) out += ':';
    if (at == 6 && ends_dotted(groups, run)) return append_dotted(out, &address.bytes[12]);
    append_number(out, groups[at], 16);
    ++at;
  }
}

}  // namespace

void append_address(std::string& out, Family family, const Address& address) {
  if (family == Family::inet) return append_dotted(out, address.bytes.data());
  append_inet6(out, address);
}

bool is_v4_mapped(const Address& address) {
  const auto& bytes = address.bytes;
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](std::byte b) { return b == std::byte{0}; }) &&
         bytes[10] == std::byte{0xFF} && bytes[11] == std::byte{0xFF};
}

}  // namespace skq
