// skq's own diagnostics, on standard error or in a file, never on standard output. Nothing is set up unless asked for.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "skq/result.h"

namespace spdlog {
class logger;
}

namespace skq::cli {

class Log {
 public:
  /// Without a level and a file: a Log that does nothing.
  static Result<Log> open(const std::optional<std::string>& level, const std::optional<std::string>& file);

  template <class... Values>
  void debug(fmt::format_string<Values...> form, Values&&... values) const {
    if (logger_) write_debug(fmt::format(form, std::forward<Values>(values)...));
  }
  template <class... Values>
  void info(fmt::format_string<Values...> form, Values&&... values) const {
    if (logger_) write(false, fmt::format(form, std::forward<Values>(values)...));
  }
  template <class... Values>
  void warning(fmt::format_string<Values...> form, Values&&... values) const {
    if (logger_) write(true, fmt::format(form, std::forward<Values>(values)...));
  }

 private:
  void write(bool warning, const std::string& text) const;
  void write_debug(const std::string& text) const;

  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace skq::cli
