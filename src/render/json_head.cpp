#include "render/json_head.h"

#include "render/json_text.h"
#include "render/number_text.h"
#include "store/civil_time.h"

namespace skq::render {
namespace {

void append_text_or_null(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(out, text);
  }
}

}  // namespace

std::int64_t seconds_of(std::int64_t time_ns) { return store::instant_of(time_ns).seconds; }

void append_signed_integer(std::string& out, std::int64_t value) {
  if (value < 0) out += '-';
  append_integer(out, value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
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
  store::append_iso_time(out, circumstances.time_ns);
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
