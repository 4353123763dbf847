// Findings as text for people: what is stuck, who waits, the chain to who causes it, what proves it, what to do.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text_escape.h"
#include "base/text_width.h"
#include "render/findings_parts.h"
#include "render/flow_text.h"
#include "render/number_text.h"
#include "skq/render_findings.h"

namespace skq::render {
namespace {

constexpr int narrowest = 40, widest = 100;
constexpr std::size_t label_width = 11;
constexpr std::size_t most_waiters = 5, most_culprits = 5, most_evidence = 8, most_steps = 12;
constexpr std::string_view plain = "\033[0m", bold = "\033[1m", faint = "\033[2m";

struct Mark {
  std::string_view word, color;
};
Mark mark_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return {"CRITICAL", "\033[1;31m"};
    case Severity::warning:
      return {"WARNING", "\033[33m"};
    case Severity::info:
      return {"INFO", "\033[36m"};
  }
  return {};
}

/// How chains and circles are drawn.
struct Strokes {
  std::string_view line, arrow, first, step, last;
};
constexpr Strokes drawn{"\u2500\u2500", "\u2500\u2500\u25b6", "\u256d\u2500\u25b6 ", "\u2502   ",
                        "\u2570\u2500\u2500 "};
constexpr Strokes typed{"--", "-->", ".-> ", "|   ", "'-- "};

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  std::string text;
  append_integer(text, count);
  return text.append(" ").append(count == 1 ? one : many);
}

class Page {
 public:
  Page(std::string& out, const FindingsReport& report, const FindingsView& view, TextContext& context)
      : out_(out),
        report_(report),
        view_(view),
        context_(context),
        strokes_(view.utf8 ? drawn : typed),
        width_(static_cast<std::size_t>(std::clamp(view.width, narrowest, widest))) {}

  void finding(const Finding& finding) {
    title(finding);
    waiters(finding);
    if (const auto* cycle = cycle_of(finding, *report_.diagnosis))
      circle(*cycle);
    else if (finding.chain.size() > 1)
      chain(finding);
    culprits(finding);
    sockets(finding);
    evidence(finding);
    labelled("Do", escaped(finding.advice));
    confidence(finding);
    out_ += '\n';
  }

  void conclusion();

 private:
  void color(std::string_view sequence) {
    if (view_.color) out_ += sequence;
  }

