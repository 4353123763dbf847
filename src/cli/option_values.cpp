#include "cli/option_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"

namespace skq::cli {
namespace {

std::optional<double> decimal(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

Problem wrong(const Given& given, std::string text) {
  return wrong_value(given, std::move(text), 0, std::max<std::size_t>(given.value.size(), 1), {});
}

}  // namespace

Problem keep_text(std::optional<std::string>& into, const Given& given, std::string_view what) {
  if (given.value.empty()) return wrong_value(given, fmt::format("{} is empty", what), 0, 1, {});
  into = std::string(given.value);
  return {};
}

Problem keep_seconds(std::optional<double>& into, const Given& given, double least, double most) {
  const auto seconds = decimal(given.value);
  if (!seconds || !(*seconds >= least && *seconds <= most))
    return wrong(given, fmt::format("seconds are needed, from {} to {}", least, most));
  into = seconds;
  return {};
}

Problem keep_size(std::optional<std::uint64_t>& into, const Given& given) {
  const auto size = parse_size(given.value);
  if (!size) return wrong(given, "a size is needed, such as 500M or 2G");
  into = size;
  return {};
}

Problem no_number(const Given& given, std::string_view what, std::string_view least, bool too_large) {
  if (too_large) return wrong(given, "the number is too large");
  return wrong(given, fmt::format("{} is needed, {} or more", what, least));
}

}  // namespace skq::cli
