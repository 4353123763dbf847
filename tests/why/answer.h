// What `skq why -J` said, read back strictly: a key that the contract names and the answer lacks fails the test.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actor.h"
#include "live/run.h"

namespace why {

struct SaidWaiter {
  std::optional<int> pid, tid, fd;
  std::string comm, syscall, wchan;
  std::optional<double> blocked_s;
};

struct SaidCulprit {
  std::optional<int> pid, fd;
  std::string comm, doing, detail;  ///< doing is empty where it says null
};

struct SaidEvidence {
  std::string field;
  std::optional<double> value, limit;
};

struct SaidStep {
  int pid = 0, tid = 0, fd = -1;
  std::string comm;
  std::uint32_t inode = 0;
};

struct SaidFinding {
  std::string rule, severity, confidence, title, advice;
  std::vector<SaidWaiter> waiters;
  std::vector<SaidCulprit> culprits;
  std::vector<SaidEvidence> evidence;
  std::optional<std::uint32_t> inode, peer_inode;
  std::optional<double> since_s;

  [[nodiscard]] const SaidWaiter* waiter(int tid) const;
  [[nodiscard]] const SaidCulprit* culprit(int pid) const;
};

struct Answer {
  std::vector<SaidFinding> findings;
  std::vector<std::vector<SaidStep>> cycles;
  std::vector<std::string> gap_kinds;
  bool complete = false;
  std::string text;  ///< all of it, for messages
  std::int64_t asked_ns = 0, answered_ns = 0;

  [[nodiscard]] std::vector<const SaidFinding*> of_rule(const std::string& rule) const;
  /// The first that has this thread among its waiters.
  [[nodiscard]] const SaidFinding* of_waiter(int tid) const;
  /// The first of that rule which blames this process.
  [[nodiscard]] const SaidFinding* of_culprit(const std::string& rule, int pid) const;
  /// Critical findings, a line each; empty when there is none.
  [[nodiscard]] std::string critical() const;
};

/// Runs `skq why -J MORE`. The test fails when it fails, or when its answer is not as promised.
Answer ask_why(std::vector<std::string> more = {}, const live::Surroundings& surroundings = {});

/// That thread is told, with the rule and everything that is known of it, `blocked_s` within 0.3 s.
const SaidFinding* expect_waiter(const Answer& answer, const std::string& rule, const Waiting& truth);
/// The finding's first culprit is this one.
void expect_root(const SaidFinding& finding, const Cause& truth);
/// It is one of the finding's culprits.
void expect_culprit(const SaidFinding& finding, const Cause& truth);
/// Both, and critical. Null when there is no such finding.
const SaidFinding* expect_stuck(const Answer& answer, const std::string& rule, const Waiting& waits,
                                const Cause& causes);
/// `rule` tells of this process without anybody who waits.
const SaidFinding* expect_told(const Answer& answer, const std::string& rule, const Cause& causes);
/// All of `calls` answers have no critical finding.
void expect_healthy(int calls);

}  // namespace why
