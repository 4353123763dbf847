#include "cli/append_snapshot.h"

#include "kernel/day_file.h"

namespace skq::cli {
namespace {

// The first one of a day clears away behind the day before.
Status leave(kernel::DayFile& file, const std::string& folder, const std::string& name, const Appendix& next) {
  if (next.last.empty()) return Done{};
  if (next.keep == 0) kernel::remove_beside_older_days(folder, day_of_file_name, name);
  return file.leave_beside(next.last);
}

}  // namespace

Result<Appended> append_snapshot(const std::string& folder, Recorder& recorder, const Look& look, NameService* names,
                                 bool durable, const kernel::LockWait& wait) {
  const std::string name = day_file_name(look.circumstances->time_ns);
  auto file = kernel::DayFile::open_to_append(folder, name, wait);
  if (!file) return file.error();
  const auto last = file->open_beside();
  auto next = recorder.next(*file, {file->device(), file->inode()}, look, names, last ? &*last : nullptr);
  if (!next)
    return Error{folder + (folder.ends_with('/') ? "" : "/") + name + ": " + next.error().doing, next.error().code};
  const Status status = file->append(next->keep, next->frame, durable);
  recorder.written(bool(status));
  if (!status) return status.error();
  Appended appended{name, std::move(next->head), next->frame.size(), {}, std::move(next->unreadable)};
  if (const Status left = leave(*file, folder, name, *next); !left) appended.not_left = left.error();
  return appended;
}

}  // namespace skq::cli
