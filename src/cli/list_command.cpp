#include "cli/list_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text_escape.h"
#include "cli/command_parts.h"
#include "cli/list_memory.h"
#include "cli/list_plan.h"
#include "cli/log.h"
#include "cli/message.h"
#include "cli/open_source.h"
#include "cli/terminal.h"
#include "cli/watch.h"
#include "kernel/host_names.h"
#include "kernel/output.h"
#include "skq/collect.h"
#include "skq/render.h"

namespace skq::cli {
namespace {

// One write a row would cost more than the row; a whole table in memory would keep the first rows waiting.
constexpr std::size_t flush_at = std::size_t{1} << 16;

/// What one listing of a watch has to do with the others.
struct Repetition {
  Glance glance;
  ListMemory memory;
  RateMemory rates;
};

View view_of(const Settings& settings, Repetition* repetition) {
  View view = view_of(settings, reader_of(settings));
  if (repetition == nullptr) return view;
  if (repetition->glance.screen) view.memory = &repetition->memory;
  // One stream of rows with one line of titles; a file that is replaced each time needs its own.
  view.stamped = true;
  const bool rows = settings.format == Format::raw || settings.format == Format::csv;
  view.header = view.header && (!rows || settings.output || repetition->glance.number == 0);
  return view;
}

/// Rows on their way from collect to the output.
class Listing {
 public:
  /// Without an output all text stays in text(), cut to the screen. `repetition` is null when there is but one listing.
  Listing(const Settings& settings, const ListPlan& plan, kernel::HostNames& names, kernel::Output* output,
          Repetition* repetition)
      : settings_(settings),
        plan_(plan),
        output_(output),
        repetition_(repetition),
        shown_text_(shown_text(settings, names)),
        compared_text_(compared_text(settings, names)),
        renderer_(make_renderer(settings.format, plan.layout, view_of(settings, repetition), shown_text_)) {}

  Result<Summary> run(Source& source) {
    circumstances_ = source.circumstances();
    begin();
    Snapshot storage;
    auto summary = collect(request(), source, storage, [this](std::span<const Socket* const> rows) { take(rows); });
    if (!summary) return summary;
    if (!plan_.sort.empty()) emit_sorted();
    renderer_->end(*summary, buffer_);
    if (repetition_ != nullptr && settings_.format == Format::json) put_on_one_line();
    flush();
    return summary;
  }

  [[nodiscard]] const Circumstances& circumstances() const { return circumstances_; }
  [[nodiscard]] std::string& text() { return buffer_; }

  [[nodiscard]] std::size_t shown() const { return shown_; }
  [[nodiscard]] const Status& written() const { return written_; }

 private:
  void begin() {
    if (repetition_ != nullptr) {
      repetition_->memory.begin();
      repetition_->rates.begin(monotonic_ns());
      if (settings_.format == Format::table && output_ != nullptr) buffer_ = block_heading(circumstances_);
    }
    renderer_->begin(circumstances_, buffer_);
  }

  /// One document a line. Within strings newlines are escaped, so these are only layout.
  void put_on_one_line() {
    std::replace(buffer_.begin(), buffer_.end(), '\n', ' ');
    if (!buffer_.empty()) buffer_.back() = '\n';
  }

  Request request() {
    Request request = request_of(settings_, plan_, compared_text_);
    if (repetition_ != nullptr && plan_.needs.has(Need::tcp_info)) request.rates = &repetition_->rates;
    request.keep = !plan_.sort.empty();
    if (plan_.sort.empty() && !plan_.where_is_late) request.limit = settings_.limit;
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
    if (repetition_ != nullptr && repetition_->glance.screen) {
      repetition_->memory.note(row);
      // They are counted; there is no room to show them.
      if (shown_ > static_cast<std::size_t>(lines_for_text(*repetition_->glance.screen))) return;
    }
    renderer_->row(row, buffer_);
    if (buffer_.size() >= flush_at) flush();
  }

  void flush() {
    if (output_ == nullptr) return;
    if (written_) written_ = output_->write(buffer_);
    buffer_.clear();
  }

