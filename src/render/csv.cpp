// csv: RFC 4180, comma separated, every line (also the last) ends with CR LF. The first line has the fields' names.
//
// What is absent is an empty cell, an empty text is "". Since most readers skip an empty line, a row whose only cell is
// absent is written "" too. Text is valid UTF-8 with its control characters as they are, for readers need them exact;
// only on a terminal they are escaped as in a table. Lists are their JSON.
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/quick_text.h"
#include "base/text_escape.h"
#include "base/text_utf8.h"
#include "render/common_runs.h"
#include "render/json_head.h"
#include "render/json_text.h"
#include "render/renderers.h"

namespace skq::render {
namespace {

bool needs_quotes(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return true;
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == ',' || c == 0x7f; });
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Bytes that are not UTF-8 become U+FFFD.
void append_valid(std::string& out, std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const Utf8Step step = next_utf8(bytes, at);
    if (step.valid) {
      out += bytes.substr(at, step.length);
    } else {
      out += "\xef\xbf\xbd";
    }
    at += step.length;
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_text(std::string& out, std::string_view text, std::string& scratch, bool to_terminal = false) {
  if (!text.empty() && is_all_plain<' ', '"', ',', '\\'>(text) && text.front() != ' ' && text.back() != ' ') {
    out += text;
    return;
  }
  if (to_terminal && !is_plain(text)) {
    scratch.clear();
    append_escaped(scratch, text);
    text = scratch;
  } else if (!is_ascii(text)) {
    scratch.clear();
    append_valid(scratch, text);
    text = scratch;
  }
  if (needs_quotes(text)) {
    append_quoted(out, text);
  } else {
    out += text;
  }
}

class CsvRenderer final : public Renderer {
 public:
  explicit CsvRenderer(const Job& job)
      : columns_(job.layout.columns),
        runs_(columns_),
        header_(job.view.header),
        stamped_(job.view.stamped),
        hosts_(job.view.hosts),
        to_terminal_(job.view.width.has_value()),
        context_(job.context) {}

  void begin(const Circumstances& circumstances, std::string& out) override {
    stamp_.clear();
    runs_.forget();
    if (stamped_) {
      append_signed_integer(stamp_, seconds_of(circumstances.time_ns));
      stamp_ += ',';
    }
    if (hosts_) {
      append_text(stamp_, circumstances.host, scratch_, to_terminal_);
      stamp_ += ',';
    }
    if (!header_) return;
    if (stamped_) out += "ts,";
    if (hosts_) out += "host,";
    for (const Field* field : columns_) {
      if (field != columns_.front()) out += ',';
      append_text(out, field->name, scratch_);
    }
    out += "\r\n";
  }

  void row(const Socket& socket, std::string& out) override {
    out += stamp_;
    const std::size_t line = out.size();
    runs_.append(out, socket, [&](std::size_t at) {
      if (at != 0) out += ',';
      append_cell(out, columns_[at]->get(socket, context_));
    });
    if (out.size() == line) out += "\"\"";
    out += "\r\n";
  }

  bool end(const Summary& /*summary*/, std::string& /*out*/) override { return false; }

 private:
  void append_cell(std::string& out, const Value& value) {
    if (std::holds_alternative<std::monostate>(value)) return;
    if (const auto* number = std::get_if<double>(&value); number != nullptr && !std::isfinite(*number)) return;
    if (const auto* address = std::get_if<AddressValue>(&value); address != nullptr) {
      if (address->address == nullptr) return;
      cell_.clear();
      append_json_value(cell_, value, context_.threads);
      out.append(cell_, 1, cell_.size() - 2);  // an address needs no quotes
      return;
    }
    if (const auto* text = std::get_if<std::string_view>(&value))
      return append_text(out, *text, scratch_, to_terminal_);
    cell_.clear();
    append_json_value(cell_, value, context_.threads);
    append_text(out, cell_, scratch_);
  }

  std::vector<const Field*> columns_;
  CommonRuns runs_;
  bool header_;
  bool stamped_;
  bool hosts_;
  bool to_terminal_;
  TextContext& context_;
  std::string cell_, scratch_, stamp_;
};

}  // namespace

std::unique_ptr<Renderer> make_csv(const Job& job) { return std::make_unique<CsvRenderer>(job); }

}  // namespace skq::render
