#include "cli/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>

#include <syslog.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/text_escape.h"
#include "cli/message.h"

namespace skq::cli {
namespace {

constexpr std::string_view in_file = "%Y-%m-%dT%H:%M:%S.%e%z %l %v";
constexpr std::string_view on_stderr = "skq: %l: %v";
constexpr std::string_view in_syslog = "%v";
constexpr std::string_view word_for_syslog = "syslog:";
constexpr std::size_t largest = std::size_t{1} << 20;  // of a file that is kept small
constexpr std::size_t old_ones = 3;

// spdlog would make the file's missing folders, and its exception has no errno.
Status can_be_written(const std::string& file) {
  if (std::ofstream(file, std::ios::app)) return Done{};
  return Error{"open log file " + file, errno};
}

}  // namespace

void Log::set_up(spdlog::sink_ptr sink, std::string_view pattern, const std::optional<std::string>& level) {
  sink->set_pattern(std::string(pattern));
  logger_ = std::make_shared<spdlog::logger>("skq", std::move(sink));
  logger_->set_level(level ? spdlog::level::from_str(*level) : spdlog::level::info);
  logger_->flush_on(spdlog::level::info);
  // A log that cannot be written, on a full disk for instance, is told once and stops nothing.
  logger_->set_error_handler([told = false](const std::string& why) mutable {
    if (!std::exchange(told, true)) complain("the log could not be written: " + escaped(why));
  });
}

Result<Log> Log::open(const std::optional<std::string>& level, const std::optional<std::string>& file) {
  Log log;
  if (!level && !file) return log;
  log.on_stderr_ = !file;
  if (!file) {
    log.set_up(std::make_shared<spdlog::sinks::stderr_sink_st>(), on_stderr, level);
    return log;
  }
  if (*file == word_for_syslog) {
    constexpr int option = LOG_PID;
    constexpr int facility = LOG_DAEMON;
    log.set_up(std::make_shared<spdlog::sinks::syslog_sink_st>("skq", option, facility, true), in_syslog, level);
    return log;
  }
  if (const Status status = can_be_written(*file); !status) return status.error();
  // What is full is renamed, which nobody wants of /dev/null.
  std::error_code unknown;
  if (std::filesystem::is_regular_file(*file, unknown))
    log.set_up(std::make_shared<spdlog::sinks::rotating_file_sink_st>(*file, largest, old_ones), in_file, level);
  else
    log.set_up(std::make_shared<spdlog::sinks::basic_file_sink_st>(*file), in_file, level);
  return log;
}

void Log::write(Level level, const std::string& text) const {
  constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
  logger_->log(levels[static_cast<std::size_t>(level)], text);
}

}  // namespace skq::cli
