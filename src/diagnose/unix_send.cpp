// Threads that cannot send to a unix socket: because what they sent is not read, or because the receiver of datagrams
// has as many as it takes.
#include "diagnose/report.h"
#include "diagnose/rules.h"
#include "diagnose/words.h"

namespace skq::diagnosing {
namespace {

std::string title_of(const Finding& finding, std::string_view doing_what) {
  const bool only_waits = finding.severity == Severity::warning;
  std::string text = who_waits(finding, only_waits ? "held up" : "blocked") + ' ' + std::string(doing_what);
  const std::string name = finding.peer != nullptr ? unix_name(*finding.peer) : std::string();
  if (!name.empty()) text += ' ' + name + " of";
  return text + ' ' + who_causes(finding);
}

void add_unread_bytes(Finding& finding) {
  if (finding.peer != nullptr && finding.peer->state != State::listen && finding.peer->recv_q)
    finding.evidence.push_back(number("recv_q", *finding.peer->recv_q));
}

constexpr std::string_view about_receivers =
    " The receiver takes one datagram more than net.unix.max_dgram_qlen says; a socket keeps the value of the moment "
    "at which it was made, so a new one takes effect when the receiver has been started again.";

}  // namespace

void find_blocked_senders(const SceneIndex& scene, std::vector<Finding>& findings) {
  for (const std::vector<Case>& group : by_receiver(cases_of(scene, Rule::unix_send_blocked))) {
    Finding finding = make_finding(scene, group);
    add_unread_bytes(finding);
    finding.title = title_of(finding, "sending to");
    finding.advice = cures(finding);
    findings.push_back(std::move(finding));
  }
}

void find_full_receivers(const SceneIndex& scene, std::vector<Finding>& findings) {
  for (const std::vector<Case>& group : by_receiver(cases_of(scene, Rule::unix_dgram_receiver_full))) {
    Finding finding = make_finding(scene, group);
    add_unread_bytes(finding);
    finding.title = title_of(finding, "sending datagrams to");
    finding.advice = cures(finding) + std::string(about_receivers);
    findings.push_back(std::move(finding));
  }
}

}  // namespace skq::diagnosing
