// The device of the file system that a file is on, as the kernel itself numbers it (s_dev), which is what unix_diag
// tells. stat(2) gives another one on btrfs and on overlayfs, which number the parts that they are made of.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>

namespace skq::kernel {

struct DeviceNumber {
  std::uint32_t major = 0, minor = 0;
  bool operator==(const DeviceNumber&) const = default;
};

/// The number behind "mnt_id:" in /proc/PID/fdinfo/FD; empty where there is none.
std::optional<int> parse_mount_id(std::string_view fdinfo);

/// Looks in the text of /proc/PID/mountinfo.
std::optional<DeviceNumber> device_of_mount(std::string_view mountinfo, int mount_id);

/// The devices of mounts that have been asked for. Mounts are numbered once for all namespaces.
class MountDevices {
 public:
  /// Of our own descriptor `fd`, on a mount that thread `tid` sees, whose process' /proc/PID/task is `task`. Empty:
  /// the mount is in no list that may be read.
  std::optional<DeviceNumber> of(int fd, int task, int tid);

 private:
  std::mutex mutex_;
  std::map<int, std::optional<DeviceNumber>> known_;
};

}  // namespace skq::kernel
