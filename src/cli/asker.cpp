#include "cli/asker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <optional>
#include <set>
#include <utility>

#include "cli/gap_teller.h"
#include "cli/interruption.h"
#include "cli/open_source.h"
#include "cli/screen.h"

namespace skq::cli {
namespace {

constexpr double usual_settle = 1;

// Looks of a watch that are kept within the time of one patience.
constexpr std::int64_t most_within = 3;

std::int64_t since(const Seen& a, const Seen& b) { return b.look.scene.time_ns - a.look.scene.time_ns; }

/// A signal that has a handler, as with -W, only ends the sleep early.
int sleep_until_signal(std::chrono::nanoseconds time) {
  const timespec span{time.count() / 1'000'000'000, time.count() % 1'000'000'000};
  ::nanosleep(&span, nullptr);
  return 0;
}

int sleep_interruptibly(std::chrono::nanoseconds time) {
  const Interruption interruption;
  static_cast<void>(interruption.wait(-1, false, std::chrono::ceil<std::chrono::milliseconds>(time)));
  return interruption.signal();
}

}  // namespace

void Looks::add(std::unique_ptr<Seen> seen, std::int64_t patience_ns) {
  const std::int64_t time = seen->look.scene.time_ns;
  // Apart from each other, so that few are kept however often it looks.
  if (now_ != nullptr && (earlier_.empty() || since(*earlier_.back(), *now_) >= patience_ns / most_within))
    earlier_.push_back(std::move(now_));
  now_ = std::move(seen);
  while (earlier_.size() > 1 && time - earlier_[1]->look.scene.time_ns >= patience_ns) earlier_.pop_front();
}

bool Answer::stuck() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding* finding) { return finding->severity == Severity::critical; });
}

Asker::Asker(const Settings& settings, WhyTargets targets, Asking asking)
    : settings_(settings), targets_(std::move(targets)), asking_(std::move(asking)) {
  if (!asking_.settle) asking_.settle = settings.watch ? sleep_until_signal : sleep_interruptibly;
}

Result<Problem> Asker::begin() {
  begun_ns_ = monotonic_ns();
  if (const Status looked = look(); !looked) return looked.error();
  return targets_.unknown();
}

Result<Answer> Asker::ask() {
  const bool first = !std::exchange(asked_, true);
  if (!first || looks_.empty()) {
    begun_ns_ = monotonic_ns();
    if (const Status looked = look(); !looked) return looked.error();
  }
  Answer answer;
  judge(answer);
  if (first && needs_time(answer)) {
    if (const Status settled = settle(answer); !settled) return settled.error();
  }
  choose(answer);
  count(answer);
  return answer;
}

Status Asker::look() {
  auto seen = std::make_unique<Seen>();
  auto source = asking_.whole_host ? open_host_source(settings_, memory_) : open_source(settings_, memory_);
  if (!source) return source.error();
  seen->source = std::move(*source);
  const auto resolve = [this](HostLook& look) {
    if (!targets_.empty()) targets_.resolve(look);
  };
  if (const Status looked = look_at_host(*seen->source, seen->look, resolve, asking_.wishes); !looked) return looked;
  looks_.add(std::move(seen), patience());
  return Done{};
}

void Asker::judge(Answer& answer) const {
  answer.diagnosis = diagnose(looks_.now().scene, looks_.before(), {.stuck_after_ns = patience()});
  answer.gaps = looks_.now().summary.gaps;
  add_new(answer.gaps, answer.diagnosis.gaps);
}

/// A longer settle time than usual does not make anybody less stuck.
std::int64_t Asker::patience() const {
  return std::min<std::int64_t>(std::llround(settings_.settle.value_or(usual_settle) * 1e9), Patience{}.stuck_after_ns);
}

bool Asker::needs_time(const Answer& answer) const { return answer.diagnosis.look_again_after_ns && patience() > 0; }

/// Something is open that only time will tell.
Status Asker::settle(Answer& answer) {
  const std::int64_t time = std::clamp<std::int64_t>(*answer.diagnosis.look_again_after_ns, 0, patience());
  answer.signal = asking_.settle(std::chrono::nanoseconds(time));
  if (answer.signal != 0) {
    answer.gaps.push_back({GapKind::activity, "interrupted before the second look: what needs time is not told"});
    return Done{};
  }
  if (const Status looked = look(); !looked) return looked;
  judge(answer);
  return Done{};
}

void Asker::choose(Answer& answer) const {
  answer.targets =
      targets_.around(looks_.now().scene, looks_.before(), answer.diagnosis, {.stuck_after_ns = patience()});
  const auto touches = [](const Finding& finding) {
    return [&finding](const TargetReport& target) {
      const auto& findings = target.around.findings;
      return std::find(findings.begin(), findings.end(), &finding) != findings.end();
    };
  };
  for (const Finding& finding : answer.diagnosis.findings)
    if (targets_.empty() || std::any_of(answer.targets.begin(), answer.targets.end(), touches(finding)))
      answer.findings.push_back(&finding);
}

void Asker::count(Answer& answer) const {
  const HostLook& look = looks_.now();
  std::set<std::uint64_t> namespaces;
  for (const Socket* socket : look.sockets)
    if (socket->netns != nullptr) namespaces.insert(socket->netns->inode);
  answer.looked.sockets = look.sockets.size();
  answer.looked.namespaces = namespaces.size();
  for (const ProcessActivity& process : look.scene.processes) answer.looked.threads += process.threads.size();
  answer.looked.seconds = static_cast<double>(monotonic_ns() - begun_ns_) / 1e9;
  answer.look = &look;
  answer.remark = look.remark;
}

}  // namespace skq::cli
