// Puts a look at the sockets into its day's file: brings the recorder, which knows no files, and the file together.
#pragma once

#include <optional>
#include <string>

#include "kernel/day_file.h"
#include "skq/store.h"

namespace skq::cli {

struct Appended {
  std::string name;  ///< of the file
  SnapshotHead head;
  std::uint64_t bytes = 0;
  /// Why the recorder that comes next finds nothing beside the file. It then reads the file itself: nothing is lost.
  std::optional<Error> not_left;
  /// Why nothing can build on what the file ended with, so that this is a full one; empty: that could be read.
  std::string unreadable = {};
};

/// Into the file of the look's day, below the folder. Under the file's lock from the first look at it to the last byte.
/// `wait` is for that lock. `durable`: on the disk before this returns. A file may not grow beyond RLIMIT_FSIZE:
/// whoever has such a limit ignores SIGXFSZ, and gets an Error.
Result<Appended> append_snapshot(const std::string& folder, Recorder& recorder, const Look& look, NameService* names,
                                 bool durable, const kernel::LockWait& wait = {});

}  // namespace skq::cli
