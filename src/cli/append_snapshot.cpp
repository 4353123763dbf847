#include "cli/append_snapshot.h"

#include "kernel/day_file.h"

namespace skq::cli {

Result<Appended> append_snapshot(const std::string& folder, Recorder& recorder, const Look& look, NameService* names,
                                 bool durable) {
  const std::string name = day_file_name(look.circumstances->time_ns);
  auto file = kernel::DayFile::open_to_append(folder, name);
  if (!file) return file.error();
  auto next = recorder.next(*file, {file->device(), file->inode()}, look, names);
  if (!next) return next.error();
  const Status status = file->append(next->keep, next->frame, durable);
  recorder.written(bool(status));
  if (!status) return status.error();
  return Appended{name, std::move(next->head), next->frame.size()};
}

}  // namespace skq::cli
