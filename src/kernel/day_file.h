// A day's file of snapshots and the folder of such files. Bytes only: what they mean is the room store's business.
//
// Whoever appends holds the file's lock (flock) from before it looks at the end until its bytes are there, and writes
// them by one write: two recorders at once lose nothing, and a reader, who takes no lock, sees a torn end at most.
//
// Beside a day's file YYYYMMDD.* a hidden one, .YYYYMMDD.last, holds what whoever appends leaves for the next one. It
// is replaced under the same lock, and goes with its day.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "skq/byte_source.h"

namespace skq::kernel {

/// Whoever holds the lock of a day's file has made his look before: he needs as long as a few megabytes take to be
/// written. One who keeps it for longer is stuck, or none of ours.
struct LockWait {
  std::chrono::milliseconds longest = std::chrono::seconds(10);
  /// Waits so long; false: give up. None: nothing ends the wait early.
  std::function<bool(std::chrono::milliseconds)> pause = {};
};

class DayFile final : public ByteSource {
 public:
  /// Makes the file where there is none, with mode 0640 less the umask. Refuses a symbolic link and what is no regular
  /// file. An Error is EWOULDBLOCK where others held the lock all the time, and EINTR where the wait was given up.
  static Result<DayFile> open_to_append(const std::string& folder, const std::string& name, const LockWait& wait = {});
  static Result<DayFile> open_to_read(const std::string& path);

  [[nodiscard]] std::uint64_t size() const override;
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> to) const override;

  [[nodiscard]] std::uint64_t device() const { return device_; }
  [[nodiscard]] std::uint64_t inode() const { return inode_; }

  /// Cuts the file off at `keep` and appends. An Error, such as a full disk, leaves it at `keep`. `durable`: the bytes
  /// are on the disk before this returns.
  Status append(std::uint64_t keep, std::string_view bytes, bool durable);

  /// What lies beside the file; nothing where there is none that can be read.
  [[nodiscard]] std::optional<DayFile> open_beside() const;
  /// Puts that there instead, in one step and with mode 0640 less the umask.
  Status leave_beside(std::string_view bytes);

 private:
  DayFile(UniqueFd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  Result<bool> identify();

  UniqueFd file_;
  std::string path_;
  std::uint64_t device_ = 0, inode_ = 0;
};

struct DayFileEntry {
  std::string name;
  std::int64_t day = 0;  ///< what `day_of` gave
  std::uint64_t size = 0;
  bool regular = true;  ///< false: a folder, a fifo, a link to nothing: the name is all there is to it
};

/// Tells a day file's day by its name; nothing for other files.
using DayOf = std::function<std::optional<std::int64_t>(std::string_view)>;

/// A symbolic link to a regular file can be read as that file. It is never removed, nor is what it leads to.
enum class Links : std::uint8_t { left_out, followed };

/// The regular files of the folder whose name is one of a day, the oldest first; with Links::followed also whatever
/// else has such a name.
Result<std::vector<DayFileEntry>> list_day_files(const std::string& folder, const DayOf& day_of, Links links);

struct Retention {
  std::optional<std::int64_t> oldest_day;   ///< days before it go
  std::optional<std::uint64_t> most_bytes;  ///< the oldest go until the rest is no larger
};

/// Removes whole days with what lies beside them; the day of `current` and later ones never. Gives the names of those
/// removed.
Result<std::vector<std::string>> remove_old_days(const std::string& folder, const DayOf& day_of,
                                                 const std::string& current, const Retention& retention);

/// Removes what lies beside the days before that of `current`: nobody will append to them. Returns how many that were.
std::size_t remove_beside_older_days(const std::string& folder, const DayOf& day_of, const std::string& current);

}  // namespace skq::kernel
