// Rows of events on their way out: each stamped with its time, and written before the next wait.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cli/command_parts.h"
#include "kernel/output.h"

namespace skq::cli {

/// 2026-11-21T08:07:09.123+01:00: local time, which no reader can take for another zone's.
std::string local_time_text(std::int64_t time_ns);

class EventsOutput {
 public:
  EventsOutput(const Settings& settings, const ListPlan& plan, NameService& names, kernel::Output& output,
               Circumstances circumstances);

  /// Stamps the row with the time that is now.
  void add(Socket row);
  void flush();
  void finish(const Summary& summary);

  [[nodiscard]] std::size_t shown() const { return shown_; }
  [[nodiscard]] const Status& written() const { return written_; }

 private:
  Format format_;
  kernel::Output& output_;
  TextContext context_;
  Circumstances circumstances_;
  std::unique_ptr<Renderer> renderer_;
  std::string buffer_;
  std::size_t shown_ = 0;
  Status written_ = Done{};
};

}  // namespace skq::cli
