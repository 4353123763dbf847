// Hostile bytes made fit for a terminal, and back-readable: one way to write each of them, and no two texts print
// alike.
//
//   \\            a backslash of the text itself
//   \n \t \r      as in C
//   \xHH          any other control byte, DEL, and each byte that is not UTF-8 (always two digits)
//   \uHHHH        what is valid UTF-8 but steers or hides: C1 controls, line and paragraph separator, bidi marks and
//                 overrides, invisible format characters (zero width space and joiners, soft hyphen, BOM …)
//   \UHHHHHHHH    the same beyond U+FFFF (tags)
//
// Everything else, also wide and combining characters, stays as it is.
#pragma once

#include <string>
#include <string_view>

namespace skq {

/// For terminals, tables, messages.
void append_escaped(std::string& out, std::string_view bytes);

/// The same, and every kind of space is escaped too (a plain one as \x20): the result is one word, or empty for an
/// empty text.
void append_escaped_word(std::string& out, std::string_view bytes);

/// C1 controls, separators of lines, bidi controls, invisible format characters: valid, but not what they look like.
bool is_deceptive(char32_t code);

std::string escaped(std::string_view bytes);

/// Whether append_escaped changes nothing, that is, whether the text may go to a terminal as it is.
bool is_plain(std::string_view bytes);

}  // namespace skq
