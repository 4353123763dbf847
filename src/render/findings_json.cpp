// Findings as JSON: one document, {"skq":{head},"findings":[…],"cycles":[…]}, or one finding a line.
#include "render/findings_parts.h"
#include "render/json_head.h"
#include "render/json_writer.h"
#include "render/targets.h"
#include "skq/render_findings.h"

namespace skq::render {
namespace {

std::optional<std::int64_t> inode_of(const Socket* socket) {
  if (socket == nullptr || socket->inode == Inode{}) return std::nullopt;
  return static_cast<std::uint32_t>(socket->inode);
}

void write_evidence(JsonWriter& to, const Evidence& evidence) {
  to.object([&] {
    to.text("field", evidence.field);
    to.number("value", evidence.text.empty() ? std::optional(evidence.value) : std::nullopt, hundredths);
    to.number("limit", evidence.limit, hundredths);
    to.text("text", evidence.text);
  });
}

void write_link(JsonWriter& to, const Link& link) {
  to.object([&] {
    to.integer("pid", link.pid);
    to.integer("tid", link.tid);
    to.text("comm", link.comm);
    to.integer("fd", link.fd);
    to.integer("inode", inode_of(link.socket));
    to.text("what", link.what);
  });
}

void write_cycle(JsonWriter& to, const std::vector<CycleStep>& cycle) {
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

void write_finding(JsonWriter& to, const Finding& finding) {
  to.text("rule", to_text(finding.rule));
  to.text("severity", to_text(finding.severity));
  to.text("confidence", to_text(finding.confidence));
  to.text("title", finding.title);
  to.list("waiters", finding.waiters, [&](const Waiter& waiter) { to.waiter(waiter); });
  to.socket("socket", finding.socket);
  to.socket("peer", finding.peer);
  to.list("culprits", finding.culprits, [&](const Culprit& culprit) { to.culprit(culprit); });
  to.list("chain", finding.chain, [&](const Link& link) { write_link(to, link); });
  to.list("evidence", finding.evidence, [&](const Evidence& evidence) { write_evidence(to, evidence); });
  to.number("since_s", finding.since_s, milliseconds);
  to.integer("sockets", static_cast<std::int64_t>(finding.sockets));
  to.text("advice", finding.advice);
}

/// With TARGETs only the circles of what is told.
std::vector<const std::vector<CycleStep>*> told_cycles(const FindingsReport& report) {
  std::vector<const std::vector<CycleStep>*> told;
  if (report.targets.empty()) {
    for (const auto& cycle : report.diagnosis->cycles) told.push_back(&cycle);
    return told;
  }
  for (const Finding* finding : report.findings)
    if (const auto* cycle = cycle_of(*finding, *report.diagnosis)) told.push_back(cycle);
  return told;
}

}  // namespace
}  // namespace skq::render

namespace skq {

void append_findings_json(std::string& out, const FindingsReport& report, const FindingsView& view,
                          TextContext& context) {
  render::JsonWriter to(out, context, report.columns);
  out += "{\"skq\":";
  render::append_json_head(out, *report.circumstances, view.version);
  render::append_json_gaps(out, {report.gaps.begin(), report.gaps.end()});
  out += "},\n\"findings\":";
  to.array(report.findings, [&](const Finding* finding) {
    out += '\n';
    to.object([&] { render::write_finding(to, *finding); });
  });
  out += ",\n\"cycles\":";
  to.array(render::told_cycles(report), [&](const auto* cycle) { render::write_cycle(to, *cycle); });
  if (!report.targets.empty()) {
    out += ",\n\"targets\":";
    to.array(report.targets, [&](const TargetReport& target) {
      out += '\n';
      to.object([&] { render::write_target(to, target); });
    });
    out += ",\n\"elsewhere\":" + std::to_string(report.elsewhere);
  }
  out += "}\n";
}

void append_finding_json(std::string& out, const Finding& finding, std::span<const Field* const> columns,
                         TextContext& context, CommandLines command_lines) {
  render::JsonWriter to(out, context, columns, command_lines);
  to.object([&] { render::write_finding(to, finding); });
}

void append_findings_lines(std::string& out, const FindingsReport& report, TextContext& context) {
  render::JsonWriter to(out, context, report.columns);
  for (const Finding* finding : report.findings) {
    to.object([&] {
      to.integer("ts", render::seconds_of(report.circumstances->time_ns));
      to.text("host", report.circumstances->host);
      render::write_finding(to, *finding);
      to.key("cycle");
      const auto* cycle = render::cycle_of(*finding, *report.diagnosis);
      if (cycle == nullptr) {
        out += "null";
      } else {
        render::write_cycle(to, *cycle);
      }
    });
    out += '\n';
  }
  for (const TargetReport& target : report.targets) {
    to.object([&] {
      to.integer("ts", render::seconds_of(report.circumstances->time_ns));
      to.text("host", report.circumstances->host);
      render::write_target(to, target);
    });
    out += '\n';
  }
}

}  // namespace skq
