#include "select/glob.h"

#include <cstddef>
#include <optional>

#include "base/nearest_word.h"

namespace skq::select {
namespace {

bool in_class(std::string_view name, char byte) {
  const bool small = byte >= 'a' && byte <= 'z', big = byte >= 'A' && byte <= 'Z', digit = byte >= '0' && byte <= '9';
  const bool letter = small || big;
  if (name == "alpha" || name == "upper" || name == "lower") return letter;
  if (name == "digit") return digit;
  if (name == "alnum") return letter || digit;
  if (name == "xdigit") return digit || (lower(byte) >= 'a' && lower(byte) <= 'f');
  if (name == "space") return byte == ' ' || (byte >= '\t' && byte <= '\r');
  if (name == "blank") return byte == ' ' || byte == '\t';
  if (name == "punct") return byte > ' ' && byte < 0x7f && !letter && !digit;
  if (name == "print") return byte >= ' ' && byte < 0x7f;
  if (name == "graph") return byte > ' ' && byte < 0x7f;
  if (name == "cntrl") return (byte >= 0 && byte < ' ') || byte == 0x7f;
  return false;
}

unsigned char folded(char byte) { return static_cast<unsigned char>(lower(byte)); }

/// A bracket expression; reads its members one by one.
class Set {
 public:
  Set(std::string_view pattern, std::size_t at) : pattern_(pattern), at_(at) {}

  /// Whether the byte is in it; empty when the pattern has no closing bracket, so that '[' stands for itself.
  std::optional<bool> has(char byte) {
    const bool inverted = at_ < pattern_.size() && (pattern_[at_] == '!' || pattern_[at_] == '^');
    if (inverted) ++at_;
    bool found = false;
    for (bool first = true;; first = false) {
      if (at_ >= pattern_.size()) return std::nullopt;
      if (pattern_[at_] == ']' && !first) break;
      found |= member_has(byte);
    }
    ++at_;
    return found != inverted;
  }

  [[nodiscard]] std::size_t end() const { return at_; }

 private:
  bool member_has(char byte) {
    if (pattern_.substr(at_).starts_with("[:")) {
      const std::size_t close = pattern_.find(":]", at_ + 2);
      if (close != std::string_view::npos) {
        const std::string_view name = pattern_.substr(at_ + 2, close - at_ - 2);
        at_ = close + 2;
        return in_class(name, byte);
      }
    }
    const unsigned char low = one();
    unsigned char high = low;
    if (at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']') {
      ++at_;
      high = one();
    }
    return low <= folded(byte) && folded(byte) <= high;
  }

  unsigned char one() {
    if (pattern_[at_] == '\\' && at_ + 1 < pattern_.size()) ++at_;
    return folded(pattern_[at_++]);
  }

  std::string_view pattern_;
  std::size_t at_;
};

/// Where the pattern goes on after it took one byte; empty when it does not take this byte.
std::optional<std::size_t> take_one(std::string_view pattern, std::size_t at, char byte) {
  if (at >= pattern.size()) return std::nullopt;
  if (pattern[at] == '?') return at + 1;
  if (pattern[at] == '[') {
    Set set(pattern, at + 1);
    if (const auto has = set.has(byte)) return *has ? std::optional(set.end()) : std::nullopt;
  } else if (pattern[at] == '\\' && at + 1 < pattern.size()) {
    ++at;
  }
  return folded(pattern[at]) == folded(byte) ? std::optional(at + 1) : std::nullopt;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::optional<std::size_t> star;  // only the last star ever needs to take more
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
    } else if (const auto next = take_one(pattern, p, text[t])) {
      p = *next;
      ++t;
    } else if (star) {
      p = *star;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace skq::select
