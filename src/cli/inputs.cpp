#include "cli/inputs.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "base/text_escape.h"
#include "cli/message.h"
#include "cli/usage_error.h"
#include "kernel/input_file.h"

namespace skq::cli {
namespace {

constexpr std::size_t longest_filter = std::size_t{512} << 10U;

std::optional<ExitCode> refuse(const std::string& why) {
  complain(why);
  return ExitCode::usage;
}

std::optional<ExitCode> read_filter(Settings& settings) {
  auto file = kernel::InputFile::open(*settings.filter_file);
  const Status status = file ? file->read_all(longest_filter) : Status(file.error());
  if (!status && status.error().code == EFBIG)
    return refuse(escaped(file->name()) + " is no filter: it is longer than " + std::to_string(longest_filter) +
                  " bytes");
  if (!status) {
    complain(escaped(status.error().text()));
    return ExitCode::failed;
  }
  std::string text(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos)
    return refuse(escaped(file->name()) + " is no filter: byte " + std::to_string(nul + 1) + " is a NUL");
  settings.filter_text = FilterFile{file->name(), without_comments(std::move(text))};
  return {};
}

/// What is done to the running kernel, and cannot be done to a recording.
std::optional<ExitCode> check_recording(const Settings& settings) {
  struct Row {
    Action action;
    std::string_view option;
  };
  constexpr std::array<Row, 5> live_only{{{Action::kill, "-K (--kill)"},
                                          {Action::events, "-E (--events)"},
                                          {Action::summary, "-s (--summary)"},
                                          {Action::limits, "--limits"},
                                          {Action::diag, "-D (--diag)"}}};
  std::string_view refused;
  for (const Row& row : live_only) {
    if (row.action == settings.action) refused = row.option;
  }
  if (settings.action == Action::list && settings.watch) refused = "-W (--watch)";
  // Diff says itself which of its two looks is live.
  const bool any_live = settings.action == Action::diff;
  if (settings.net && !any_live) refused = "-N (--net)";
  if (settings.all_netns && !any_live) refused = "--all-netns";
  if (refused.empty()) return {};
  const bool of_netns = settings.net || settings.all_netns;
  return refuse(std::string(refused) + " is about the running kernel; it cannot be used with --from" +
                (of_netns ? ", whose rows are chosen by --where 'netns == 4026532177'" : ""));
}

}  // namespace

std::optional<ExitCode> take_inputs(Settings& settings) {
  if (settings.from) {
    if (const auto code = check_recording(settings)) return code;
    if (settings.from == "-" && settings.filter_file == "-")
      return refuse("standard input can be read once only: by -F or by --from");
  } else if (const char* file = std::getenv("TCPDIAG_FILE");
             file != nullptr && *file != '\0' && settings.action != Action::diag && settings.action != Action::why &&
             settings.action != Action::check && settings.action != Action::record && settings.action != Action::diff) {
    settings.from = file;
    if (const auto code = check_recording(settings)) {
      complain("TCPDIAG_FILE is set in the environment, and means --from");
      return code;
    }
  }
  if (settings.filter_file) return read_filter(settings);
  return {};
}

}  // namespace skq::cli
