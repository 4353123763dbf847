// Objects and lists of JSON, member by member. A key is always there; what is absent, or not to be seen, is null. Only
// the bytes of a text that is no UTF-8 have a key of their own, with _b64 behind its name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "render/json_text.h"
#include "skq/diagnose.h"
#include "skq/fields.h"
#include "skq/render_findings.h"

namespace skq::render {

class JsonWriter {
 public:
  /// `columns` are the fields that a socket is told with.
  JsonWriter(std::string& out, TextContext& context, std::span<const Field* const> columns,
             CommandLines command_lines = CommandLines::told)
      : out_(out), context_(context), columns_(columns), command_lines_(command_lines) {}

  void key(std::string_view name);
  void text(std::string_view name, std::string_view value);  ///< empty: null
  void integer(std::string_view name, std::optional<std::int64_t> value);
  void number(std::string_view name, std::optional<double> value, unsigned decimals);
  void boolean(std::string_view name, std::optional<bool> value);
  void socket(std::string_view name, const Socket* socket);
  void process(const Process* process);
  void waiter(const Waiter& waiter);
  void culprit(const Culprit& culprit);

  template <class List, class Write>
  void list(std::string_view name, const List& values, Write&& write) {
    key(name);
    array(values, write);
  }
  template <class List, class Write>
  void array(const List& values, Write&& write) {
    out_ += '[';
    bool first = true;
    for (const auto& value : values) {
      if (!first) out_ += ',';
      first = false;
      write(value);
    }
    out_ += ']';
  }
  template <class Write>
  void object(Write&& write) {
    out_ += '{';
    write();
    out_ += '}';
  }
  std::string& out() { return out_; }

 private:
  std::string& out_;
  TextContext& context_;
  std::span<const Field* const> columns_;
  CommandLines command_lines_;
};

constexpr unsigned milliseconds = 3, hundredths = 2;

}  // namespace skq::render
