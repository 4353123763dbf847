#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace skq::cli {
namespace {

constexpr int usual_width = 80;

std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before any thread starts
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

int terminal_width(int terminal) {
  winsize size{};
  if (ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const std::string_view columns = environment("COLUMNS");
  int width = 0;
  std::from_chars(columns.data(), columns.data() + columns.size(), width);
  return width > 0 ? width : usual_width;
}

// In the order of locale(7). None set is the C locale, which knows ASCII only.
bool locale_is_utf8() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value(environment(name));
    if (value.empty()) continue;
    for (char& c : value)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

Terminal look_at_terminal(int written_to) {
  Terminal terminal;
  if (isatty(written_to) == 1) terminal.width = terminal_width(written_to);
  terminal.can_move = !environment("TERM").empty() && environment("TERM") != "dumb";
  terminal.color_wanted = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  terminal.utf8 = locale_is_utf8();
  return terminal;
}

bool can_ask() { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

bool use_color(Color asked, const Terminal& terminal) {
  switch (asked) {
    case Color::always:
      return true;
    case Color::never:
      return false;
    case Color::automatic:
      return terminal.width.has_value() && terminal.color_wanted;
  }
  return false;
}

}  // namespace skq::cli
