// raw: one row a line, one space between cells, no cell empty and no space within one, so that `cut -d' '` and awk are
// enough to read it. The first line has the fields' names.
//
// Cells are C-escaped (base/text_escape.h). What is absent is -, a text that is just "-" is \x2d; an empty text is "",
// and a text that begins with a quote begins with \x22. Numbers are exact and bare: bytes, percent without its sign.
#include <cmath>

#include "base/text_escape.h"
#include "model/address_text.h"
#include "render/common_runs.h"
#include "render/json_head.h"
#include "render/list_text.h"
#include "render/number_text.h"
#include "render/renderers.h"

namespace skq::render {
namespace {

void append_text(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "\"\"";
  } else if (text == "-") {
    out += "\\x2d";
  } else if (text.front() == '"') {
    out += "\\x22";
    append_escaped_word(out, text.substr(1));
  } else {
    append_escaped_word(out, text);
  }
}

struct CellWriter {
  std::string& out;
  bool threads;

  void operator()(std::monostate) const { out += '-'; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::uint64_t value) const { append_integer(out, value); }
  void operator()(double value) const {
    if (!std::isfinite(value)) return (*this)(std::monostate{});
    append_decimal(out, value, 2);
  }
  void operator()(std::string_view value) const { append_text(out, value); }
  void operator()(const AddressValue& value) const {
    if (value.address == nullptr) return (*this)(std::monostate{});
    append_address(out, value.family, *value.address);
  }
  void operator()(std::span<const Owner> owners) const { append_owners(out, owners, threads); }
  void operator()(std::span<const Inode> inodes) const { append_inodes(out, inodes); }
};

class RawRenderer final : public Renderer {
 public:
  explicit RawRenderer(const Job& job)
      : columns_(job.layout.columns),
        runs_(columns_),
        header_(job.view.header),
        stamped_(job.view.stamped),
        hosts_(job.view.hosts),
        context_(job.context) {}

  void begin(const Circumstances& circumstances, std::string& out) override {
    stamp_.clear();
    runs_.forget();
    if (stamped_) {
      append_signed_integer(stamp_, seconds_of(circumstances.time_ns));
      stamp_ += ' ';
    }
    if (hosts_) {
      append_text(stamp_, circumstances.host);
      stamp_ += ' ';
    }
    if (!header_) return;
    if (stamped_) out += "ts ";
    if (hosts_) out += "host ";
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      if (at != 0) out += ' ';
      append_text(out, columns_[at]->name);
    }
    out += '\n';
  }

  void row(const Socket& socket, std::string& out) override {
    out += stamp_;
    runs_.append(out, socket, [&](std::size_t at) {
      if (at != 0) out += ' ';
      std::visit(CellWriter{out, context_.threads}, columns_[at]->get(socket, context_));
    });
    out += '\n';
  }

  bool end(const Summary& /*summary*/, std::string& /*out*/) override { return false; }

 private:
  std::vector<const Field*> columns_;
  CommonRuns runs_;
  bool header_;
  bool stamped_;
  bool hosts_;
  std::string stamp_;
  TextContext& context_;
};

}  // namespace

std::unique_ptr<Renderer> make_raw(const Job& job) { return std::make_unique<RawRenderer>(job); }

}  // namespace skq::render
