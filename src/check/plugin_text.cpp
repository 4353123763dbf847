// What a plugin prints: a short line, behind a bar the numbers for graphs, and below whatever else helps.
//
// A bar begins performance data wherever it stands, and a control byte ends up in somebody's browser: neither is let
// through, whatever a socket or a process calls itself.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text_escape.h"
#include "base/text_utf8.h"
#include "base/text_width.h"
#include "base/units.h"
#include "check/plain_number.h"
#include "skq/check.h"

namespace skq {
namespace {

// Old monitoring systems cut what is longer.
constexpr std::size_t longest_line = 79;

/// What was made fit for a terminal before stays as it is: a backslash is not doubled.
std::string safe(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = next_utf8(text, at);
    const std::string_view piece = text.substr(at, step.length);
    at += step.length;
    if (piece == "|")
      out += "\\x7c";
    else if (piece == "\\")
      out += piece;
    else
      append_escaped(out, piece);
  }
  return out;
}

/// No code point is cut in two.
std::string shortened(std::string_view text) {
  if (display_width(text) <= longest_line) return std::string(text);
  std::size_t at = 0, width = 0;
  while (at < text.size()) {
    const Utf8Step step = next_utf8(text, at);
    width += static_cast<std::size_t>(std::max(display_width(step.code), 0));
    if (width > longest_line - 3) break;
    at += step.length;
  }
  return std::string(text.substr(0, at)) + "...";
}

std::string_view unit_text(CheckUnit unit) {
  switch (unit) {
    case CheckUnit::count:
      return "";
    case CheckUnit::percent:
      return "%";
    case CheckUnit::bytes:
      return "B";
  }
  return "";
}

/// Quoted where a blank or the like is in it; an equals sign has no place in a label.
std::string label_text(std::string_view label) {
  std::string out;
  bool plain = !label.empty();
  for (const char c : label) {
    const bool word =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    plain = plain && word;
    const bool hostile = c == '=' || c == '|' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    out += hostile ? '_' : c;
    if (c == '\'') out += c;
  }
  return plain ? out : "'" + out + "'";
}

void append_performance(std::string& out, const PerformanceData& data) {
  (out += label_text(data.label)) += '=';
  if (data.value) {
    checking::append_plain(out, checking::rounded_down(*data.value));
    out += unit_text(data.unit);
  } else {
    out += 'U';
  }
  std::array<std::string, 4> rest;
  if (data.thresholds.warning) rest[0] = data.thresholds.warning->text();
  if (data.thresholds.critical) rest[1] = data.thresholds.critical->text();
  if (data.least) checking::append_plain(rest[2], *data.least);
  if (data.most) checking::append_plain(rest[3], *data.most);
  std::size_t used = rest.size();
  while (used > 0 && rest[used - 1].empty()) --used;
  for (std::size_t at = 0; at < used; ++at) (out += ';') += rest[at];
}

}  // namespace

namespace checking {

void append_plain(std::string& out, double value) {
  std::array<char, 400> text{};  // the largest double has 309 digits before the dot
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  out.append(text.data(), end.ptr);
}

double rounded_down(double value) {
  // Larger ones have no decimals that matter. No ratio of two counters is as near below a hundredth as the margin.
  return std::abs(value) < 1e12 ? std::floor(value * 100 + 1e-8) / 100 : value;
}

}  // namespace checking

std::string_view to_text(CheckStatus status) {
  constexpr std::array<std::string_view, 4> names{"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  return names.at(static_cast<std::size_t>(status));
}

std::string plugin_text(const CheckAnswer& answer) {
  std::string out = shortened("SKQ " + std::string(to_text(answer.status)) + " - " + safe(answer.text));
  for (std::size_t at = 0; at < answer.performance.size(); ++at) {
    out += at == 0 ? " | " : " ";
    append_performance(out, answer.performance[at]);
  }
  out += '\n';
  for (const std::string& line : answer.lines) (out += safe(line)) += '\n';
  return out;
}

std::string value_text(double value, CheckUnit unit) {
  std::string out;
  if (unit == CheckUnit::bytes && value >= 0 && value < 1e18)
    append_bytes_human(out, static_cast<std::uint64_t>(value));
  else
    checking::append_plain(out, checking::rounded_down(value));
  return unit == CheckUnit::percent ? out + "%" : out;
}

}  // namespace skq