  const Settings& settings_;
  const ListPlan& plan_;
  kernel::Output* output_;
  Repetition* repetition_;
  Circumstances circumstances_;
  TextContext shown_text_, compared_text_;
  std::unique_ptr<Renderer> renderer_;
  std::string buffer_;
  std::vector<const Socket*> kept_;
  std::size_t shown_ = 0;
  Status written_ = Done{};
};

ExitCode list(const Settings& settings, const ListPlan& plan, kernel::HostNames& names, const Log& log) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return fail(output.error());
  auto source = open_source(settings);
  if (!source) return fail(source.error());

  Listing listing(settings, plan, names, &*output, nullptr);
  const auto summary = listing.run(**source);
  if (!summary) return fail(summary.error());
  tell_gaps(summary->gaps, log);
  if (const std::string remark = (*source)->remark(); !remark.empty()) log.debug("{}", remark);
  log.info("{} tables, {} rows from the kernel, {} shown, {} gaps", plan.tables.size(), summary->rows_seen,
           listing.shown(), summary->gaps.size());
  if (!listing.written()) return fail(listing.written().error());
  if (const Status committed = output->commit(); !committed) return fail(committed.error());
  return outcome(settings, *summary, listing.shown());
}

std::string count_text(std::size_t shown) { return fmt::format("{} {}", shown, shown == 1 ? "socket" : "sockets"); }

/// One listing of a watch. Names are looked up anew: interfaces and users may be others by now, and a cache that is
/// never emptied only grows. Only DNS answers are kept for a while.
class Repeater {
 public:
  Repeater(const Settings& settings, const ListPlan& plan) : settings_(settings), plan_(plan) {}

  Result<Glimpse> look(const Glance& glance) {
    constexpr std::size_t looks_with_same_names = 60;
    if (!settings_.resolve || !names_ || glance.number % looks_with_same_names == 0)
      names_.emplace(kernel::HostNamesOptions{.numeric = settings_.numeric, .resolve = settings_.resolve});
    repetition_.glance = glance;
    auto source = open_source(settings_);
    if (!source) return source.error();
    if (glance.screen) return list(**source, nullptr);
    auto output = settings_.output ? kernel::Output::to_file(*settings_.output) : kernel::Output::to_stdout();
    if (!output) return output.error();
    auto look = list(**source, &*output);
    if (!look) return look;
    if (const Status committed = output->commit(); !committed) return committed.error();
    return look;
  }

 private:
  Result<Glimpse> list(Source& source, kernel::Output* output) {
    Listing listing(settings_, plan_, *names_, output, &repetition_);
    auto summary = listing.run(source);
    if (!summary) return summary.error();
    if (!listing.written()) return listing.written().error();
    Glimpse look;
    look.outcome = outcome(settings_, *summary, listing.shown());
    look.text = std::move(listing.text());
    look.count = count_text(listing.shown());
    look.circumstances = listing.circumstances();
    look.gaps = std::move(summary->gaps);
    return look;
  }

  const Settings& settings_;
  const ListPlan& plan_;
  std::optional<kernel::HostNames> names_;
  Repetition repetition_;
};

ExitCode watch_list(const Settings& settings, const ListPlan& plan, const Log& log) {
  Repeater repeater(settings, plan);
  return watch(settings, log, [&](const Glance& glance) { return repeater.look(glance); });
}

}  // namespace

ExitCode list_sockets(const Settings& settings, const std::function<Status()>& print_before) {
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  kernel::HostNames names(
      {.numeric = settings.numeric, .resolve = settings.resolve, .recorded = settings.from.has_value()});
  auto plan = plan_list(settings, names);
  if (const auto* error = std::get_if<UsageError>(&plan)) {
    complain(error->text);
    return ExitCode::usage;
  }
  const ListPlan& good = std::get<ListPlan>(plan);
  for (const std::string& warning : good.filter.warnings) complain("warning: " + escaped(warning));
  if (print_before) {
    if (const Status printed = print_before(); !printed) return fail(printed.error());
  }
  if (settings.watch) return watch_list(settings, good, *log);
  return list(settings, good, names, *log);
}

}  // namespace skq::cli
