#include "cli/watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "base/text_escape.h"
#include "cli/message.h"
#include "cli/stdout_reader.h"
#include "cli/terminal.h"
#include "render/json_head.h"

namespace skq::cli {
namespace {

bool in_place(const Settings& settings) {
  const Terminal terminal = look_at_terminal();
  return settings.format == Format::table && !settings.output && terminal.width && terminal.can_move;
}

/// The moments of the looks. A sum of intervals would drift by what each look takes.
class Beat {
 public:
  explicit Beat(double seconds)
      : step_(std::max<std::int64_t>(1, std::llround(seconds * 1e9))), next_(monotonic_ns()) {}
  std::int64_t next() {
    const std::int64_t late = std::max<std::int64_t>(0, monotonic_ns() - next_);
    next_ += (late / step_ + 1) * step_;
    return next_;
  }

 private:
  std::int64_t step_, next_;
};

/// Tells each gap once. Counts in its text change from look to look: they make no other gap of it.
class GapTeller {
 public:
  explicit GapTeller(const Log& log) : log_(log) {}
  void take(const std::vector<Gap>& gaps) {
    for (const Gap& gap : gaps) {
      std::string key = fmt::format("{} {}", to_text(gap.kind), gap.detail);
      std::erase_if(key, [](char c) { return c >= '0' && c <= '9'; });
      if (told_.size() < most && told_.insert(key).second) waiting_.push_back(escaped(gap.detail));
    }
  }
  void tell() {
    for (const std::string& text : waiting_) {
      complain("incomplete: " + text);
      log_.warning("incomplete: {}", text);
    }
    waiting_.clear();
  }

 private:
  static constexpr std::size_t most = 256;
  const Log& log_;
  std::set<std::string> told_;
  std::vector<std::string> waiting_;
};

/// False: whoever read standard output is gone, and a write would end us.
bool sleep_until(std::int64_t until_ns, bool writes_to_stdout) {
  for (;;) {
    const std::int64_t left = until_ns - monotonic_ns();
    if (left <= 0) return true;
    const timespec timeout{left / 1'000'000'000, left % 1'000'000'000};
    pollfd reader = reader_of_stdout(writes_to_stdout);
    if (::ppoll(&reader, 1, &timeout, nullptr) > 0 && nobody_reads(reader)) return false;
  }
}

std::string first_line(const Settings& settings, const Glimpse& look, bool reads_keys) {
  std::string time;
  render::append_iso_time(time, look.circumstances.time_ns);
  const std::string_view what = settings.action == Action::why ? "skq why" : "skq";
  return fmt::format("{} every {}s  {}  {}  {}  ({} ends)", what, *settings.watch, escaped(look.circumstances.host),
                     time, look.count, reads_keys ? "q" : "Ctrl-C");
}

std::string frame_of(const Settings& settings, const Glimpse& look, bool reads_keys) {
  std::string frame = first_line(settings, look, reads_keys) + "\n";
  if (!look.gaps.empty()) {
    frame += "incomplete: " + escaped(look.gaps.front().detail);
    if (look.gaps.size() > 1) frame += fmt::format(" (and {} more)", look.gaps.size() - 1);
  }
  return frame + "\n" + look.text;
}

ExitCode failed(const Error& error) {
  complain(escaped(error.text()));
  return ExitCode::failed;
}

/// The result of the last look, and why it was the last.
struct End {
  ExitCode outcome = ExitCode::done;
  std::optional<Error> error;
};

End watch_in_place(const Settings& settings, const Looker& looker, GapTeller& gaps) {
  Screen screen;
  Beat beat(*settings.watch);
  End end;
  for (Glance glance;; ++glance.number) {
    glance.screen = screen.size();
    const auto look = looker(glance);
    if (!look) return {ExitCode::failed, look.error()};
    end.outcome = look->outcome;
    gaps.take(look->gaps);
    const Status drawn = screen.draw(frame_of(settings, *look, screen.reads_keys()));
    if (!drawn) return {ExitCode::failed, drawn.error()};
    if (screen.wait(beat.next()) == Screen::Event::quit) return end;
  }
}

End watch_in_blocks(const Settings& settings, const Looker& looker, GapTeller& gaps) {
  Beat beat(*settings.watch);
  for (Glance glance;; ++glance.number) {
    const auto look = looker(glance);
    if (!look) return {ExitCode::failed, look.error()};
    gaps.take(look->gaps);
    gaps.tell();
    if (!sleep_until(beat.next(), !settings.output)) return {ExitCode::failed, end_unread()};
  }
}

}  // namespace

int lines_for_text(const ScreenSize& screen) { return std::max(screen.rows - 2, 1); }

std::string block_heading(const Circumstances& circumstances) {
  std::string heading = "# ";
  render::append_iso_time(heading, circumstances.time_ns);
  return heading += '\n';
}

ExitCode watch(const Settings& settings, const Log& log, const Looker& looker) {
  GapTeller gaps(log);
  const End end = in_place(settings) ? watch_in_place(settings, looker, gaps) : watch_in_blocks(settings, looker, gaps);
  gaps.tell();
  if (end.error) return failed(*end.error);
  return end.outcome;
}

}  // namespace skq::cli
