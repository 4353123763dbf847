// A line of text while it is made, piece by piece: room is asked for once for several pieces, and short pieces are
// copied in one step. Appending each to a string costs more than most of them are long.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/quick_text.h"

namespace skq::render {

/// A short text that is written again and again.
class Snippet {
 public:
  Snippet() = default;
  /// `text` lives as long as this.
  explicit Snippet(std::string_view text) : text_(text) {
    std::memcpy(bytes_.data(), text.data(), std::min(text.size(), bytes_.size()));
  }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  static constexpr std::size_t usual = 32;

 private:
  friend class TextLine;
  std::array<char, usual> bytes_{};
  std::string_view text_;
};

class TextLine {
 public:
  void clear() { at_ = 0; }
  [[nodiscard]] std::string_view text() const { return {bytes_.get(), at_}; }
  [[nodiscard]] bool empty() const { return at_ == 0; }

  /// Before any of those below: makes room for so many bytes, and for a number or a snippet more.
  void need(std::size_t bytes) {
    if (at_ + bytes + spare > size_) grow(bytes);
  }
  void add(char c) { bytes_[at_++] = c; }
  void add(std::string_view text) {
    copy_short(bytes_.get() + at_, text.data(), text.size());
    at_ += text.size();
  }
  void add(const Snippet& snippet) {
    // A fixed size is two instructions; what is too much will be written over.
    if (snippet.size() <= Snippet::usual)
      std::memcpy(bytes_.get() + at_, snippet.bytes_.data(), Snippet::usual);
    else
      std::memcpy(bytes_.get() + at_, snippet.text_.data(), snippet.size());
    at_ += snippet.size();
  }
  void add_integer(std::uint64_t value);
  /// Quoted, valid UTF-8 (base/text_json.h). Asks for its room itself.
  void add_json_string(std::string_view bytes);

 private:
  static constexpr std::size_t spare = 64;
  void grow(std::size_t bytes);

  std::unique_ptr<char[]> bytes_;
  std::size_t at_ = 0, size_ = 0;
};

}  // namespace skq::render
