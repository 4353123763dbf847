// UTF-8 as bytes that may be anything: one step of a decoder that never over-reads and never loses its place.
// Knows no locale, so that a process in the C locale prints the same as one in any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace skq {

/// One step through text: a code point, or the bytes that are none.
struct Utf8Step {
  char32_t code = 0;  ///< U+FFFD where not valid
  std::uint8_t length =
      0;  ///< bytes taken; for invalid ones the maximal subpart (Unicode 3.9, as WHATWG decoders), >= 1
  bool valid = false;
};

/// Decodes at text[at]; `at` must be inside the text.
Utf8Step next_utf8(std::string_view text, std::size_t at);

bool is_valid_utf8(std::string_view text);

/// False, and nothing appended, for what is no code point: surrogates and numbers above U+10FFFF.
bool append_utf8(std::string& out, char32_t code);

}  // namespace skq
