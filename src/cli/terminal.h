// Who reads standard output: a terminal with a width and colours, or a program.
#pragma once

#include <optional>

#include "cli/settings.h"

namespace skq::cli {

struct Terminal {
  std::optional<int> width;  ///< empty: no terminal
  bool can_move = false;     ///< its cursor can be moved: TERM says what it is, and not dumb
  bool color_wanted = true;  ///< neither NO_COLOR nor TERM=dumb says no
  bool utf8 = true;          ///< the locale says so
};

/// Looks at standard output, or where else is written to, and the environment.
Terminal look_at_terminal(int written_to = 1);

/// Whether somebody sits there who can be asked: the question goes to standard error, the answer comes from standard
/// input.
bool can_ask();

/// --color against what the environment says; `always` wins over all. A file is no terminal.
bool use_color(Color asked, const Terminal& terminal);

}  // namespace skq::cli
