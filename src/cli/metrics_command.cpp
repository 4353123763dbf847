#include "cli/metrics_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/text_escape.h"
#include "cli/asker.h"
#include "cli/command_parts.h"
#include "cli/gap_teller.h"
#include "cli/list_plan.h"
#include "cli/message.h"
#include "cli/metrics_system.h"
#include "cli/open_source.h"
#include "cli/recorded_columns.h"
#include "cli/recorded_scope.h"
#include "cli/recorded_source.h"
#include "cli/recordings.h"
#include "cli/replay_list.h"
#include "cli/replay_names.h"
#include "cli/screen.h"
#include "cli/tables.h"
#include "cli/watch.h"
#include "kernel/host_names.h"
#include "kernel/output.h"
#include "skq/metrics.h"

namespace skq::cli {
namespace {

/// What is counted of each socket: queues, names, memory, and the other end, which holds what a unix socket receives.
constexpr NeedSet counted_needs{Need::queues, Need::name, Need::memory, Need::peer, Need::peer_inode, Need::unix_queue};

/// Of those a recording may lack some.
constexpr std::array counted_fields{"netid",      "state",      "local",  "recv_q", "send_q",
                                    "rmem_alloc", "wmem_alloc", "rcvbuf", "sndbuf"};

/// The metrics of one look.
struct Made {
  std::string text;
  Circumstances circumstances;
  Summary summary;
  std::size_t counted = 0;
  int signal = 0;  ///< that came before the second look
};

/// Counts every state, but where -l or a filter says which.
Settings counting(const Settings& settings) {
  Settings all = settings;
  ask_for_all_by_default(all.tables);
  return all;
}

class Counter {
 public:
  Counter(const Settings& settings, ListPlan plan, kernel::HostNames& names)
      : settings_(settings),
        plan_(std::move(plan)),
        names_(names),
        asker_(settings, {}, {.wishes = wishes(), .whole_host = false}) {
    plan_.needs = counted_needs | plan_.chosen_by;
  }

  Result<Made> count() {
    const std::int64_t begun_ns = monotonic_ns();
    return looks_for_findings() ? with_findings(begun_ns) : sockets_only(begun_ns);
  }

 private:
  /// In no recording is what threads do.
  [[nodiscard]] bool looks_for_findings() const { return settings_.findings && !settings_.from; }

  [[nodiscard]] LookWishes wishes() const { return {.tables = plan_.tables, .needs = plan_.chosen_by}; }

  Result<Made> with_findings(std::int64_t begun_ns) {
    const auto answer = asker_.ask();
    if (!answer) return answer.error();
    std::vector<const Socket*> rows;
    for (const auto* list : {&answer->look->sockets, &answer->look->others}) add_wanted(*list, rows);
    Made made;
    made.circumstances = answer->look->circumstances;
    made.summary.gaps = answer->gaps;
    made.signal = answer->signal;
    write(rows, &answer->diagnosis, begun_ns, made);
    return made;
  }

  Result<Made> sockets_only(std::int64_t begun_ns) {
    if (settings_.from) return recorded(begun_ns);
    auto source = open_source(settings_);
    if (!source) return source.error();
    return sockets_of(**source, plan_, names_, begun_ns);
  }

  Result<Made> sockets_of(Source& source, const ListPlan& plan, NameService& names, std::int64_t begun_ns) {
    Made made;
    made.circumstances = source.circumstances();
    Snapshot storage;
    auto gathered = gather(settings_, plan, names, source, storage);
    if (!gathered) return gathered.error();
    made.summary = std::move(gathered->summary);
    std::erase_if(gathered->rows, [this](const Socket* row) { return !is_counted(*row); });
    write(gathered->rows, nullptr, begun_ns, made);
    return made;
  }

  /// One snapshot of `skq record`, or the dumps of -D.
  Result<Made> recorded(std::int64_t begun_ns) {
    const auto times = replay_times(settings_.replay);
    if (const auto* error = std::get_if<UsageError>(&times)) return Error{error->text, 0};
    auto recorded = open_recorded(*settings_.from);
    if (!recorded) return recorded.error();
    if (auto* source = std::get_if<std::unique_ptr<Source>>(&*recorded))
      return sockets_of(**source, plan_, names_, begun_ns);
    Result<Made> made = Error{};
    const auto show = [&](const Replayed& replayed) -> std::optional<ExitCode> {
      made = of_snapshot(replayed, begun_ns);
      return {};
    };
    // Whatever stops a replay has been told there.
    if (replay_each(std::get<Recordings>(*recorded), std::get<ReplayTimes>(times), show))
      return Error{"there is no snapshot to count", 0};
    return made;
  }

