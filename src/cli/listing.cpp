#include "cli/listing.h"

#include <algorithm>
#include <utility>

#include "base/text_escape.h"
#include "cli/command_parts.h"

namespace skq::cli {
namespace {

// One write a row would cost more than the row; a whole table in memory would keep the first rows waiting.
constexpr std::size_t flush_at = std::size_t{1} << 16;

View view_of(const Settings& settings, const ListingStyle& style, Repetition* repetition) {
  View view = view_of(settings, reader_of(settings));
  if (repetition != nullptr && repetition->glance.screen) view.memory = &repetition->memory;
  view.stamped = style.stamped;
  view.hosts = style.hosts;
  view.header = view.header && style.titles;
  return view;
}

}  // namespace

Listing::Listing(const Settings& settings, const ListPlan& plan, NameService& names, kernel::Output* output,
                 const ListingStyle& style, Repetition* repetition)
    : settings_(settings),
      plan_(plan),
      names_(names),
      output_(output),
      style_(style),
      repetition_(repetition),
      view_(view_of(settings, style, repetition)),
      shown_text_(shown_text(settings, names_)),
      compared_text_(compared_text(settings, names_)),
      renderer_(make_renderer(settings.format, plan.layout, view_, shown_text_)) {}

Result<Summary> Listing::run(Source& source) {
  if (tells_circumstances()) circumstances_ = source.circumstances();
  if (!plan_.sort.empty() && settings_.limit) first_.emplace(plan_.sort, *settings_.limit, compared_text_);
  begin();
  Snapshot storage;
  const auto crew = make_crew();
  Request asked = request();
  asked.crew = crew.get();
  auto summary = collect(asked, source, storage, [this](std::span<const Socket* const> rows) { take(rows); });
  if (!summary) return summary;
  if (!plan_.sort.empty()) emit_sorted(*summary);
  end(*summary, crew.get());
  flush();
  return summary;
}

/// Rows of which each hangs on those before it are no work to be shared: sorted, counted, compared to another look.
std::unique_ptr<ListCrew> Listing::make_crew() {
  if (!plan_.sort.empty() || plan_.where_is_late || settings_.limit || repetition_ != nullptr) return nullptr;
  const auto make_worker = [this]() -> std::unique_ptr<ListCrew::Worker> {
    auto worker = std::make_unique<ListCrew::Worker>();
    worker->context = shown_text(settings_, names_);
    worker->renderer = make_renderer(settings_.format, plan_.layout, view_, worker->context);
    if (!worker->renderer->begin_part(circumstances_)) return nullptr;
    return worker;
  };
  return ListCrew::make(make_worker, [this](MadeRows& made, std::size_t rows) {
    shown_ += rows;
    renderer_->add(made, buffer_);
    flush_if_full();
  });
}

void Listing::end(const Summary& summary, ListCrew* crew) {
  bool more = renderer_->end(summary, buffer_);
  if (more && crew != nullptr && renderer_->pieces() > 1) {
    flush_if_full();
    return crew->print(*renderer_, [this](std::string& text) {
      if (buffer_.empty())
        buffer_.swap(text);
      else
        buffer_ += text;
      flush_if_full();
    });
  }
  while (more) {
    flush_if_full();
    more = renderer_->end(summary, buffer_);
  }
}

/// A mere table says nothing of when and where it was made: nobody has to find out.
bool Listing::tells_circumstances() const {
  const bool rows =
      settings_.format == Format::table || settings_.format == Format::raw || settings_.format == Format::csv;
  return !rows || repetition_ != nullptr || style_.stamped || style_.hosts ||
         style_.heading != ListingStyle::Heading::none;
}

void Listing::begin() {
  if (repetition_ != nullptr) {
    repetition_->memory.begin();
    repetition_->rates.begin(monotonic_ns());
  }
  if (style_.heading != ListingStyle::Heading::none && settings_.format == Format::table && output_ != nullptr) {
    buffer_ = block_heading(circumstances_);
    if (style_.heading == ListingStyle::Heading::time_and_host && !circumstances_.host.empty())
      buffer_.insert(buffer_.size() - 1, "  " + escaped(circumstances_.host));
  }
  renderer_->begin(circumstances_, buffer_);
}

Request Listing::request() {
  Request request = request_of(settings_, plan_, compared_text_);
  if (repetition_ != nullptr && plan_.needs.has(Need::tcp_info)) request.rates = &repetition_->rates;
  request.keep = !plan_.sort.empty() && !settings_.limit;
  // The head of a document says what is missing, and stands first.
  if (settings_.format == Format::json && plan_.sort.empty())
    request.known = [this](const Summary& summary) { renderer_->known(summary, buffer_); };
  if (plan_.sort.empty() && !plan_.where_is_late) request.limit = settings_.limit;
  return request;
}

void Listing::take(std::span<const Socket* const> rows) {
  for (const Socket* const row : rows) {
    if (plan_.where_is_late && !matches(*plan_.where, *row, compared_text_)) continue;
    if (first_)
      first_->take(*row);
    else if (plan_.sort.empty())
      emit(*row);
    else
      kept_.push_back(row);
  }
}

void Listing::emit_sorted(const Summary& summary) {
  renderer_->known(summary, buffer_);
  if (first_)
    kept_ = first_->sorted();
  else
    sort_rows(kept_, plan_.sort, {}, compared_text_);
  for (const Socket* const row : kept_) emit(*row);
}

void Listing::emit(const Socket& row) {
  if (settings_.limit && shown_ >= *settings_.limit) return;
  ++shown_;
  if (!written_) return;
  if (repetition_ != nullptr && repetition_->glance.screen) {
    repetition_->memory.note(row);
    // They are counted; there is no room to show them.
    if (shown_ > static_cast<std::size_t>(lines_for_text(*repetition_->glance.screen))) return;
  }
  renderer_->row(row, buffer_);
  flush_if_full();
}

void Listing::flush_if_full() {
  if (buffer_.size() >= flush_at) flush();
}

void Listing::flush() {
  if (output_ == nullptr) return;
  // One document a line: it ends with a newline, within strings they are escaped, and all others are only layout.
  if (style_.one_line && settings_.format == Format::json)
    std::replace(buffer_.begin(), buffer_.end() - (buffer_.ends_with('\n') ? 1 : 0), '\n', ' ');
  if (written_) written_ = output_->write(buffer_);
  buffer_.clear();
}

}  // namespace skq::cli
