// Findings as text for people: what is stuck, who waits, the chain to who causes it, what proves it, what to do.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text_escape.h"
#include "base/text_width.h"
#include "render/findings_parts.h"
#include "render/flow_text.h"
#include "render/targets.h"
#include "render/text_page.h"
#include "skq/render_findings.h"

namespace skq::render {
namespace {

constexpr std::size_t most_waiters = 5, most_culprits = 5, most_evidence = 8, most_steps = 12;

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

/// One finding on its way to the page.
class FindingText {
 public:
  FindingText(TextPage& page, const Finding& finding, const FindingsReport& report, TextContext& context)
      : page_(page), finding_(finding), report_(report), context_(context) {}

  /// `above`: what was told before, and has the same root.
  void write(const Finding* above) {
    title();
    page_.some("Waits", finding_.waiters, most_waiters, waiter_text);
    if (finding_.waiters.empty() && finding_.since_s) page_.labelled("Lasts", duration_text(*finding_.since_s));
    if (const auto* cycle = cycle_of(finding_, *report_.diagnosis))
      circle(*cycle);
    else if (finding_.chain.size() > 1)
      chain();
    if (above != nullptr) {
      const Culprit& root = finding_.culprits.front();
      page_.labelled("Cause", "the same as above, " + who(root.pid, root.comm));
    } else {
      page_.some("Cause", finding_.culprits, most_culprits, culprit_text);
      sockets();
      evidence();
    }
    if (above == nullptr || above->advice != finding_.advice) page_.labelled("Do", escaped(finding_.advice));
    confidence();
    page_.blank();
  }

 private:
  void title() {
    const Mark mark = mark_of(finding_.severity);
    std::string text = escaped(finding_.title);
    if (finding_.sockets > 1) text += " (" + counted(finding_.sockets, "socket", "sockets") + ")";
    page_.heading(mark.word, mark.color, text);
  }

  /// Where a link meets the next: the name of one of the two ends.
  std::string meeting_place(const Link& link) {
    const Socket* const socket = link.socket;
    const Socket* const named = &link == &finding_.chain.front() ? finding_.peer : nullptr;
    for (const Socket* end : {socket == nullptr ? nullptr : socket->other_end, named, socket}) {
      if (end == nullptr || (end == socket && end->inet() != nullptr)) continue;
      if (std::string name = name_of(*end, context_); !name.empty()) return name;
    }
    return {};
  }

  [[nodiscard]] std::string arrow(const Link& link) const {
    constexpr std::string_view blocked = "blocked in ";
    std::string_view what = link.what;
    if (what.starts_with(blocked)) what.remove_prefix(blocked.size());
    std::string text = escaped(what);
    if (link.fd && *link.fd >= 0) text += (text.empty() ? "fd " : " fd ") + std::to_string(*link.fd);
    if (text.empty()) return std::string(page_.strokes().arrow);
    return std::string(page_.strokes().line).append(text).append(page_.strokes().arrow);
  }

  void chain() {
    std::vector<std::string> pieces;
    for (const Link& link : finding_.chain) {
      pieces.push_back(who(link.pid, link.comm));
      if (&link == &finding_.chain.back()) {
        pieces.push_back(escaped(link.what));
        break;
      }
      pieces.push_back(arrow(link));
      if (std::string place = meeting_place(link); !place.empty()) {
        pieces.push_back(std::move(place));
        pieces.emplace_back(page_.strokes().arrow);
      }
    }
    page_.lines_behind("Chain", flowed(pieces, page_.room()));
  }

  static std::string step_text(const CycleStep& step) {
    std::string text = who(step.pid, step.comm);
    if (step.tid != step.pid) text += ", thread " + std::to_string(step.tid) + ",";
    text += " waits";
    if (step.fd && *step.fd >= 0) text += " on fd " + std::to_string(*step.fd);
    return text + " for";
  }

  void circle(const std::vector<CycleStep>& cycle) {
    const Strokes& strokes = page_.strokes();
    std::vector<std::string> lines;
    const auto add = [&](std::string_view stroke, std::string_view below, const std::string& text) {
      const std::vector<std::string> parts = wrapped(text, page_.room() - display_width(stroke));
      for (const std::string& part : parts)
        lines.push_back(std::string(&part == &parts.front() ? stroke : below) + part);
    };
    const std::size_t shown = std::min(cycle.size(), most_steps);
    for (std::size_t at = 0; at < shown; ++at)
      add(at == 0 ? strokes.first : strokes.step, strokes.step, step_text(cycle[at]));
    if (cycle.size() > shown)
      add(strokes.step, strokes.step,
          counted(cycle.size() - shown, "more, who waits", "more, the last waits") + " for");
    add(strokes.last, "    ", who(cycle.front().pid, cycle.front().comm) + " again");
    page_.lines_behind("Circle", lines);
  }

  void sockets() {
    const Socket* const socket = finding_.socket;
    if (socket == nullptr) return;
    std::string text = socket_text(*socket, context_);
    // Of an inet socket the other end has been named by its address.
    if (finding_.peer != nullptr && finding_.peer != socket && socket->inet() == nullptr)
      text += ", other end " + socket_text(*finding_.peer, context_);
    const NetNamespace* const netns = socket->netns;
    const std::uint64_t ours = report_.circumstances->netns;
    if (netns != nullptr && ours != 0 && netns->inode != ours) {
      text += ", in network namespace ";
      text += netns->name.empty() ? std::to_string(netns->inode) : escaped(netns->name);
    }
    page_.labelled("Socket", text);
  }

