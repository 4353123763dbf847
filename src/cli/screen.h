// The terminal while -W holds it: another screen, no cursor, keys without Return. Whatever ends the process, q, a
// signal or an error, gives the terminal back as it was.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "skq/result.h"

namespace skq::cli {

struct ScreenSize {
  int rows = 24, columns = 80;
};

class Screen {
 public:
  /// For standard output, and standard input if that is a terminal, too. One at a time.
  Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen();

  [[nodiscard]] ScreenSize size() const;
  /// Whether somebody can type q.
  [[nodiscard]] bool reads_keys() const { return reads_keys_; }
  /// Shows as many lines as there is room for, in place of what was there. Takes over the terminal first, so in the
  /// background it waits, stopped, for the shell to give it.
  [[nodiscard]] Status draw(std::string_view text) const;

  enum class Event : std::uint8_t {
    due,     ///< the time has come
    redraw,  ///< another size, back from the shell, or the space bar
    quit
  };
  /// `until_ns` of CLOCK_MONOTONIC.
  Event wait(std::int64_t until_ns);

 private:
  [[nodiscard]] bool quits(const char* keys, long count, bool& redraw) const;
  bool reads_keys_ = false;
  bool utf8_ = true;
};

/// CLOCK_MONOTONIC in nanoseconds.
std::int64_t monotonic_ns();

}  // namespace skq::cli
