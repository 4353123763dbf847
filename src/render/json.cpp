// json: one document, {"skq":{head},"sockets":[rows]}; jsonl: one flat object a line.
//
// A document is a whole answer: its head stands first and says whether the answer is complete, which is known only at
// the end. So the renderer holds the document back until then, and its memory grows with the output. Who wants a
// stream of constant memory takes jsonl.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "render/json_head.h"
#include "render/json_text.h"
#include "render/number_text.h"
#include "render/renderers.h"

namespace skq::render {
namespace {

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
    append_json_head(document_, circumstances, version_);
    gaps_begin_ = document_.size();
    append_json_gaps(document_, {});  // the common end; end() corrects it
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
      append_json_gaps(gaps, summary.gaps);
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
    append_signed_integer(prefix_, seconds_of(circumstances.time_ns));
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