  void evidence() {
    std::vector<std::string> told;
    std::string text;
    for (const Evidence& evidence : finding_.evidence) {
      std::string words = evidence_text(evidence);
      // In a circle the same holds of each.
      if (words.empty() || std::find(told.begin(), told.end(), words) != told.end()) continue;
      text += (told.empty() ? "" : "; ") + words;
      told.push_back(std::move(words));
      if (told.size() == most_evidence) break;
    }
    page_.labelled("Proof", text);
  }

  void confidence() {
    switch (finding_.confidence) {
      case Confidence::certain:
        return;
      case Confidence::likely:
        return page_.labelled("How sure", "likely: inferred, the kernel does not say it itself");
      case Confidence::possible:
        return page_.labelled("How sure", "possible: there may be another reason");
    }
  }

  TextPage& page_;
  const Finding& finding_;
  const FindingsReport& report_;
  TextContext& context_;
};

bool is_root(const Culprit& culprit) { return culprit.doing != Doing::waiting; }

/// Whether all that causes the one causes the other.
bool has_roots_of(const Finding& finding, const Finding& above) {
  if (finding.culprits.empty() || finding.severity != above.severity || !is_root(finding.culprits.front()))
    return false;
  return std::all_of(finding.culprits.begin(), finding.culprits.end(), [&](const Culprit& culprit) {
    const auto same = [&](const Culprit& other) { return is_root(other) && other.pid == culprit.pid; };
    if (!is_root(culprit)) return true;
    return culprit.pid && std::any_of(above.culprits.begin(), above.culprits.end(), same);
  });
}

struct Told {
  const Finding* finding = nullptr;
  const Finding* above = nullptr;  ///< whose cause is also its own
};

/// In their order, but that those with one root stand together: they are one matter.
std::vector<Told> together(std::span<const Finding* const> findings) {
  std::vector<Told> all;
  for (const Finding* finding : findings) {
    const auto same = [&](const Told& told) { return told.above == nullptr && has_roots_of(*finding, *told.finding); };
    auto at = std::find_if(all.begin(), all.end(), same);
    const Finding* const above = at == all.end() ? nullptr : at->finding;
    while (at != all.end() && (at->finding == above || at->above == above)) ++at;
    all.insert(at, {finding, above});
  }
  return all;
}

struct SeverityWords {
  Severity severity;
  std::string_view one, many;
};
constexpr std::array severity_words{SeverityWords{Severity::critical, "critical", "critical"},
                                    SeverityWords{Severity::warning, "warning", "warnings"},
                                    SeverityWords{Severity::info, "for information", "for information"}};

std::size_t count_of(Severity severity, std::span<const Finding* const> findings) {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(),
                                                [&](const Finding* finding) { return finding->severity == severity; }));
}

std::string severities_text(std::span<const Finding* const> findings) {
  std::string text;
  for (const SeverityWords& words : severity_words) {
    const std::size_t count = count_of(words.severity, findings);
    if (count > 0) text += (text.empty() ? "" : ", ") + counted(count, words.one, words.many);
  }
  return text;
}

std::string looked_at(const Looked& looked) {
  std::string text = counted(looked.sockets, "socket", "sockets");
  if (looked.namespaces > 0) text += " in " + counted(looked.namespaces, "network namespace", "network namespaces");
  if (!looked.recorded.empty()) return text + ", recorded at " + looked.recorded;
  text += ", " + counted(looked.threads, "thread", "threads") + " looked at closely, in ";
  return text + duration_text(looked.seconds);
}

/// "Nothing is stuck", "3 findings (2 critical, 1 warning)", "Nothing is stuck for certain; 1 warning".
std::string verdict(const FindingsReport& report) {
  const std::span<const Finding* const> findings = report.findings;
  std::string text;
  if (count_of(Severity::critical, findings) == 0)
    text = report.gaps.empty() ? "Nothing is stuck" : "Nothing stuck is to be seen";
  if (!report.targets.empty() && !text.empty()) text += " there";
  if (findings.empty()) return text;
  // A warning may tell of somebody who is held up.
  if (!text.empty() && count_of(Severity::warning, findings) > 0) text += " for certain";
  if (!text.empty()) text += "; ";
  const std::string severities = severities_text(findings);
  if (severities.find(',') == std::string::npos) return text + severities;
  return text + counted(findings.size(), "finding", "findings") + " (" + severities_text(findings) + ")";
}

std::string conclusion(const FindingsReport& report) {
  std::string text = verdict(report) + ": " + looked_at(report.looked) + ".";
  if (report.elsewhere > 0)
    text += " Elsewhere " + std::string(report.looked.one_netns ? "in this network namespace" : "on this host") +
            " there " + std::string(report.elsewhere == 1 ? "is " : "are ") +
            counted(report.elsewhere, "more finding", "more findings") + ": see skq why " +
            std::string(report.looked.recorded.empty() ? "" : "--from ") + "without TARGET.";
  if (!report.gaps.empty()) text += " Not everything could be seen: standard error says what.";
  return text;
}

}  // namespace
}  // namespace skq::render

namespace skq {

void append_findings_text(std::string& out, const FindingsReport& report, const FindingsView& view,
                          TextContext& context) {
  render::TextPage page(out, view);
  for (const render::Told& told : render::together(report.findings))
    render::FindingText(page, *told.finding, report, context).write(told.above);
  for (const TargetReport& target : report.targets) render::write_target(page, target, context);
  page.paragraph(render::conclusion(report));
}

}  // namespace skq
