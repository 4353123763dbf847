// -F FILE: the filter's text from a file. Lines run on into each other, those that begin with '#' are left out, and so
// are those with a '0' in front, as in ss.
#pragma once

#include <string>
#include <string_view>

#include "skq/select.h"

namespace skq::cli {

/// As it was read; offsets into `text` are offsets into the file, what is left out is blank.
struct FilterFile {
  std::string name;
  std::string text;
};

/// The rest is blanked out.
std::string without_comments(std::string text);

/// The mistake with file and line in front, and that line alone as its input.
SyntaxError in_file(const FilterFile& file, SyntaxError error);

}  // namespace skq::cli
