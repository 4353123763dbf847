// json: one document, {"skq":{head},"sockets":[rows]}; jsonl: one flat object a line.
//
// A document is a whole answer: its head stands first and says whether the answer is complete, which is known only at
// the end. So the renderer holds the document back until then, and its memory grows with the output. Who wants a
// stream of constant memory takes jsonl.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "render/json_text.h"
#include "render/number_text.h"
#include "render/renderers.h"

namespace skq::render {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t ns_per_ms = 1'000'000;

std::int64_t seconds_of(std::int64_t time_ns) {
  return time_ns / ns_per_second - (time_ns % ns_per_second < 0 ? 1 : 0);
}

void append_signed(std::string& out, std::int64_t value) {
  if (value < 0) out += '-';
  append_integer(out, value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::size_t begin = out.size();
  append_signed(out, value);
  if (out.size() - begin < width) out.insert(begin, width - (out.size() - begin), '0');
}

// 2026-11-21T07:08:09.123Z
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

void append_text_or_null(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(out, text);
  }
}

void append_gaps(std::string& out, const std::vector<Gap>& gaps) {
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

void append_head(std::string& out, const Circumstances& circumstances, std::string_view version) {
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
  append_signed(out, seconds_of(circumstances.time_ns));
  out += ",\"netns\":";
  if (circumstances.netns == 0) {
    out += "null";
  } else {
    append_integer(out, circumstances.netns);
  }
  out += ',';
}

/// The members of one row's object, the same in both formats.
class RowWriter {
 public:
  explicit RowWriter(const Job& job) : context_(job.context), per_family_(job.layout.per_family) {
    for (const Field* field : job.layout.columns) {
      const auto same = [field](const Member& member) { return member.field == field; };
      if (std::any_of(members_.begin(), members_.end(), same)) continue;  // a key must not stand twice in an object
      members_.push_back({field, {}});
      append_json_string(members_.back().key, field->name);
      members_.back().key += ':';
    }
  }

  void append(std::string& out, const Socket& socket) const {
    for (const Member& member : members_) {
      if (per_family_ && !applies(*member.field, socket)) continue;
      if (out.back() != '{') out += ',';
      out += member.key;
      append_json_value(out, member.field->get(socket, context_), context_.threads);
    }
  }

 private:
  struct Member {
    const Field* field;
    std::string key;  ///< quoted, with its colon
  };
  TextContext& context_;
  bool per_family_;
  std::vector<Member> members_;
};

class JsonRenderer final : public Renderer {
 public:
  explicit JsonRenderer(const Job& job) : rows_(job), version_(job.view.version) {}

  void begin(const Circumstances& circumstances, std::string& /*out*/) override {
    document_ = "{\"skq\":";
    append_head(document_, circumstances, version_);
    gaps_begin_ = document_.size();
    append_gaps(document_, {});  // the common end; end() corrects it
    gaps_end_ = document_.size();
    document_ += "},\n\"sockets\":[";
    any_ = false;
  }

  void row(const Socket& socket, std::string& /*out*/) override {
    document_ += any_ ? ",\n{" : "\n{";
    any_ = true;
    rows_.append(document_, socket);
    document_ += '}';
  }

  void end(const Summary& summary, std::string& out) override {
    document_ += any_ ? "\n]}\n" : "]}\n";
    if (!summary.complete()) {
      std::string gaps;
      append_gaps(gaps, summary.gaps);
      document_.replace(gaps_begin_, gaps_end_ - gaps_begin_, gaps);
    }
    if (out.empty()) {
      out.swap(document_);
    } else {
      out += document_;
    }
    document_ = {};
  }

 private:
  RowWriter rows_;
  std::string version_;
  std::string document_;
  std::size_t gaps_begin_ = 0, gaps_end_ = 0;
  bool any_ = false;
};

class JsonLinesRenderer final : public Renderer {
 public:
  explicit JsonLinesRenderer(const Job& job) : rows_(job) {}

  void begin(const Circumstances& circumstances, std::string& /*out*/) override {
    prefix_ = "{\"ts\":";
    append_signed(prefix_, seconds_of(circumstances.time_ns));
    prefix_ += ",\"host\":";
    append_json_string(prefix_, circumstances.host);
  }

  void row(const Socket& socket, std::string& out) override {
    out += prefix_;
    rows_.append(out, socket);
    out += "}\n";
  }

  void end(const Summary& /*summary*/, std::string& /*out*/) override {}

 private:
  RowWriter rows_;
  std::string prefix_;  ///< of every row
};

}  // namespace

std::unique_ptr<Renderer> make_json(const Job& job) { return std::make_unique<JsonRenderer>(job); }

std::unique_ptr<Renderer> make_jsonl(const Job& job) { return std::make_unique<JsonLinesRenderer>(job); }

}  // namespace skq::render
