// Bad usage: what was wrong, shown under the word that was wrong.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "skq/select.h"

namespace skq::cli {

/// Message without the leading "skq: ", one or more lines, safe for a terminal.
struct UsageError {
  std::string text;
};

/// Nothing, or why not.
using Problem = std::optional<UsageError>;

/// A value as it stood on the command line: "--format=" or "-A " before it, so that a caret can be set under a part.
struct Given {
  std::string spelling;
  std::string_view value;
};

UsageError mistake(const SyntaxError& error);
/// Caret under value[at, at + length).
UsageError wrong_value(const Given& given, std::string message, std::size_t at, std::size_t length,
                       std::string_view suggestion);
/// Caret under the whole value; suggests the nearest of the known words, or lists them when none is near.
UsageError unknown_word(const Given& given, std::string_view what, std::span<const std::string_view> known);

}  // namespace skq::cli
