// The metric `stuck`: how many critical findings `skq why` has, of sockets that FILTER lets by.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/text_escape.h"
#include "cli/asker.h"
#include "cli/check_look.h"
#include "cli/command_parts.h"
#include "cli/list_plan.h"
#include "cli/why_look.h"
#include "kernel/host_names.h"
#include "model/derived.h"
#include "skq/diagnose.h"

namespace skq::cli {
namespace {

constexpr std::size_t most_told = 10;

/// Which findings are meant: those with a socket at either end that a list with these words would show. States are
/// only asked about where somebody named them: a listener that turns clients away is as stuck as any.
class Choice {
 public:
  Choice(const Settings& settings, NameService& names)
      : settings_(settings), compared_(compared_text(settings, names)) {}

  Problem plan(Resolver& resolver) {
    auto planned = plan_list(settings_, resolver);
    if (auto* error = std::get_if<UsageError>(&planned)) return *error;
    plan_ = std::move(std::get<ListPlan>(planned));
    if (!(plan_.chosen_by & ~needs_of_look()).empty())
      return UsageError{"stuck does not look at what this filter or expression asks about"};
    const bool tables = settings_.tables.chosen || settings_.tables.queried || settings_.tables.asked;
    by_tables_ = tables || plan_.filter.states;
    const bool states = settings_.tables.asked && !settings_.tables.queried;
    if (!plan_.filter.states && !states) plan_.tables = table_requests(settings_.tables, ~StateSet());
    return {};
  }

  bool takes(const Finding& finding) {
    if (!by_tables_ && plan_.filter.expression == nullptr && !plan_.where) return true;
    return takes(finding.socket) || takes(finding.peer);
  }

  /// Of a socket whose owners nobody knows: what is asked about them may hold.
  bool may_take(const Socket& socket) {
    const bool all = !by_tables_ && plan_.filter.expression == nullptr && !plan_.where;
    return all || !(plan_.chosen_by & owner_needs).empty() || takes(&socket);
  }

  [[nodiscard]] const std::vector<std::string>& warnings() const { return plan_.filter.warnings; }

 private:
  bool takes(const Socket* socket) {
    if (socket == nullptr) return false;
    return cli::takes(plan_, *socket, compared_);
  }

  const Settings& settings_;
  TextContext compared_;
  ListPlan plan_;
  bool by_tables_ = false;
};

/// A socket whose owners are not known matters only where somebody may be stuck on it, as the search for suspects has
/// it: an idle one blocks nobody, whoever holds it. One without another end may wait for room with, or to be let in by,
/// anybody of its kind who is a suspect as well.
class Doubt {
 public:
  Doubt(const HostLook& look, Choice& choice)
      : look_(look), choice_(choice), suspects_(find_suspects(look.scene).sockets) {}

  [[nodiscard]] bool any() const {
    return std::any_of(look_.sockets.begin(), look_.sockets.end(),
                       [this](const Socket* socket) { return socket->owners == nullptr && matters(*socket); });
  }

 private:
  [[nodiscard]] bool is_suspect(const Socket& socket) const {
    return std::binary_search(suspects_.begin(), suspects_.end(), socket.inode);
  }

  [[nodiscard]] bool matters(const Socket& socket) const {
    if (const Socket* other = socket.other_end)
      return (is_suspect(socket) || is_suspect(*other)) && (choice_.may_take(socket) || choice_.may_take(*other));
    if (!is_suspect(socket)) return false;
    if (holds_anything(socket)) return choice_.may_take(socket);
    return std::any_of(look_.sockets.begin(), look_.sockets.end(), [&](const Socket* one) {
      const bool may_hold_it_up = one->netid == socket.netid && is_suspect(*one) && holds_anything(*one);
      return may_hold_it_up && (choice_.may_take(socket) || choice_.may_take(*one));
    });
  }

  static bool holds_anything(const Socket& socket) {
    const bool sends = socket.state != State::listen && socket.send_q.value_or(0) > 0;
    return sends || socket.recv_q.value_or(0) > 0 || socket.state == State::syn_sent ||
           socket.state == State::close_wait || socket.memory.at(MemoryItem::drops).value_or(0) > 0 ||
           send_mem(socket).value_or(Bytes{}).value > 0;
  }

  const HostLook& look_;
  Choice& choice_;
  std::vector<Inode> suspects_;
};

/// Gaps that matter for what was asked, and what fills them.
void keep_gaps(std::vector<Gap> gaps, const HostLook& seen, Choice& choice, CheckLook& look) {
  const auto of_owners = [](const Gap& gap) { return gap.kind == GapKind::owners; };
  if (!Doubt(seen, choice).any()) std::erase_if(gaps, of_owners);
  if (std::any_of(gaps.begin(), gaps.end(), of_owners))
    look.lines.emplace_back(
        "sockets whose owners are not known hold data or wait, so that somebody may be stuck: as root, or with "
        "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, more is seen");
  look.gaps = std::move(gaps);
}

CheckLook tell(const Diagnosis& diagnosis, Choice& choice) {
  CheckLook look;
  std::size_t critical = 0, warnings = 0;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.severity == Severity::info || !choice.takes(finding)) continue;
    if (finding.severity == Severity::critical && critical++ == 0) look.text = escaped(finding.title);
    if (finding.severity == Severity::warning) ++warnings;
    if (look.lines.size() < most_told)
      look.lines.push_back(fmt::format("{}: {}", to_text(finding.severity), escaped(finding.title)));
  }
  const std::size_t all = critical + warnings;
  if (all > look.lines.size()) look.lines.push_back(fmt::format("and {} more", all - look.lines.size()));
  look.value = static_cast<double>(critical);
  const std::string count = fmt::format("{} stuck", critical);
  look.text = critical == 0
                  ? (warnings == 0 ? "nothing is stuck" : fmt::format("nothing is stuck, {} warned of", warnings))
                  : count + ": " + look.text;
  look.more.push_back({.label = "warnings", .value = static_cast<double>(warnings), .least = 0});
  look.warnings = choice.warnings();
  return look;
}

}  // namespace

CheckLooked look_for_stuck(const Settings& settings) {
  kernel::HostNames names({.numeric = settings.numeric, .resolve = settings.resolve});
  Choice choice(settings, names);
  if (Problem problem = choice.plan(names)) return *problem;
  // Whatever is slow, the watchdog ends in time: no signal has to.
  const auto settle = [](std::chrono::nanoseconds time) {
    std::this_thread::sleep_for(time);
    return 0;
  };
  Asker asker(settings, {}, {.settle = settle});
  auto answer = asker.ask();
  if (!answer) return answer.error();
  CheckLook look = tell(answer->diagnosis, choice);
  keep_gaps(std::move(answer->gaps), *answer->look, choice, look);
  return look;
}

}  // namespace skq::cli