  void lines_behind(std::string_view label, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      const bool first = &line == &lines.front() && !label.empty();
      if (first) color(faint);
      out_ += "  ";
      out_ += first ? label : std::string_view();
      out_.append(label_width - 2 - (first ? label.size() : 0), ' ');
      if (first) color(plain);
      out_ += line;
      out_ += '\n';
    }
  }

  [[nodiscard]] std::size_t room() const { return width_ - label_width; }

  void labelled(std::string_view label, std::string_view sentence) {
    if (!sentence.empty()) lines_behind(label, wrapped(sentence, room()));
  }

  void title(const Finding& finding) {
    const Mark mark = mark_of(finding.severity);
    std::string text = escaped(finding.title);
    if (finding.sockets > 1) text += " (" + counted(finding.sockets, "socket", "sockets") + ")";
    const std::vector<std::string> lines = wrapped(text, room());
    for (const std::string& line : lines) {
      const bool first = &line == &lines.front();
      if (first) color(mark.color);
      if (first) out_ += mark.word;
      if (first) color(plain);
      out_.append(label_width - (first ? mark.word.size() : 0), ' ');
      color(bold);
      out_ += line;
      color(plain);
      out_ += '\n';
    }
  }

  void waiters(const Finding& finding) {
    std::string_view label = "Waits";
    const std::size_t shown = std::min(finding.waiters.size(), most_waiters);
    for (std::size_t at = 0; at < shown; ++at, label = "") labelled(label, waiter_text(finding.waiters[at]));
    if (finding.waiters.size() > shown) labelled("", "and " + counted(finding.waiters.size() - shown, "more", "more"));
    if (finding.waiters.empty() && finding.since_s) labelled("Lasts", duration_text(*finding.since_s));
  }

  /// Where a link meets the next: the name of one of the two ends.
  std::string meeting_place(const Finding& finding, const Link& link) {
    const Socket* const socket = link.socket;
    const Socket* const named = &link == &finding.chain.front() ? finding.peer : nullptr;
    for (const Socket* end : {socket == nullptr ? nullptr : socket->other_end, named, socket}) {
      if (end == nullptr || (end == socket && end->inet() != nullptr)) continue;
      if (std::string name = name_of(*end, context_); !name.empty()) return name;
    }
    return {};
  }

  std::string arrow(const Link& link) const {
    constexpr std::string_view blocked = "blocked in ";
    std::string_view what = link.what;
    if (what.starts_with(blocked)) what.remove_prefix(blocked.size());
    std::string text = escaped(what);
    if (link.fd && *link.fd >= 0) text += (text.empty() ? "fd " : " fd ") + std::to_string(*link.fd);
    if (text.empty()) return std::string(strokes_.arrow);
    return std::string(strokes_.line).append(text).append(strokes_.arrow);
  }

  void chain(const Finding& finding) {
    std::vector<std::string> pieces;
    for (const Link& link : finding.chain) {
      pieces.push_back(who(link.pid, link.comm));
      if (&link == &finding.chain.back()) {
        if (!link.what.empty()) pieces.push_back(escaped(link.what));
        break;
      }
      pieces.push_back(arrow(link));
      if (std::string place = meeting_place(finding, link); !place.empty()) {
        pieces.push_back(std::move(place));
        pieces.emplace_back(strokes_.arrow);
      }
    }
    lines_behind("Chain", flowed(pieces, room()));
  }

  void circle(const std::vector<CycleStep>& cycle) {
    std::vector<std::string> lines;
    const auto add = [&](std::string_view stroke, const std::string& text) {
      const std::vector<std::string> parts = wrapped(text, room() - display_width(stroke));
      for (const std::string& part : parts)
        lines.push_back(std::string(&part == &parts.front() ? stroke : strokes_.step) + part);
    };
    const std::size_t shown = std::min(cycle.size(), most_steps);
    for (std::size_t at = 0; at < shown; ++at) {
      std::string text = who(cycle[at].pid, cycle[at].comm);
      if (cycle[at].tid != cycle[at].pid) text += ", thread " + std::to_string(cycle[at].tid) + ",";
      text += " waits";
      if (cycle[at].fd && *cycle[at].fd >= 0) text += " on fd " + std::to_string(*cycle[at].fd);
      add(at == 0 ? strokes_.first : strokes_.step, text + " for");
    }
    if (cycle.size() > shown)
      add(strokes_.step, counted(cycle.size() - shown, "more", "more") + ", the last of them for");
    add(strokes_.last, who(cycle.front().pid, cycle.front().comm) + " again");
    lines_behind("Circle", lines);
  }

  void culprits(const Finding& finding) {
    std::string_view label = "Cause";
    const std::size_t shown = std::min(finding.culprits.size(), most_culprits);
    for (std::size_t at = 0; at < shown; ++at, label = "") labelled(label, culprit_text(finding.culprits[at]));
    if (finding.culprits.size() > shown)
      labelled("", "and " + counted(finding.culprits.size() - shown, "more", "more"));
  }

  void sockets(const Finding& finding) {
    if (finding.socket == nullptr) return;
    std::string text = socket_text(*finding.socket, context_);
    // Of an inet socket the other end has been named by its address.
    if (finding.peer != nullptr && finding.peer != finding.socket && finding.socket->inet() == nullptr)
      text += ", other end " + socket_text(*finding.peer, context_);
    if (const NetNamespace* netns = finding.socket->netns;
        netns != nullptr && report_.circumstances->netns != 0 && netns->inode != report_.circumstances->netns) {
      text += ", in network namespace ";
      text += netns->name.empty() ? std::to_string(netns->inode) : escaped(netns->name);
    }
    labelled("Socket", text);
  }

  void evidence(const Finding& finding) {
    std::string text;
    const std::size_t shown = std::min(finding.evidence.size(), most_evidence);
    for (std::size_t at = 0; at < shown; ++at) text += (at == 0 ? "" : "; ") + evidence_text(finding.evidence[at]);
    labelled("Proof", text);
  }

  void confidence(const Finding& finding) {
    switch (finding.confidence) {
      case Confidence::certain:
        return;
      case Confidence::likely:
        return labelled("How sure", "likely: inferred, the kernel does not say it itself");
      case Confidence::possible:
        return labelled("How sure", "possible: there may be another reason");
    }
  }

  [[nodiscard]] std::string looked_at() const;

  std::string& out_;
  const FindingsReport& report_;
  const FindingsView& view_;
  TextContext& context_;
  const Strokes& strokes_;
  std::size_t width_;
};

std::string Page::looked_at() const {
  const Looked& looked = report_.looked;
  std::string text = counted(looked.sockets, "socket", "sockets");
  if (looked.namespaces > 0) text += " in " + counted(looked.namespaces, "network namespace", "network namespaces");
  text += ", " + counted(looked.threads, "thread", "threads") + " looked at closely, in ";
  return text + duration_text(looked.seconds);
}

std::string severities_text(const std::vector<Finding>& findings) {
  struct Name {
    Severity severity;
    std::string_view one, many;
  };
  constexpr std::array names{Name{Severity::critical, "critical", "critical"},
                             Name{Severity::warning, "warning", "warnings"},
                             Name{Severity::info, "for information", "for information"}};
  std::string text;
  for (const Name& name : names) {
    const auto count = std::count_if(findings.begin(), findings.end(),
                                     [&](const Finding& finding) { return finding.severity == name.severity; });
    if (count > 0) text += (text.empty() ? "" : ", ") + counted(static_cast<std::size_t>(count), name.one, name.many);
  }
  return text;
}

void Page::conclusion() {
  const std::vector<Finding>& findings = report_.diagnosis->findings;
  const bool stuck = std::any_of(findings.begin(), findings.end(),
                                 [](const Finding& finding) { return finding.severity == Severity::critical; });
  const bool sure = report_.gaps.empty();
  std::string text;
  if (!stuck) text = sure ? "Nothing is stuck" : "Nothing stuck is to be seen";
  if (findings.size() > 1) text = (stuck ? "" : text + ", ") + counted(findings.size(), "finding", "findings");
  if (!findings.empty()) text += (findings.size() > 1 ? " (" : stuck ? "" : ", ") + severities_text(findings);
  if (findings.size() > 1) text += ')';
  text += ": " + looked_at() + ".";
  if (!sure) text += " Not everything could be looked at, as told beside this answer.";
  for (const std::string& line : wrapped(text, width_)) out_ += line + '\n';
}

}  // namespace
}  // namespace skq::render

namespace skq {

void append_findings_text(std::string& out, const FindingsReport& report, const FindingsView& view,
                          TextContext& context) {
  render::Page page(out, report, view, context);
  for (const Finding& finding : report.diagnosis->findings) page.finding(finding);
  page.conclusion();
}

}  // namespace skq
