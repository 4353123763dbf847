#include "answer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "live/live_test.h"
#include "probe.h"

namespace why {
namespace {

using Json = nlohmann::json;

constexpr double tolerance_s = 0.3;

// A sleeping thread's start is told by its CPU's clock, which stands still while a hypervisor takes the CPU away: what
// is taken while it sleeps is missing in blocked_s.
const double stolen_before_s = stolen_s();

const Json& member(const Json& object, const char* key) {
  static const Json nothing;
  if (object.is_object() && object.contains(key)) return object[key];
  ADD_FAILURE() << "no key " << key << " in " << object.dump();
  return nothing;
}

std::string text(const Json& object, const char* key) {
  const Json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

template <typename Number>
std::optional<Number> number(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (value.is_null()) return {};
  if (value.is_number()) return value.get<Number>();
  ADD_FAILURE() << key << " is no number: " << value.dump();
  return {};
}

std::optional<double> number_if_there(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_number()) return {};
  return object[key].get<double>();
}

std::optional<std::uint32_t> inode_of(const Json& socket) {
  if (!socket.is_object()) return {};
  return number<std::uint32_t>(socket, "inode");
}

SaidWaiter read_waiter(const Json& waiter) {
  return {
      number<int>(waiter, "pid"), number<int>(waiter, "tid"), number<int>(waiter, "fd"),          text(waiter, "comm"),
      text(waiter, "syscall"),    text(waiter, "wchan"),      number<double>(waiter, "blocked_s")};
}

SaidCulprit read_culprit(const Json& culprit) {
  return {number<int>(culprit, "pid"), number<int>(culprit, "fd"), text(culprit, "comm"), text(culprit, "doing"),
          text(culprit, "detail")};
}

// A chain's evidence may be a text.
SaidEvidence read_evidence(const Json& evidence) {
  return {text(evidence, "field"), number_if_there(evidence, "value"), number_if_there(evidence, "limit")};
}

SaidStep read_step(const Json& step) {
  SaidStep said;
  said.pid = number<int>(step, "pid").value_or(0);
  said.tid = number<int>(step, "tid").value_or(0);
  said.fd = number<int>(step, "fd").value_or(-1);
  said.comm = text(step, "comm");
  said.inode = number<std::uint32_t>(step, "inode").value_or(0);
  return said;
}

SaidFinding read_finding(const Json& finding) {
  SaidFinding said;
  said.rule = text(finding, "rule");
  said.severity = text(finding, "severity");
  said.confidence = text(finding, "confidence");
  said.title = text(finding, "title");
  said.advice = text(finding, "advice");
  for (const Json& waiter : member(finding, "waiters")) said.waiters.push_back(read_waiter(waiter));
  for (const Json& culprit : member(finding, "culprits")) said.culprits.push_back(read_culprit(culprit));
  for (const Json& evidence : member(finding, "evidence")) said.evidence.push_back(read_evidence(evidence));
  said.inode = inode_of(member(finding, "socket"));
  said.peer_inode = inode_of(member(finding, "peer"));
  said.since_s = number<double>(finding, "since_s");
  return said;
}

void read_answer(const Json& all, Answer& answer) {
  const Json& head = member(all, "skq");
  const Json& complete = member(head, "complete");
  answer.complete = complete.is_boolean() && complete.get<bool>();
  for (const Json& gap : member(head, "gaps")) answer.gap_kinds.push_back(text(gap, "kind"));
  for (const Json& finding : member(all, "findings")) answer.findings.push_back(read_finding(finding));
  for (const Json& cycle : member(all, "cycles")) {
    auto& steps = answer.cycles.emplace_back();
    for (const Json& step : cycle) steps.push_back(read_step(step));
  }
}

bool one_of(const std::string& word, std::initializer_list<const char*> known) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

// What holds for every answer.
void expect_well_formed(const Answer& answer) {
  for (const SaidFinding& finding : answer.findings) {
    EXPECT_TRUE(one_of(finding.severity, {"critical", "warning", "info"})) << finding.severity;
    EXPECT_TRUE(one_of(finding.confidence, {"certain", "likely", "possible"})) << finding.confidence;
    EXPECT_FALSE(finding.title.empty());
    EXPECT_FALSE(finding.advice.empty()) << finding.title;
    EXPECT_FALSE(finding.evidence.empty()) << finding.title;
  }
}

}  // namespace

const SaidWaiter* SaidFinding::waiter(int tid) const {
  for (const SaidWaiter& said : waiters) {
    if (said.tid == tid) return &said;
  }
  return nullptr;
}

const SaidCulprit* SaidFinding::culprit(int pid) const {
  for (const SaidCulprit& said : culprits) {
    if (said.pid == pid) return &said;
  }
  return nullptr;
}

std::vector<const SaidFinding*> Answer::of_rule(const std::string& rule) const {
  std::vector<const SaidFinding*> found;
  for (const SaidFinding& finding : findings) {
    if (finding.rule == rule) found.push_back(&finding);
  }
  return found;
}

const SaidFinding* Answer::of_waiter(int tid) const {
  for (const SaidFinding& finding : findings) {
    if (finding.waiter(tid) != nullptr) return &finding;
  }
  return nullptr;
}

const SaidFinding* Answer::of_culprit(const std::string& rule, int pid) const {
  for (const SaidFinding* finding : of_rule(rule)) {
    if (finding->culprit(pid) != nullptr) return finding;
  }
  return nullptr;
}

std::string Answer::critical() const {
  std::string lines;
  for (const SaidFinding& finding : findings) {
    if (finding.severity == "critical") lines += finding.rule + ": " + finding.title + "\n";
  }
  return lines;
}

Answer ask_why(std::vector<std::string> more, const live::Surroundings& surroundings) {
  more.insert(more.begin(), {"why", "-J"});
  Answer answer;
  answer.asked_ns = now_ns();
  const live::Finished finished = live::run_skq(more, surroundings);
  answer.answered_ns = now_ns();
  answer.text = finished.out + finished.err;
  EXPECT_EQ(finished.signal, 0) << "skq why died";
  EXPECT_EQ(finished.exit, 0) << finished.err;
  const Json all = Json::parse(finished.out, nullptr, false);
  if (all.is_discarded()) {
    ADD_FAILURE() << "no JSON: " << answer.text.substr(0, 2000);
    return answer;
  }
  read_answer(all, answer);
  expect_well_formed(answer);
  return answer;
}

const SaidFinding* expect_waiter(const Answer& answer, const std::string& rule, const Waiting& truth) {
  for (const SaidFinding* finding : answer.of_rule(rule)) {
    const SaidWaiter* said = finding->waiter(truth.tid);
    if (said == nullptr) continue;
    EXPECT_EQ(said->pid, truth.pid);
    EXPECT_EQ(said->comm, truth.comm);
    EXPECT_EQ(said->syscall, truth.syscall);
    EXPECT_TRUE(truth.fd < 0 || said->fd == truth.fd) << said->fd.value_or(-1) << " is not fd " << truth.fd;
    if (!said->blocked_s) {
      ADD_FAILURE() << "blocked_s is null\n" << answer.text;
      return finding;
    }
    // Somewhere between question and answer it was looked at.
    const std::int64_t began_by_ns = truth.seen_ns != 0 ? truth.seen_ns : truth.since_ns;
    EXPECT_GE(*said->blocked_s,
              1e-9 * static_cast<double>(answer.asked_ns - began_by_ns) - tolerance_s - (stolen_s() - stolen_before_s));
    EXPECT_LE(*said->blocked_s, 1e-9 * static_cast<double>(answer.answered_ns - truth.since_ns) + tolerance_s);
    return finding;
  }
  ADD_FAILURE() << "no " << rule << " names " << truth.comm << ", thread " << truth.tid << "\n" << answer.text;
  return nullptr;
}

namespace {

void expect_said(const SaidCulprit* said, const Cause& truth, const std::string& title) {
  ASSERT_NE(said, nullptr) << truth.comm << " is not blamed: " << title;
  EXPECT_EQ(said->comm, truth.comm);
  EXPECT_TRUE(truth.fd < 0 || said->fd == truth.fd) << said->fd.value_or(-1) << " is not fd " << truth.fd << title;
  EXPECT_EQ(said->doing, truth.doing) << title << ": " << said->detail;
}

}  // namespace

void expect_root(const SaidFinding& finding, const Cause& truth) {
  ASSERT_FALSE(finding.culprits.empty()) << finding.title;
  EXPECT_EQ(finding.culprits[0].pid, truth.pid) << finding.title;
  expect_said(finding.culprit(truth.pid), truth, finding.title);
}

void expect_culprit(const SaidFinding& finding, const Cause& truth) {
  expect_said(finding.culprit(truth.pid), truth, finding.title);
}

const SaidFinding* expect_stuck(const Answer& answer, const std::string& rule, const Waiting& waits,
                                const Cause& causes) {
  const SaidFinding* finding = expect_waiter(answer, rule, waits);
  if (finding == nullptr) return nullptr;
  EXPECT_EQ(finding->severity, "critical") << finding->title;
  expect_root(*finding, causes);
  return finding;
}

const SaidFinding* expect_told(const Answer& answer, const std::string& rule, const Cause& causes) {
  const SaidFinding* finding = answer.of_culprit(rule, causes.pid);
  if (finding == nullptr) {
    ADD_FAILURE() << "no " << rule << " blames " << causes.comm << ", " << causes.pid << "\n" << answer.text;
    return nullptr;
  }
  expect_culprit(*finding, causes);
  return finding;
}

void expect_healthy(int calls) {
  for (int call = 0; call < calls && !testing::Test::HasFailure(); ++call) {
    const Answer answer = ask_why();
    EXPECT_EQ(answer.critical(), "") << "call " << call << "\n" << answer.text;
  }
}

}  // namespace why
