// The text exposition format. The node exporter skips a whole file for one byte that is not UTF-8, a carriage return at
// the end of a line, a last line without its end, or a timestamp.
#include <array>
#include <charconv>
#include <cmath>

#include "base/text_utf8.h"
#include "skq/metrics.h"

namespace skq {
namespace {

/// Backslash, quote and newline are all that the format can escape; bytes that are no text become U+FFFD.
void append_label_value(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = next_utf8(text, at);
    if (!step.valid)
      append_utf8(out, U'\uFFFD');
    else if (step.code == U'\\' || step.code == U'"')
      (out += '\\') += static_cast<char>(step.code);
    else if (step.code == U'\n')
      out += "\\n";
    else
      out += text.substr(at, step.length);
    at += step.length;
  }
}

/// In every locale with a dot, and whole numbers without an exponent.
void append_value(std::string& out, double value) {
  constexpr double exact = 9007199254740992;  // 2^53
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    std::array<char, 32> text{};
    const bool whole = std::fabs(value) <= exact && value == std::trunc(value);
    const auto end = whole ? std::to_chars(text.begin(), text.end(), static_cast<std::int64_t>(value))
                           : std::to_chars(text.begin(), text.end(), value);
    out.append(text.begin(), end.ptr);
  }
}

void append_sample(std::string& out, const MetricInfo& info, const MetricSample& sample) {
  out += info.name;
  std::string_view before = "{";
  for (const MetricLabel& label : sample.labels) {
    ((out += before) += label.name) += "=\"";
    append_label_value(out, label.value);
    out += '"';
    before = ",";
  }
  if (!sample.labels.empty()) out += '}';
  out += ' ';
  append_value(out, sample.value);
  out += '\n';
}

}  // namespace

void append_prometheus(std::string& out, std::span<const MetricFamily> families) {
  for (const MetricFamily& family : families) {
    const MetricInfo& info = *family.info;
    (((out += "# HELP ") += info.name) += ' ') += info.help;
    ((((out += "\n# TYPE ") += info.name) += ' ') += to_text(info.type)) += '\n';
    for (const MetricSample& sample : family.samples) append_sample(out, info, sample);
  }
}

}  // namespace skq