  Result<Made> of_snapshot(const Replayed& replayed, std::int64_t begun_ns) {
    const RecordedSnapshot& snapshot = *replayed.snapshot;
    ReplayNames names(snapshot.names, names_, settings_.numeric);
    auto plan = plan_list(settings_, names);
    if (const auto* error = std::get_if<UsageError>(&plan)) return Error{error->text, 0};
    ListPlan& good = std::get<ListPlan>(plan);
    good.needs = plan_.needs;
    good.layout.columns.clear();
    for (const char* name : counted_fields)
      if (const Field* field = find_field(name)) good.layout.columns.push_back(field);
    RecordedColumns columns(snapshot.head);
    columns.adapt(good);
    RecordedSource source(snapshot);
    for (const Gap& gap : replayed.gaps) source.add_gap(gap);
    for (Gap& gap : gaps_of_scope(snapshot.head, settings_, good.tables)) source.add_gap(std::move(gap));
    if (auto gap = columns.gap()) source.add_gap(std::move(*gap));
    return sockets_of(source, good, names, begun_ns);
  }

  [[nodiscard]] bool is_counted(const Socket& socket) const { return settings_.from || !is_our_own(socket); }

  void add_wanted(std::span<const Socket* const> sockets, std::vector<const Socket*>& rows) {
    TextContext compared = compared_text(settings_, names_);
    for (const Socket* socket : sockets)
      if (is_counted(*socket) && takes(plan_, *socket, compared)) rows.push_back(socket);
  }

  void write(std::span<const Socket* const> rows, const Diagnosis* diagnosis, std::int64_t begun_ns, Made& made) {
    SystemNumbers system;
    if (!settings_.from) system.read();
    add_new(made.summary.gaps, system.gaps());
    std::vector<CountedTable> tables;
    for (const TableRequest& table : plan_.tables) tables.push_back({table.netid, table.family, table.states});
    made.counted = rows.size();
    MetricsInput input;
    input.version = SKQ_VERSION;
    input.time_ns = made.circumstances.time_ns;
    input.sockets = rows;
    input.tables = tables;
    input.diagnosis = diagnosis;
    input.gaps = made.summary.gaps;
    input.memory = system.memory();
    input.system = system.numbers();
    input.ephemeral = names_.ephemeral_ports();
    if (!settings_.from) input.duration_s = static_cast<double>(monotonic_ns() - begun_ns) / 1e9;
    append_prometheus(made.text, metrics_of(input));
  }

  const Settings& settings_;
  ListPlan plan_;
  kernel::HostNames& names_;
  Asker asker_;
};

Status write(const Settings& settings, const std::string& text) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return output.error();
  if (const Status written = output->write(text); !written) return written;
  return output->commit();
}

ExitCode once(const Settings& settings, Counter& counter, const Log& log) {
  const auto made = counter.count();
  if (!made) return fail(made.error());
  tell_gaps(made->summary.gaps, log);
  log.info("{} sockets counted, {} gaps", made->counted, made->summary.gaps.size());
  // Nobody replaces a file by half an answer.
  if (made->signal == 0 || !settings.output) {
    if (const Status written = write(settings, made->text); !written) return fail(written.error());
  }
  if (made->signal == 0) return outcome(settings, made->summary, made->counted);
  std::raise(made->signal);
  return ExitCode::failed;
}

Result<Glimpse> repeat(const Settings& settings, Counter& counter) {
  auto made = counter.count();
  if (!made) return made.error();
  if (const Status written = write(settings, made->text); !written) return written.error();
  Glimpse look;
  look.count = fmt::format("{} sockets", made->counted);
  look.circumstances = made->circumstances;
  look.outcome = outcome(settings, made->summary, made->counted);
  look.gaps = std::move(made->summary.gaps);
  return look;
}

}  // namespace

ExitCode write_metrics(const Settings& given) {
  const Settings settings = counting(given);
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  kernel::HostNames names(
      {.numeric = settings.numeric, .resolve = settings.resolve, .recorded = settings.from.has_value()});
  // While the plan is made, no snapshot is open yet; what the filter names is looked up when one is.
  const RecordedNames none;
  ReplayNames lenient(none, names, settings.numeric);
  auto plan = settings.from ? plan_list(settings, lenient) : plan_list(settings, names);
  if (const auto* error = std::get_if<UsageError>(&plan)) {
    complain(error->text);
    return ExitCode::usage;
  }
  ListPlan& good = std::get<ListPlan>(plan);
  for (const std::string& warning : good.filter.warnings) complain("warning: " + escaped(warning));
  Counter counter(settings, std::move(good), names);
  if (!settings.watch) return once(settings, counter, *log);
  return watch(settings, *log, [&](const Glance&) { return repeat(settings, counter); });
}

}  // namespace skq::cli
