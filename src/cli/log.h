// skq's own diagnostics, on standard error or in a file, never on standard output. Nothing is set up unless asked for.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "skq/result.h"

namespace spdlog {
class logger;
namespace sinks {
class sink;
}
}  // namespace spdlog

namespace skq::cli {

class Log {
 public:
  /// Without a level and a file: a Log that does nothing. A file is kept small, as some skq run for long and others
  /// from cron; "syslog:" in its place is the system's log.
  static Result<Log> open(const std::optional<std::string>& level, const std::optional<std::string>& file);

  template <class... Values>
  void debug(fmt::format_string<Values...> form, Values&&... values) const {
    if (logger_) write(Level::debug, fmt::format(form, std::forward<Values>(values)...));
  }
  template <class... Values>
  void info(fmt::format_string<Values...> form, Values&&... values) const {
    if (logger_) write(Level::info, fmt::format(form, std::forward<Values>(values)...));
  }
  template <class... Values>
  void warning(fmt::format_string<Values...> form, Values&&... values) const {
    if (logger_) write(Level::warning, fmt::format(form, std::forward<Values>(values)...));
  }
  /// Beside the line that the command writes to standard error: nothing where the log goes there, too.
  template <class... Values>
  void error(fmt::format_string<Values...> form, Values&&... values) const {
    if (logger_ && !on_stderr_) write(Level::error, fmt::format(form, std::forward<Values>(values)...));
  }

 private:
  enum class Level : std::uint8_t { debug, info, warning, error };
  void write(Level level, const std::string& text) const;
  void set_up(std::shared_ptr<spdlog::sinks::sink> sink, std::string_view pattern,
              const std::optional<std::string>& level);

  std::shared_ptr<spdlog::logger> logger_;
  bool on_stderr_ = false;
};

}  // namespace skq::cli
