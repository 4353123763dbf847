// Reads JSON piece by piece from left to right, straight into what the caller builds: no tree, no copy of text without
// escapes. What it reads may be anything; every function says false where the text is not what was asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace skq::store {

struct JsonNumber {
  bool integral = false;
  bool negative = false;
  std::uint64_t magnitude = 0;  ///< of an integral one
  double real = 0;              ///< of any other
};

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) {}

  /// Skips blanks; true and past it when this character comes next.
  bool take(char wanted) {
    if (peek() != wanted || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  /// The next character that is no blank; NUL at the end.
  char peek() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool at_end() { return peek() == '\0' && at_ == text_.size(); }
  bool take_word(std::string_view word);
  bool take_null() { return peek() == 'n' && take_word("null"); }
  bool boolean(bool& value);
  bool number(JsonNumber& value);
  /// An unsigned number without fraction.
  bool integer(std::uint64_t& value);
  /// The view is of the text itself, or of `scratch` where there are escapes. Half a surrogate pair is U+FFFD.
  bool string(std::string_view& value, std::string& scratch);
  /// Any value, as it stands there.
  bool raw(std::string_view& value);

  /// Calls member(key) for each member of an object, with the cursor before its value; stops when that says false.
  template <class Member>
  bool object(Member member) {
    if (!take('{')) return false;
    if (take('}')) return true;
    std::string scratch;
    do {
      std::string_view key;
      if (!string(key, scratch) || !take(':') || !member(key)) return false;
    } while (take(','));
    return take('}');
  }

  /// The same for the elements of a list.
  template <class Element>
  bool list(Element element) {
    if (!take('[')) return false;
    if (take(']')) return true;
    do {
      if (!element()) return false;
    } while (take(','));
    return take(']');
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  bool unescape(std::string& out);
  bool code_unit(std::uint32_t& unit);
  bool skip_value(int depth);

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace skq::store
