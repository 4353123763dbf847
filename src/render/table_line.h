// A line of a table while it is made, cells and the blanks between them. The one before stays until it is written over,
// so a row that begins as that did keeps its beginning.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "base/quick_text.h"

namespace skq::render {

/// Cheaper than appending each blank run to a string: the room is known beforehand.
class Line {
 public:
  /// Begins a line of at most so many bytes; with the first `kept` of the one before.
  void start(std::size_t bytes, std::size_t kept = 0) {
    if (bytes_.size() < bytes + few) bytes_.resize(bytes + few);
    at_ = bytes_.data() + kept;
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - bytes_.data()); }
  void blanks(std::size_t count) {
    if (count <= few) {
      std::memset(at_, ' ', few);  // a fixed size is one instruction; what is too much will be written over
    } else {
      std::memset(at_, ' ', count);
    }
    at_ += count;
  }
  void add(std::string_view text) { at_ = copy_short(at_, text.data(), text.size()); }
  /// The line without the blanks it ends with.
  [[nodiscard]] std::string_view trimmed() const {
    const char* end = at_;
    while (end != bytes_.data() && end[-1] == ' ') --end;
    return {bytes_.data(), static_cast<std::size_t>(end - bytes_.data())};
  }

 private:
  static constexpr std::size_t few = 16;
  std::string bytes_;
  char* at_ = nullptr;
};

}  // namespace skq::render
