// -W: the same look again and again, on a terminal in place, else one block after the other.
//
// To make a command repeatable: give it a Looker, and let conflicts.cpp allow it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/log.h"
#include "cli/screen.h"
#include "cli/settings.h"
#include "skq/result.h"
#include "skq/snapshot.h"

namespace skq::cli {

/// What the look to be made is like.
struct Glance {
  std::optional<ScreenSize> screen;  ///< its result is shown there; empty: the looker writes it by itself
  std::size_t number = 0;            ///< 0 is the first
};

struct Glimpse {
  std::string text;   ///< for the screen
  std::string count;  ///< "12 sockets", for its first line
  Circumstances circumstances;
  std::vector<Gap> gaps;
  ExitCode outcome = ExitCode::done;
};

using Looker = std::function<Result<Glimpse>(const Glance&)>;

/// Looks until q, a signal or an error. The looks stand at equal distances from the first: one that takes longer leaves
/// out those that it missed.
ExitCode watch(const Settings& settings, const Log& log, const Looker& looker);

/// How many lines of a screen are left for the look itself.
int lines_for_text(const ScreenSize& screen);

/// "# 2026-11-21T07:08:09.123Z", which heads a block that is no data format.
std::string block_heading(const Circumstances& circumstances);

}  // namespace skq::cli
