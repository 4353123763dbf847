// Bytes that live as long as a snapshot: one bump allocation a row instead of one malloc.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace skq {

/// Never frees single objects; everything in it must be trivially destructible.
class Arena {
 public:
  [[nodiscard]] std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  template <class T>
  [[nodiscard]] std::span<const T> keep(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (values.empty()) return {};
    T* to = static_cast<T*>(allocate(values.size_bytes(), alignof(T)));
    std::memcpy(to, values.data(), values.size_bytes());
    return {to, values.size()};
  }

  /// Room for `count` values, which the caller writes.
  template <class T>
  [[nodiscard]] std::span<T> room(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (count == 0) return {};
    return {static_cast<T*>(allocate(count * sizeof(T), alignof(T))), count};
  }

  template <class T, class... Args>
  [[nodiscard]] T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  /// Whether it holds more than reset() keeps.
  [[nodiscard]] bool crowded() const { return blocks_.size() > 1; }

  /// Forgets everything but keeps one block for the next round: streamed output holds a constant amount.
  void reset() {
    if (blocks_.size() > 1) blocks_.resize(1);
    used_ = 0;
    if (!blocks_.empty()) size_ = first_size_;
  }

 private:
  static constexpr std::size_t block_size = std::size_t{1} << 18;

  void* allocate(std::size_t size, std::size_t alignment) {
    std::size_t at = (used_ + alignment - 1) & ~(alignment - 1);
    if (blocks_.empty() || at + size > size_) {
      size_ = size > block_size ? size : block_size;
      blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size_));
      if (blocks_.size() == 1) first_size_ = size_;
      at = 0;
    }
    used_ = at + size;
    return blocks_.back().get() + at;
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::size_t used_ = 0, size_ = 0, first_size_ = 0;
};

}  // namespace skq
