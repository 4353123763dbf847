// Findings as JSON: one document, {"skq":{head},"findings":[…],"cycles":[…]}, or one finding a line. A key is always
// there; what is absent, or not to be seen, is null.
#include <cmath>
#include <cstdint>
#include <optional>

#include "render/findings_parts.h"
#include "render/json_head.h"
#include "render/json_text.h"
#include "render/number_text.h"
#include "skq/render_findings.h"

namespace skq::render {
namespace {

/// The members of objects, one after the other.
class Writer {
 public:
  Writer(std::string& out, TextContext& context, std::span<const Field* const> columns)
      : out_(out), context_(context), columns_(columns) {}

  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    append_json_string(out_, name);
    out_ += ':';
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    if (value.empty()) {
      out_ += "null";
    } else {
      append_json_string(out_, value);
    }
  }
  void integer(std::string_view name, std::optional<std::int64_t> value) {
    key(name);
    if (!value) {
      out_ += "null";
    } else {
      append_signed_integer(out_, *value);
    }
  }
  void number(std::string_view name, std::optional<double> value, unsigned decimals) {
    key(name);
    if (!value || !std::isfinite(*value)) {
      out_ += "null";
    } else {
      append_decimal(out_, *value, decimals);
    }
  }
  template <class List, class Write>
  void list(std::string_view name, const List& values, Write&& write) {
    key(name);
    array(values, write);
  }
  template <class List, class Write>
  void array(const List& values, Write&& write) {
    out_ += '[';
    for (const auto& value : values) {
      if (&value != &values.front()) out_ += ',';
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
  void process(const Process* process) {
    text("unit", process == nullptr ? std::string_view() : process->unit);
    text("container", process == nullptr ? std::string_view() : process->container);
    text("cgroup", process == nullptr ? std::string_view() : process->cgroup);
    text("cmdline", process == nullptr ? std::string_view() : process->cmdline);
  }
  void socket(std::string_view name, const Socket* socket) {
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
  std::string& out() { return out_; }

 private:
  std::string& out_;
  TextContext& context_;
  std::span<const Field* const> columns_;
};

constexpr unsigned milliseconds = 3, hundredths = 2;

std::optional<std::int64_t> inode_of(const Socket* socket) {
  if (socket == nullptr || socket->inode == Inode{}) return std::nullopt;
  return static_cast<std::uint32_t>(socket->inode);
}

void write_waiter(Writer& to, const Waiter& waiter) {
  to.object([&] {
    to.integer("pid", waiter.pid);
    to.integer("tid", waiter.tid);
    to.text("comm", waiter.comm);
    to.integer("fd", waiter.fd);
    to.text("syscall", waiter.syscall);
    to.text("wchan", waiter.wchan);
    to.number("blocked_s", waiter.blocked_s, milliseconds);
    to.process(waiter.process);
  });
}

void write_culprit(Writer& to, const Culprit& culprit) {
  to.object([&] {
    to.integer("pid", culprit.pid);
    to.text("comm", culprit.comm);
    to.integer("fd", culprit.fd);
    to.text("doing", culprit.doing ? to_text(*culprit.doing) : std::string_view());
    to.text("detail", culprit.detail);
    to.text("address", culprit.address);
    to.process(culprit.process);
  });
}

void write_evidence(Writer& to, const Evidence& evidence) {
  to.object([&] {
    to.text("field", evidence.field);
    to.number("value", evidence.text.empty() ? std::optional(evidence.value) : std::nullopt, hundredths);
    to.number("limit", evidence.limit, hundredths);
    to.text("text", evidence.text);
  });
}

void write_link(Writer& to, const Link& link) {
  to.object([&] {
    to.integer("pid", link.pid);
    to.integer("tid", link.tid);
    to.text("comm", link.comm);
    to.integer("fd", link.fd);
    to.integer("inode", inode_of(link.socket));
    to.text("what", link.what);
  });
}

void write_cycle(Writer& to, const std::vector<CycleStep>& cycle) {
  to.array(cycle, [&](const CycleStep& step) {
    to.object([&] {
      to.integer("pid", step.pid);
      to.integer("tid", step.tid);
      to.text("comm", step.comm);
      to.integer("fd", step.fd);
      to.integer("inode", static_cast<std::uint32_t>(step.inode));
    });
  });
}

void write_finding(Writer& to, const Finding& finding) {
  to.text("rule", to_text(finding.rule));
  to.text("severity", to_text(finding.severity));
  to.text("confidence", to_text(finding.confidence));
  to.text("title", finding.title);
  to.list("waiters", finding.waiters, [&](const Waiter& waiter) { write_waiter(to, waiter); });
  to.socket("socket", finding.socket);
  to.socket("peer", finding.peer);
  to.list("culprits", finding.culprits, [&](const Culprit& culprit) { write_culprit(to, culprit); });
  to.list("chain", finding.chain, [&](const Link& link) { write_link(to, link); });
  to.list("evidence", finding.evidence, [&](const Evidence& evidence) { write_evidence(to, evidence); });
  to.number("since_s", finding.since_s, milliseconds);
  to.integer("sockets", static_cast<std::int64_t>(finding.sockets));
  to.text("advice", finding.advice);
}

}  // namespace
}  // namespace skq::render

namespace skq {

void append_findings_json(std::string& out, const FindingsReport& report, const FindingsView& view,
                          TextContext& context) {
  render::Writer to(out, context, report.columns);
  out += "{\"skq\":";
  render::append_json_head(out, *report.circumstances, view.version);
  render::append_json_gaps(out, {report.gaps.begin(), report.gaps.end()});
  out += "},\n\"findings\":[";
  const Diagnosis& diagnosis = *report.diagnosis;
  for (const Finding& finding : diagnosis.findings) {
    out += &finding == &diagnosis.findings.front() ? "\n" : ",\n";
    to.object([&] { render::write_finding(to, finding); });
  }
  out += diagnosis.findings.empty() ? "],\n\"cycles\":" : "\n],\n\"cycles\":";
  to.array(diagnosis.cycles, [&](const auto& cycle) { render::write_cycle(to, cycle); });
  out += "}\n";
}

void append_findings_lines(std::string& out, const FindingsReport& report, TextContext& context) {
  render::Writer to(out, context, report.columns);
  for (const Finding& finding : report.diagnosis->findings) {
    to.object([&] {
      to.integer("ts", render::seconds_of(report.circumstances->time_ns));
      to.text("host", report.circumstances->host);
      render::write_finding(to, finding);
      to.key("cycle");
      const auto* cycle = render::cycle_of(finding, *report.diagnosis);
      if (cycle == nullptr) {
        out += "null";
      } else {
        render::write_cycle(to, *cycle);
      }
    });
    out += '\n';
  }
}

}  // namespace skq
