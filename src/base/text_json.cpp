#include "base/text_json.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/text_escape.h"
#include "base/text_utf8.h"

namespace skq {
namespace {

constexpr std::array<bool, 256> plain_bytes() {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x7f; ++byte) plain[byte] = true;
  plain['"'] = plain['\\'] = false;
  return plain;
}
constexpr auto plain = plain_bytes();

void append_unit(std::string& out, std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (unsigned shift = 16; shift != 0;) out += digits[(unit >> (shift -= 4)) & 0xfU];
}

void append_code(std::string& out, char32_t code) {
  if (code < 0x10000) return append_unit(out, code);
  append_unit(out, 0xd800 + ((code - 0x10000) >> 10U));
  append_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ffU));
}

void append_step(std::string& out, std::string_view bytes, const Utf8Step& step) {
  if (!step.valid) {
    out += "\xef\xbf\xbd";
  } else if (step.code == '"' || step.code == '\\') {
    out += '\\';
    out += bytes;
  } else if (step.code < 0x80 || is_deceptive(step.code)) {
    append_code(out, step.code);
  } else {
    out += bytes;
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view bytes) {
  out += '"';
  for (std::size_t at = 0;;) {
    std::size_t end = at;
    while (end < bytes.size() && plain[static_cast<unsigned char>(bytes[end])]) ++end;
    out.append(bytes.data() + at, end - at);
    if (end == bytes.size()) break;
    const Utf8Step step = next_utf8(bytes, end);
    append_step(out, bytes.substr(end, step.length), step);
    at = end + step.length;
  }
  out += '"';
}

}  // namespace skq
