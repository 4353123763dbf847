#include "cli/net_option.h"

#include <cerrno>
#include <string_view>
#include <vector>

#include "base/nearest_word.h"
#include "base/text_escape.h"
#include "cli/message.h"
#include "kernel/net_namespace.h"

namespace skq::cli {
namespace {

bool is_number(const std::string& text) { return text.find_first_not_of("0123456789") == std::string::npos; }

std::string unknown(const std::string& which) {
  const std::string shown = "'" + escaped(which) + "'";
  if (which.find('/') != std::string::npos) return "-N (--net): there is no file " + shown;
  if (is_number(which)) return "-N (--net): there is no network namespace named " + shown + " and no such process";
  const std::vector<std::string> names = kernel::network_namespace_names();
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = nearest_word(which, views);
  std::string text = "-N (--net): there is no network namespace named " + shown;
  if (!near.empty()) return text + "; did you mean '" + escaped(near) + "'?";
  if (names.empty()) return text + ": none has a name here (a path or a pid will do, too)";
  text += "; there are";
  for (const std::string& name : names) text += " " + escaped(name);
  return text;
}

bool is_denied(int error) { return error == EPERM || error == EACCES; }

ExitCode refuse(const std::string& which, const Error& error) {
  const bool absent = error.code == ENOENT || error.code == ENOTDIR || error.code == ESRCH;
  if (absent) return complain(unknown(which)), ExitCode::usage;
  if (error.code == EINVAL) {
    complain("-N (--net): '" + escaped(which) + "' is no network namespace");
    return ExitCode::usage;
  }
  std::string text = "-N (--net): " + escaped(error.text());
  if (is_denied(error.code)) text += " (it needs CAP_SYS_ADMIN, here and where that namespace was made)";
  complain(text);
  return ExitCode::failed;
}

}  // namespace

std::optional<ExitCode> enter_namespace(const std::string& which) {
  const auto target = kernel::open_network_namespace(which);
  if (!target) return refuse(which, target.error());
  const Status entered = kernel::enter_network_namespace(*target);
  if (!entered) return refuse(which, entered.error());
  return std::nullopt;
}

}  // namespace skq::cli
