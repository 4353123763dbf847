// json: one document, {"skq":{head},"sockets":[rows]}; jsonl: one flat object a line.
//
// A document is a whole answer: its head stands first and says whether the answer is complete. Who can tell that before
// the first row lets the document flow (Renderer::known); else it is held back until the end, and takes as much memory
// as it is long.
#include <cstddef>
#include <cstdint>
#include <string>

#include "render/json_head.h"
#include "render/json_row.h"
#include "render/json_text.h"
#include "render/renderers.h"

namespace skq::render {
namespace {

class JsonRenderer final : public Renderer {
 public:
  explicit JsonRenderer(const Job& job) : rows_(job.layout, job.context), version_(job.view.version) {}

  void begin(const Circumstances& circumstances, std::string& /*out*/) override {
    flows_ = false;
    document_ = "{\"skq\":";
    append_json_head(document_, circumstances, version_);
    gaps_begin_ = document_.size();
    append_json_gaps(document_, {});  // the common end; end() corrects it
    gaps_end_ = document_.size();
    document_ += "},\n\"sockets\":[";
    any_ = false;
  }

  void known(const Summary& summary, std::string& out) override {
    tell_gaps(summary);
    hand_over(out);
    flows_ = true;
  }

  void row(const Socket& socket, std::string& out) override {
    std::string& to = flows_ ? out : document_;
    to += any_ ? ",\n{" : "\n{";
    any_ = true;
    rows_.append(to, socket);
    to += '}';
  }

  bool begin_part(const Circumstances& /*circumstances*/) override {
    flows_ = any_ = true;
    return true;
  }

  void add(MadeRows& rows, std::string& out) override {
    if (!any_ && !rows.text.empty()) rows.text.erase(0, 1);  // the comma: no row stands before it
    any_ = any_ || !rows.text.empty();
    Renderer::add(rows, flows_ ? out : document_);
  }

  bool end(const Summary& summary, std::string& out) override {
    document_ += any_ ? "\n]}\n" : "]}\n";
    if (!flows_) tell_gaps(summary);
    hand_over(out);
    return false;
  }

 private:
  void tell_gaps(const Summary& summary) {
    if (summary.complete()) return;
    std::string gaps;
    append_json_gaps(gaps, summary.gaps);
    document_.replace(gaps_begin_, gaps_end_ - gaps_begin_, gaps);
  }

  void hand_over(std::string& out) {
    if (out.empty()) {
      out.swap(document_);
    } else {
      out += document_;
    }
    document_ = {};
  }

  JsonRow rows_;
  std::string version_;
  std::string document_;
  std::size_t gaps_begin_ = 0, gaps_end_ = 0;
  bool any_ = false;
  bool flows_ = false;  ///< the head is out, rows follow it at once
};

class JsonLinesRenderer final : public Renderer {
 public:
  explicit JsonLinesRenderer(const Job& job) : rows_(job.layout, job.context) {}

  void begin(const Circumstances& circumstances, std::string& /*out*/) override {
    prefix_ = "{\"ts\":";
    append_signed_integer(prefix_, seconds_of(circumstances.time_ns));
    prefix_ += ",\"host\":";
    append_json_string(prefix_, circumstances.host);
  }

  void row(const Socket& socket, std::string& out) override {
    out += prefix_;
    rows_.append(out, socket);
    out += "}\n";
  }

  bool end(const Summary& /*summary*/, std::string& /*out*/) override { return false; }

 private:
  JsonRow rows_;
  std::string prefix_;  ///< of every row
};

}  // namespace

std::unique_ptr<Renderer> make_json(const Job& job) { return std::make_unique<JsonRenderer>(job); }

std::unique_ptr<Renderer> make_jsonl(const Job& job) { return std::make_unique<JsonLinesRenderer>(job); }

}  // namespace skq::render
