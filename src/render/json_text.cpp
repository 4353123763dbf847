#include "render/json_text.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "model/address_text.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

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

void append_json_value(std::string& out, const Value& value, bool threads) {
  std::visit(ValueWriter{out, threads}, value);
}

}  // namespace skq::render
