#include "render/json_head.h"

#include <chrono>
#include <cstddef>

#include "render/json_text.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t ns_per_ms = 1'000'000;

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::size_t begin = out.size();
  append_signed_integer(out, value);
  if (out.size() - begin < width) out.insert(begin, width - (out.size() - begin), '0');
}

void append_text_or_null(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(out, text);
  }
}

}  // namespace

std::int64_t seconds_of(std::int64_t time_ns) {
  return time_ns / ns_per_second - (time_ns % ns_per_second < 0 ? 1 : 0);
}

void append_signed_integer(std::string& out, std::int64_t value) {
  if (value < 0) out += '-';
  append_integer(out, value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
}

void append_iso_time(std::string& out, std::int64_t time_ns) {
  using namespace std::chrono;
  const sys_seconds second{seconds{seconds_of(time_ns)}};
  const auto day = floor<days>(second);
  const year_month_day date{day};
  const hh_mm_ss clock{second - day};
  append_padded(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_padded(out, clock.hours().count(), 2);
  out += ':';
  append_padded(out, clock.minutes().count(), 2);
  out += ':';
  append_padded(out, clock.seconds().count(), 2);
  out += '.';
  append_padded(out, (time_ns - seconds_of(time_ns) * ns_per_second) / ns_per_ms, 3);
  out += 'Z';
}

void append_json_gaps(std::string& out, const std::vector<Gap>& gaps) {
  out += gaps.empty() ? R"("complete":true,"gaps":[)" : R"("complete":false,"gaps":[)";
  for (const Gap& gap : gaps) {
    if (&gap != &gaps.front()) out += ',';
    out += "{\"kind\":";
    append_json_string(out, to_text(gap.kind));
    out += ",\"detail\":";
    append_json_string(out, gap.detail);
    out += '}';
  }
  out += ']';
}

void append_json_head(std::string& out, const Circumstances& circumstances, std::string_view version) {
  out += R"({"schema":1,"version":)";
  append_json_string(out, version);
  out += ",\"host\":";
  append_json_string(out, circumstances.host);
  out += ",\"boot_id\":";
  append_text_or_null(out, circumstances.boot_id);
  out += ",\"kernel\":";
  append_text_or_null(out, circumstances.kernel);
  out += R"(,"time":")";
  append_iso_time(out, circumstances.time_ns);
  out += R"(","ts":)";
  append_signed_integer(out, seconds_of(circumstances.time_ns));
  out += ",\"netns\":";
  if (circumstances.netns == 0) {
    out += "null";
  } else {
    append_integer(out, circumstances.netns);
  }
  out += ',';
}

}  // namespace skq::render
