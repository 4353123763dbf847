#include "render/json_writer.h"

#include <cmath>

#include "base/text_utf8.h"
#include "render/json_head.h"
#include "render/number_text.h"
#include "store/base64.h"

namespace skq::render {

void JsonWriter::key(std::string_view name) {
  if (out_.back() != '{') out_ += ',';
  append_json_string(out_, name);
  out_ += ':';
}

void JsonWriter::text(std::string_view name, std::string_view value) {
  key(name);
  if (value.empty()) {
    out_ += "null";
  } else {
    append_json_string(out_, value);
  }
  if (is_valid_utf8(value)) return;
  key(std::string(name) + "_b64");
  store::append_base64(out_ += '"', value);
  out_ += '"';
}

void JsonWriter::integer(std::string_view name, std::optional<std::int64_t> value) {
  key(name);
  if (!value) {
    out_ += "null";
  } else {
    append_signed_integer(out_, *value);
  }
}

void JsonWriter::number(std::string_view name, std::optional<double> value, unsigned decimals) {
  key(name);
  if (!value || !std::isfinite(*value)) {
    out_ += "null";
  } else {
    append_decimal(out_, *value, decimals);
  }
}

void JsonWriter::boolean(std::string_view name, std::optional<bool> value) {
  key(name);
  out_ += !value ? "null" : *value ? "true" : "false";
}

void JsonWriter::process(const Process* process) {
  text("unit", process == nullptr ? std::string_view() : process->unit);
  text("container", process == nullptr ? std::string_view() : process->container);
  text("cgroup", process == nullptr ? std::string_view() : process->cgroup);
  // Left out, and not null: nobody looked whether there is one.
  if (command_lines_ == CommandLines::left_out) return;
  text("cmdline", process == nullptr ? std::string_view() : process->cmdline);
}

void JsonWriter::socket(std::string_view name, const Socket* socket) {
  key(name);
  if (socket == nullptr) {
    out_ += "null";
    return;
  }
  object([&] {
    for (const Field* field : columns_) {
      if (!applies(*field, *socket)) continue;
      key(field->name);
      append_json_value(out_, field->get(*socket, context_), false);
    }
  });
}

void JsonWriter::waiter(const Waiter& waiter) {
  object([&] {
    integer("pid", waiter.pid);
    integer("tid", waiter.tid);
    text("comm", waiter.comm);
    integer("fd", waiter.fd);
    text("syscall", waiter.syscall);
    text("wchan", waiter.wchan);
    number("blocked_s", waiter.blocked_s, milliseconds);
    process(waiter.process);
  });
}

void JsonWriter::culprit(const Culprit& culprit) {
  object([&] {
    integer("pid", culprit.pid);
    text("comm", culprit.comm);
    integer("fd", culprit.fd);
    text("doing", culprit.doing ? to_text(*culprit.doing) : std::string_view());
    text("detail", culprit.detail);
    text("address", culprit.address);
    process(culprit.process);
  });
}

}  // namespace skq::render
