// Looks at the host until it is known who is stuck, and judges: what `skq why` tells, metrics count, `skq check stuck`
// measures and `skq record --why` writes down.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "cli/settings.h"
#include "cli/usage_error.h"
#include "cli/why_look.h"
#include "cli/why_targets.h"
#include "skq/diagnose.h"
#include "skq/render_findings.h"
#include "skq/result.h"
#include "skq/source.h"

namespace skq::cli {

/// One look and where it came from. Rows name namespaces that the source knows, so the source goes last.
struct Seen {
  std::unique_ptr<Source> source;
  HostLook look;
};

/// Looks of a watch. One that is as old as the patience says what one a moment ago cannot: what lasts.
class Looks {
 public:
  void add(std::unique_ptr<Seen> seen, std::int64_t patience_ns);
  [[nodiscard]] bool empty() const { return now_ == nullptr; }
  [[nodiscard]] const HostLook& now() const { return now_->look; }
  /// The newest that is old enough; before there is one, the oldest.
  [[nodiscard]] const Scene* before() const { return earlier_.empty() ? nullptr : &earlier_.front()->look.scene; }

 private:
  std::deque<std::unique_ptr<Seen>> earlier_;
  std::unique_ptr<Seen> now_;
};

/// What is told once: the looks that it points into live as long.
struct Answer {
  Diagnosis diagnosis;
  std::vector<TargetReport> targets;
  std::vector<const Finding*> findings;  ///< all, or those around the targets
  std::vector<Gap> gaps;
  Looked looked;
  const HostLook* look = nullptr;  ///< the last one
  std::string remark;              ///< of the last look
  int signal = 0;                  ///< that came before the second look

  [[nodiscard]] bool stuck() const;
};

/// Waits so long; the signal that ended it early, or 0.
using Settle = std::function<int(std::chrono::nanoseconds time)>;

/// How one asks. `skq why` asks of the whole host; metrics are of the network namespaces whose sockets they count.
struct Asking {
  LookWishes wishes = {};
  bool whole_host = true;
  Settle settle = {};  ///< without one, a signal ends the wait, but for -W, which has handlers of its own
};

/// Looks at the host, twice where one look is not enough, and judges. In a watch an earlier look is the first of the
/// two.
class Asker {
 public:
  Asker(const Settings& settings, WhyTargets targets, Asking asking = {});

  /// The first look: only sockets tell whether a target stands for something. Who has no targets need not begin.
  Result<Problem> begin();
  /// What it tells lives as long as the asker, and until it is asked again.
  Result<Answer> ask();

 private:
  Status look();
  void judge(Answer& answer) const;
  [[nodiscard]] std::int64_t patience() const;
  [[nodiscard]] bool needs_time(const Answer& answer) const;
  Status settle(Answer& answer);
  void choose(Answer& answer) const;
  void count(Answer& answer) const;

  const Settings& settings_;
  WhyTargets targets_;
  Asking asking_;
  std::shared_ptr<LookMemory> memory_ = make_look_memory();
  Looks looks_;
  std::int64_t begun_ns_ = 0;
  bool asked_ = false;
};

}  // namespace skq::cli
