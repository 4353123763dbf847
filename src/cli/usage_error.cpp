#include "cli/usage_error.h"

#include <fmt/format.h>

#include "base/nearest_word.h"
#include "base/text_escape.h"

namespace skq::cli {

UsageError mistake(const SyntaxError& error) { return {error.text()}; }

UsageError wrong_value(const Given& given, std::string message, std::size_t at, std::size_t length,
                       std::string_view suggestion) {
  SyntaxError error;
  error.message = std::move(message);
  error.input = given.spelling + std::string(given.value);
  error.at = given.spelling.size() + at;
  error.length = length;
  error.suggestion = std::string(suggestion);
  return mistake(error);
}

UsageError unknown_word(const Given& given, std::string_view what, std::span<const std::string_view> known) {
  const std::string_view near = nearest_word(given.value, known);
  std::string message = fmt::format("unknown {} '{}'", what, escaped(given.value));
  if (near.empty()) message += fmt::format("; known are {}", fmt::join(known, " "));
  return wrong_value(given, std::move(message), 0, given.value.size(), near);
}

}  // namespace skq::cli
