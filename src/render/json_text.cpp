#include "render/json_text.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/text_escape.h"
#include "base/text_utf8.h"
#include "model/address_text.h"
#include "render/number_text.h"

namespace skq::render {
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

void append_int(std::string& out, int value) {
  if (value < 0) out += '-';
  append_integer(out, static_cast<std::uint64_t>(value < 0 ? -static_cast<std::int64_t>(value) : value));
}

void append_security(std::string& out, const SecurityContext& security) {
  out += ",\"context\":";
  security.process.empty() ? (void)(out += "null") : append_json_string(out, security.process);
  if (!security.socket_asked_for) return;
  out += ",\"socket_context\":";
  security.socket.empty() ? (void)(out += "null") : append_json_string(out, security.socket);
}

void append_owner(std::string& out, const Owner& owner, bool threads) {
  out += "{\"pid\":";
  append_int(out, owner.pid);
  if (threads) {
    out += ",\"tid\":";
    append_int(out, owner.tid);
  }
  out += ",\"comm\":";
  append_json_string(out, owner.comm);
  out += ",\"fd\":";
  append_int(out, owner.fd);
  if (owner.security != nullptr) append_security(out, *owner.security);
  out += '}';
}

struct ValueWriter {
  std::string& out;
  bool threads;

  void operator()(std::monostate) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::uint64_t value) const { append_integer(out, value); }
  void operator()(double value) const {
    if (!std::isfinite(value)) {
      out += "null";
    } else {
      append_decimal(out, value, 2);
    }
  }
  void operator()(std::string_view value) const { append_json_string(out, value); }
  void operator()(const AddressValue& value) const {
    if (value.address == nullptr) return (*this)(std::monostate{});
    out += '"';
    append_address(out, value.family, *value.address);
    out += '"';
  }
  void operator()(std::span<const Owner> owners) const {
    out += '[';
    for (const Owner& owner : owners) {
      if (out.back() != '[') out += ',';
      append_owner(out, owner, threads);
    }
    out += ']';
  }
  void operator()(std::span<const Inode> inodes) const {
    out += '[';
    for (const Inode inode : inodes) {
      if (out.back() != '[') out += ',';
      append_integer(out, static_cast<std::uint32_t>(inode));
    }
    out += ']';
  }
};

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

void append_json_value(std::string& out, const Value& value, bool threads) {
  std::visit(ValueWriter{out, threads}, value);
}

}  // namespace skq::render
