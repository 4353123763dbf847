#include "cli/events_output.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>
#include <utility>

namespace skq::cli {
namespace {

constexpr std::size_t flush_at = std::size_t{1} << 16;
constexpr std::int64_t ns_per_second = 1'000'000'000;

std::int64_t now_ns() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

View live_view(const Settings& settings) {
  View view = view_of(settings, reader_of(settings));
  view.live = true;
  view.bars = false;
  return view;
}

}  // namespace

std::string local_time_text(std::int64_t time_ns) {
  const auto seconds = static_cast<std::time_t>(time_ns / ns_per_second);
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return {};
  std::array<char, 32> day{}, zone{};
  std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &local);
  std::strftime(zone.data(), zone.size(), "%z", &local);
  std::string offset(zone.data());
  if (offset.size() == 5) offset.insert(3, ":");
  return fmt::format("{}.{:03}{}", day.data(), time_ns % ns_per_second / 1'000'000, offset);
}

EventsOutput::EventsOutput(const Settings& settings, const ListPlan& plan, NameService& names, kernel::Output& output,
                           Circumstances circumstances)
    : format_(settings.format),
      output_(output),
      context_(shown_text(settings, names)),
      circumstances_(std::move(circumstances)),
      renderer_(make_renderer(settings.format, plan.layout, live_view(settings), context_)) {
  renderer_->begin(circumstances_, buffer_);
  flush();
}

void EventsOutput::add(Socket row) {
  ++shown_;
  if (!written_) return;
  circumstances_.time_ns = now_ns();
  const std::string time = local_time_text(circumstances_.time_ns);
  const Fate fate{.time = time, .result = {}, .error = {}};
  row.fate = &fate;
  // Every line has the second of its own event.
  if (format_ == Format::jsonl) renderer_->begin(circumstances_, buffer_);
  renderer_->row(row, buffer_);
  if (buffer_.size() >= flush_at) flush();
}

void EventsOutput::flush() {
  if (written_ && !buffer_.empty()) written_ = output_.write(buffer_);
  buffer_.clear();
}

void EventsOutput::finish(const Summary& summary) {
  if (written_) renderer_->end(summary, buffer_);  // rows came one by one
  flush();
}

}  // namespace skq::cli
