#include "cli/list_command.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text_escape.h"
#include "cli/list_plan.h"
#include "cli/log.h"
#include "cli/message.h"
#include "cli/open_source.h"
#include "cli/terminal.h"
#include "kernel/host_names.h"
#include "kernel/output.h"
#include "skq/collect.h"
#include "skq/render.h"

namespace skq::cli {
namespace {

// One write a row would cost more than the row; a whole table in memory would keep the first rows waiting.
constexpr std::size_t flush_at = std::size_t{1} << 16;

View view_of(const Settings& settings, const Terminal& terminal) {
  View view;
  view.width = terminal.width;
  view.color = use_color(settings.color, terminal);
  view.header = settings.header;
  view.oneline = settings.oneline;
  view.bars = terminal.width.has_value();
  view.version = SKQ_VERSION;
  view.utf8 = terminal.utf8;
  return view;
}

Terminal reader_of(const Settings& settings) {
  Terminal terminal = look_at_terminal();
  if (settings.output) terminal.width.reset();
  return terminal;
}

/// Rows on their way from collect to the output.
class Listing {
 public:
  Listing(const Settings& settings, const ListPlan& plan, kernel::HostNames& names, kernel::Output& output)
      : settings_(settings),
        plan_(plan),
        output_(output),
        shown_text_{.names = &names,
                    .exact_bytes = settings.exact_bytes || settings.format != Format::table,
                    .threads = settings.threads,
                    .numeric = settings.numeric,
                    .tcp_options = settings.timers || settings.extended},
        compared_text_{.names = &names, .exact_bytes = true, .threads = settings.threads},
        renderer_(make_renderer(settings.format, plan.layout, view_of(settings, reader_of(settings)), shown_text_)) {}

  Result<Summary> run(Source& source) {
    renderer_->begin(source.circumstances(), buffer_);
    Snapshot storage;
    auto summary = collect(request(), source, storage, [this](std::span<const Socket* const> rows) { take(rows); });
    if (!summary) return summary;
    if (!plan_.sort.empty()) emit_sorted();
    renderer_->end(*summary, buffer_);
    flush();
    return summary;
  }

  [[nodiscard]] std::size_t shown() const { return shown_; }
  [[nodiscard]] const Status& written() const { return written_; }

 private:
  Request request() {
    Request request;
    request.tables = plan_.tables;
    request.needs = plan_.needs;
    request.threads = settings_.threads;
    request.keep = !plan_.sort.empty();
    if (plan_.sort.empty() && !plan_.where_is_late) request.limit = settings_.limit;
    if (plan_.filter.expression != nullptr || plan_.where)
      request.wanted = [this](const Socket& socket) {
        return matches(plan_.filter, socket) && (!plan_.where || can_match(*plan_.where, socket, compared_text_));
      };
    return request;
  }

  void take(std::span<const Socket* const> rows) {
    for (const Socket* const row : rows) {
      if (plan_.where_is_late && !matches(*plan_.where, *row, compared_text_)) continue;
      if (plan_.sort.empty())
        emit(*row);
      else
        kept_.push_back(row);
    }
  }

  void emit_sorted() {
    sort_rows(kept_, plan_.sort, settings_.limit, compared_text_);
    for (const Socket* const row : kept_) emit(*row);
  }

  void emit(const Socket& row) {
    if (settings_.limit && shown_ >= *settings_.limit) return;
    ++shown_;
    if (!written_) return;
    renderer_->row(row, buffer_);
    if (buffer_.size() >= flush_at) flush();
  }

  void flush() {
    if (written_) written_ = output_.write(buffer_);
    buffer_.clear();
  }

  const Settings& settings_;
  const ListPlan& plan_;
  kernel::Output& output_;
  TextContext shown_text_, compared_text_;
  std::unique_ptr<Renderer> renderer_;
  std::string buffer_;
  std::vector<const Socket*> kept_;
  std::size_t shown_ = 0;
  Status written_ = Done{};
};

ExitCode fail(const Error& error) {
  complain(escaped(error.text()));
  return ExitCode::failed;
}

void tell_gaps(const Summary& summary, const Log& log) {
  for (const Gap& gap : summary.gaps) {
    complain("incomplete: " + escaped(gap.detail));
    log.warning("incomplete: {}", escaped(gap.detail));
  }
}

ExitCode outcome(const Settings& settings, const Summary& summary, std::size_t shown) {
  if (settings.strict && !summary.complete()) return ExitCode::incomplete;
  if (settings.exit_code && shown == 0) return ExitCode::no_match;
  return ExitCode::done;
}

ExitCode list(const Settings& settings, const ListPlan& plan, kernel::HostNames& names, const Log& log) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return fail(output.error());
  auto source = open_source(settings);
  if (!source) return fail(source.error());

  Listing listing(settings, plan, names, *output);
  const auto summary = listing.run(**source);
  if (!summary) return fail(summary.error());
  tell_gaps(*summary, log);
  log.info("{} tables, {} rows from the kernel, {} shown, {} gaps", plan.tables.size(), summary->rows_seen,
           listing.shown(), summary->gaps.size());
  if (!listing.written()) return fail(listing.written().error());
  if (const Status committed = output->commit(); !committed) return fail(committed.error());
  return outcome(settings, *summary, listing.shown());
}

}  // namespace

ExitCode list_sockets(const Settings& settings) {
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  kernel::HostNames names({.numeric = settings.numeric, .resolve = settings.resolve});
  auto plan = plan_list(settings, names);
  if (const auto* error = std::get_if<UsageError>(&plan)) {
    complain(error->text);
    return ExitCode::usage;
  }
  const ListPlan& good = std::get<ListPlan>(plan);
  for (const std::string& warning : good.filter.warnings) complain("warning: " + escaped(warning));
  return list(settings, good, names, *log);
}

}  // namespace skq::cli
