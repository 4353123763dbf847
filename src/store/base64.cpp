#include "store/base64.h"

#include <cstddef>
#include <cstdint>

namespace skq::store {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  const auto byte = [&](std::size_t at) {
    return at < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])) : 0U;
  };
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::uint32_t three = byte(at) << 16U | byte(at + 1) << 8U | byte(at + 2);
    out += alphabet[three >> 18U];
    out += alphabet[three >> 12U & 63U];
    out += at + 1 < bytes.size() ? alphabet[three >> 6U & 63U] : '=';
    out += at + 2 < bytes.size() ? alphabet[three & 63U] : '=';
  }
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  std::uint32_t bits = 0;
  std::size_t padding = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t value = alphabet.find(text[at]);
    const bool pads = text[at] == '=' && at + 2 >= text.size();
    if ((value == std::string_view::npos && !pads) || (padding != 0 && !pads)) return std::nullopt;
    padding += pads ? 1U : 0U;
    bits = bits << 6U | (pads ? 0U : static_cast<std::uint32_t>(value));
    if (at % 4 != 3) continue;
    bytes += static_cast<char>(bits >> 16U & 0xffU);
    bytes += static_cast<char>(bits >> 8U & 0xffU);
    bytes += static_cast<char>(bits & 0xffU);
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace skq::store
