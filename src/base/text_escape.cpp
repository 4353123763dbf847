#include "base/text_escape.h"

#include <array>
#include <cstdint>

#include "base/quick_text.h"
#include "base/text_utf8.h"

namespace skq {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr std::array<bool, 256> plain_bytes(bool space) {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x21; byte < 0x7f; ++byte) plain[byte] = true;
  plain[' '] = space;
  plain['\\'] = false;
  return plain;
}
constexpr auto plain_in_text = plain_bytes(true);
constexpr auto plain_in_word = plain_bytes(false);

std::size_t plain_prefix(std::string_view bytes, std::size_t from, const std::array<bool, 256>& plain) {
  while (from < bytes.size() && plain[static_cast<unsigned char>(bytes[from])]) ++from;
  return from;
}

bool in(char32_t code, char32_t low, char32_t high) { return code >= low && code <= high; }

// General category Zs beside U+0020.
bool is_wide_space(char32_t code) {
  return code == 0xa0 || code == 0x1680 || in(code, 0x2000, 0x200a) || code == 0x202f || code == 0x205f ||
         code == 0x3000;
}

void append_hex(std::string& out, std::uint32_t value, unsigned digits) {
  while (digits-- > 0) out += hex_digits[(value >> (4 * digits)) & 0xfU];
}

void append_byte_escape(std::string& out, char byte) {
  switch (byte) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\\':
      out += "\\\\";
      return;
    default:
      break;
  }
  out += "\\x";
  append_hex(out, static_cast<unsigned char>(byte), 2);
}

void append_step(std::string& out, std::string_view bytes, const Utf8Step& step, bool word) {
  if (!step.valid || step.code < 0x80) {
    for (const char byte : bytes) append_byte_escape(out, byte);
  } else if (!is_deceptive(step.code) && !(word && is_wide_space(step.code))) {
    out += bytes;
  } else {
    out += step.code > 0xffff ? "\\U" : "\\u";
    append_hex(out, step.code, step.code > 0xffff ? 8 : 4);
  }
}

// Most texts are plain.
template <unsigned char First>
bool append_plain(std::string& out, std::string_view bytes) {
  if (!is_all_plain<First, '\\'>(bytes)) return false;
  out += bytes;
  return true;
}

void append_with(std::string& out, std::string_view bytes, const std::array<bool, 256>& plain) {
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = plain_prefix(bytes, at, plain);
    out.append(bytes.data() + at, end - at);
    if (end == bytes.size()) return;
    const Utf8Step step = next_utf8(bytes, end);
    append_step(out, bytes.substr(end, step.length), step, !plain[' ']);
    at = end + step.length;
  }
}

}  // namespace

bool is_deceptive(char32_t code) {
  if (in(code, 0x80, 0x9f) || code == 0xad || code == 0x61c || code == 0x180e) return true;
  if (in(code, 0x200b, 0x200f) || in(code, 0x2028, 0x202e) || in(code, 0x2060, 0x206f)) return true;
  return code == 0xfeff || in(code, 0xfff9, 0xfffb) || in(code, 0xe0000, 0xe007f);
}

void append_escaped(std::string& out, std::string_view bytes) {
  if (!append_plain<' '>(out, bytes)) append_with(out, bytes, plain_in_text);
}

void append_escaped_word(std::string& out, std::string_view bytes) {
  if (!append_plain<' ' + 1>(out, bytes)) append_with(out, bytes, plain_in_word);
}

std::string escaped(std::string_view bytes) {
  std::string out;
  append_escaped(out, bytes);
  return out;
}

bool is_plain(std::string_view bytes) {
  for (std::size_t at = plain_prefix(bytes, 0, plain_in_text); at < bytes.size();
       at = plain_prefix(bytes, at, plain_in_text)) {
    const Utf8Step step = next_utf8(bytes, at);
    if (!step.valid || step.code < 0x80 || is_deceptive(step.code)) return false;
    at += step.length;
  }
  return true;
}

}  // namespace skq
