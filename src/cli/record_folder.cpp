#include "cli/record_folder.h"

#include <sys/stat.h>

#include <cerrno>
#include <string_view>

#include "kernel/day_file.h"
#include "skq/store.h"

namespace skq::cli {
namespace {

constexpr std::string_view default_folder = "/var/log/skq";
constexpr mode_t folder_mode = 0750;
constexpr std::int64_t day = 86'400;

}  // namespace

std::string record_folder(const Settings& settings) {
  return settings.record.folder.value_or(std::string(default_folder));
}

Status prepare_record_folder(const Settings& settings) {
  const std::string folder = record_folder(settings);
  struct stat status {};
  const bool there = ::stat(folder.c_str(), &status) == 0;
  if (there && S_ISDIR(status.st_mode)) return Done{};
  if (there) return Error{"record in " + folder, ENOTDIR};
  const int error = errno;
  if (error != ENOENT) return Error{"record in " + folder, error};
  if (settings.record.folder) return Error{"record in " + folder + " (make it first: mkdir -m 0750)", error};
  if (::mkdir(folder.c_str(), folder_mode) == 0 || errno == EEXIST) return Done{};
  return Error{"make " + folder + " (root can, or --dir=DIR names another one)", errno};
}

Result<std::vector<std::string>> apply_retention(const Settings& settings, const std::string& current) {
  kernel::Retention retention;
  const auto today = day_of_file_name(current);
  if (settings.record.keep_days && today)
    retention.oldest_day = *today - std::int64_t{*settings.record.keep_days} * day;
  retention.most_bytes = settings.record.most_bytes;
  if (!retention.oldest_day && !retention.most_bytes) return std::vector<std::string>{};
  return kernel::remove_old_days(record_folder(settings), day_of_file_name, current, retention);
}

}  // namespace skq::cli
