#include "cli/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cerrno>
#include <fstream>

namespace skq::cli {

Result<Log> Log::open(const std::optional<std::string>& level, const std::optional<std::string>& file) {
  Log log;
  if (!level && !file) return log;
  // spdlog would make the file's missing folders, and its exception has no errno.
  if (file && !std::ofstream(*file, std::ios::app)) return Error{"open log file " + *file, errno};
  spdlog::sink_ptr sink;
  if (file)
    sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(*file);
  else
    sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
  sink->set_pattern(file ? "%Y-%m-%dT%H:%M:%S.%e%z %l %v" : "skq: %l: %v");
  log.logger_ = std::make_shared<spdlog::logger>("skq", std::move(sink));
  log.logger_->set_level(level ? spdlog::level::from_str(*level) : spdlog::level::info);
  log.logger_->flush_on(spdlog::level::info);
  return log;
}

void Log::write_debug(const std::string& text) const { logger_->debug(text); }

void Log::write(bool warning, const std::string& text) const {
  logger_->log(warning ? spdlog::level::warn : spdlog::level::info, text);
}

}  // namespace skq::cli
