#include "cli/watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/text_escape.h"
#include "cli/beat.h"
#include "cli/gap_teller.h"
#include "cli/message.h"
#include "cli/stdout_reader.h"
#include "cli/terminal.h"
#include "store/civil_time.h"

namespace skq::cli {
namespace {

bool in_place(const Settings& settings) {
  const Terminal terminal = look_at_terminal();
  return settings.format == Format::table && !settings.output && terminal.width && terminal.can_move;
}

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
  store::append_iso_time(time, look.circumstances.time_ns);
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
  store::append_iso_time(heading, circumstances.time_ns);
  return heading += '\n';
}

ExitCode watch(const Settings& settings, const Log& log, const Looker& looker) {
  GapTeller gaps([&log](const std::string& text) {
    complain("incomplete: " + text);
    log.warning("incomplete: {}", text);
  });
  const End end = in_place(settings) ? watch_in_place(settings, looker, gaps) : watch_in_blocks(settings, looker, gaps);
  gaps.tell();
  if (end.error) return failed(*end.error);
  return end.outcome;
}

}  // namespace skq::cli
