#include "metrics/label_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text_escape.h"
#include "base/text_utf8.h"
#include "fields/address_print.h"

namespace skq::metrics {
namespace {

/// FNV-1a. Two names that somebody made to agree in it are told as one listener, never as two samples of one series.
std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

void append_hash(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::uint64_t hash = hash_of(bytes);
  out += "...";
  for (unsigned shift = 64; shift != 0;) out += digits[(hash >> (shift -= 4U)) & 15U];
}

/// No escape is cut in two.
std::string shortened(std::string out, std::string_view bytes) {
  constexpr std::size_t tail = 3 + 16;
  std::string whole = out + escaped(bytes);
  if (whole.size() <= longest_label) return whole;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = next_utf8(bytes, at).length;
    const std::string piece = escaped(bytes.substr(at, length));
    if (out.size() + piece.size() + tail > longest_label) break;
    out += piece;
    at += length;
  }
  append_hash(out, bytes);
  return out;
}

/// What bind(2) makes of an address without a name: five hexadecimal digits (unix_autobind in net/unix/af_unix.c).
bool is_autobound(std::string_view abstract) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return abstract.size() == 5 && std::all_of(abstract.begin(), abstract.end(), is_digit);
}

std::string unix_text(const UnixPart& part) {
  if (!part.has_name) return "*";
  if (fields::is_abstract(part)) {
    const std::string_view name = part.name.substr(1);
    return is_autobound(name) ? "@autobound" : shortened("@", name);
  }
  // A path that begins like an abstract name. No escape of another byte looks like that.
  if (part.name.starts_with('@')) return shortened("\\x40", part.name.substr(1));
  return shortened("", part.name);
}

}  // namespace

std::string listener_text(const Socket& socket, const PortRange& ephemeral) {
  if (const UnixPart* part = socket.unix_part()) return unix_text(*part);
  TextContext context;  // no names: they may change, and cost a question each
  std::string text(fields::local_text(socket, context));
  const InetPart* inet = socket.inet();
  if (inet != nullptr && inet->local_port >= ephemeral.first && inet->local_port <= ephemeral.last)
    text.replace(text.rfind(':') + 1, std::string::npos, "ephemeral");
  return text;
}

}  // namespace skq::metrics
