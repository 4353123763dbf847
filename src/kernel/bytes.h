// Bounds-checked reading of what the kernel sent: copies only, never a cast. Every decoder reads through these two.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace skq::kernel {

using ByteSpan = std::span<const std::byte>;

/// A copy of the T that begins at `offset`; empty where the bytes end before it does.
template <class T>
[[nodiscard]] std::optional<T> read_at(ByteSpan bytes, std::size_t offset = 0) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (bytes.size() < offset || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

/// Rounds up to the four bytes that netlink messages and attributes are aligned to.
constexpr std::size_t netlink_align(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

/// One netlink attribute; the flag bits (nested, byte order) of its type are already masked.
struct Attribute {
  std::uint16_t type = 0;
  ByteSpan value;
};

/// Walks the attributes of one message.
class Attributes {
 public:
  explicit Attributes(ByteSpan bytes) : left_(bytes) {}

  [[nodiscard]] bool next(Attribute& to) {
    const auto header = read_at<nlattr>(left_);
    if (!header) return false;
    if (header->nla_len < sizeof(nlattr) || header->nla_len > left_.size()) {
      garbled_ = true;
      return false;
    }
    to.type = header->nla_type & NLA_TYPE_MASK;
    to.value = left_.subspan(sizeof(nlattr), header->nla_len - sizeof(nlattr));
    const std::size_t step = netlink_align(header->nla_len);
    left_ = step < left_.size() ? left_.subspan(step) : ByteSpan{};
    return true;
  }

  /// An attribute said a length that cannot be: what followed it is lost.
  [[nodiscard]] bool garbled() const { return garbled_; }

 private:
  ByteSpan left_;
  bool garbled_ = false;
};

}  // namespace skq::kernel
