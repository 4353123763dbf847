// The values of options, from the word as it was given to the type that Settings has. Each says what is wrong under the
// word.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "cli/usage_error.h"

namespace skq::cli {

inline Problem turn(bool& flag, bool value) {
  flag = value;
  return {};
}

/// `what` is "the file name".
Problem keep_text(std::optional<std::string>& into, const Given& given, std::string_view what);

Problem keep_seconds(std::optional<double>& into, const Given& given, double least, double most);

/// Bytes, with K, M, G or T for powers of 1024.
Problem keep_size(std::optional<std::uint64_t>& into, const Given& given);

Problem no_number(const Given& given, std::string_view what, std::string_view least, bool too_large);

/// `what` is "a number of rows".
template <std::unsigned_integral Number>
Problem keep_number(std::optional<Number>& into, const Given& given, Number least, std::string_view what) {
  Number number = 0;
  const char* const end = given.value.data() + given.value.size();
  const auto [stop, error] = std::from_chars(given.value.data(), end, number);
  if (error != std::errc{} || stop != end || number < least)
    return no_number(given, what, std::to_string(least), error == std::errc::result_out_of_range);
  into = number;
  return {};
}

}  // namespace skq::cli
