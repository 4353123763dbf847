#include "base/text_utf8.h"

#include "base/quick_text.h"

namespace skq {
namespace {

// Which second bytes a lead byte allows (Unicode Standard, table 3-7); the others are always 80..BF.
struct Lead {
  std::uint8_t length;
  unsigned char low, high;
};

Lead lead_of(unsigned char byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return {2, 0x80, 0xbf};
  if (byte == 0xe0) return {3, 0xa0, 0xbf};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {3, 0x80, 0xbf};
  if (byte == 0xf0) return {4, 0x90, 0xbf};
  if (byte >= 0xf1 && byte <= 0xf3) return {4, 0x80, 0xbf};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

Utf8Step next_utf8(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1, true};
  const Lead lead = lead_of(first);
  if (lead.length == 0) return {0xfffd, 1, false};
  char32_t code = first & (0xffU >> (lead.length + 1U));
  unsigned char low = lead.low;
  unsigned char high = lead.high;
  for (std::uint8_t taken = 1; taken < lead.length; ++taken) {
    if (at + taken >= text.size()) return {0xfffd, taken, false};
    const auto byte = static_cast<unsigned char>(text[at + taken]);
    if (byte < low || byte > high) return {0xfffd, taken, false};
    code = (code << 6U) | (byte & 0x3fU);
    low = 0x80;
    high = 0xbf;
  }
  return {code, lead.length, true};
}

bool is_valid_utf8(std::string_view text) {
  if (is_all_plain<' '>(text)) return true;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = next_utf8(text, at);
    if (!step.valid) return false;
    at += step.length;
  }
  return true;
}

bool append_utf8(std::string& out, char32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  const auto byte = [&](unsigned prefix, unsigned shift, unsigned mask) {
    out += static_cast<char>(prefix | ((code >> shift) & mask));
  };
  if (code < 0x80) {
    byte(0, 0, 0x7F);
    return true;
  }
  if (code < 0x800) {
    byte(0xC0, 6, 0x1F);
  } else {
    if (code < 0x10000) {
      byte(0xE0, 12, 0x0F);
    } else {
      byte(0xF0, 18, 0x07);
      byte(0x80, 12, 0x3F);
    }
    byte(0x80, 6, 0x3F);
  }
  byte(0x80, 0, 0x3F);
  return true;
}

}  // namespace skq
