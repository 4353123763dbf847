// Builds kernel messages byte by byte, so that a test can say on each line what the bytes mean. Numbers go in the
// machine's order as the kernel sends them, ports and addresses in network order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace skq::test {

class Bytes {
 public:
  Bytes& u8(std::uint8_t value) { return number(value); }
  Bytes& u16(std::uint16_t value) { return number(value); }
  Bytes& u32(std::uint32_t value) { return number(value); }
  Bytes& u64(std::uint64_t value) { return number(value); }
  Bytes& port(std::uint16_t value) {
    return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
  }
  Bytes& ip4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return u8(a).u8(b).u8(c).u8(d).zeros(12);  // the room of an IPv6 address
  }
  Bytes& zeros(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  Bytes& text(std::string_view value) {
    for (const char c : value) u8(static_cast<std::uint8_t>(c));
    return *this;
  }
  Bytes& raw(std::span<const std::byte> value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }
  Bytes& attribute(std::uint16_t type, const Bytes& value) {
    u16(static_cast<std::uint16_t>(value.size() + 4)).u16(type).raw(value.span());
    while (bytes_.size() % 4 != 0) u8(0);
    return *this;
  }
  /// Appends a whole netlink message.
  Bytes& message(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence, std::uint32_t portid,
                 const Bytes& payload) {
    u32(static_cast<std::uint32_t>(payload.size() + 16)).u16(type).u16(flags).u32(sequence).u32(portid);
    raw(payload.span());
    while (bytes_.size() % 4 != 0) u8(0);
    return *this;
  }

  [[nodiscard]] std::span<const std::byte> span() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  template <class T>
  Bytes& number(T value) {
    const auto at = bytes_.size();
    bytes_.resize(at + sizeof value);
    std::memcpy(bytes_.data() + at, &value, sizeof value);
    return *this;
  }

  std::vector<std::byte> bytes_;
};

/// A copy on the heap of exactly that length: a sanitizer then sees every byte read beyond the end.
class ExactCopy {
 public:
  explicit ExactCopy(std::span<const std::byte> from)
      : size_(from.size()), bytes_(std::make_unique_for_overwrite<std::byte[]>(from.size())) {
    if (size_ != 0) std::memcpy(bytes_.get(), from.data(), size_);
  }
  [[nodiscard]] std::span<const std::byte> span() const { return {bytes_.get(), size_}; }
  [[nodiscard]] std::span<std::byte> writable() { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> bytes_;
};

}  // namespace skq::test
