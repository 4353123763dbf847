#include "kernel/mount_devices.h"

#include <fcntl.h>

#include <string>

#include "kernel/proc_dir.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

constexpr std::size_t short_file = 4096, longest_list = std::size_t{1} << 24;

}  // namespace

std::optional<int> parse_mount_id(std::string_view fdinfo) {
  while (!fdinfo.empty()) {
    std::string_view line = take_line(fdinfo);
    if (take_until(line, ':') == "mnt_id") return to_number<int>(take_word(line));
  }
  return std::nullopt;
}

std::optional<DeviceNumber> device_of_mount(std::string_view mountinfo, int mount_id) {
  while (!mountinfo.empty()) {
    std::string_view line = take_line(mountinfo);
    if (to_number<int>(take_word(line)) != mount_id) continue;
    take_word(line);  // the mount that it is mounted on
    std::string_view device = take_word(line);
    const auto major = to_number<std::uint32_t>(take_until(device, ':'));
    const auto minor = to_number<std::uint32_t>(device);
    if (!major || !minor) return std::nullopt;
    return DeviceNumber{*major, *minor};
  }
  return std::nullopt;
}

std::optional<DeviceNumber> MountDevices::of(int fd, int task, int tid) {
  std::string text;
  if (read_file_at(AT_FDCWD, ProcPath("/proc/thread-self/fdinfo/", fd).c_str(), short_file, text) != 0)
    return std::nullopt;
  const auto id = parse_mount_id(text);
  if (!id) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = known_.try_emplace(*id);
  if (!is_new) return known->second;
  if (read_file_at(task, ProcPath(tid, "/mountinfo").c_str(), longest_list, text) == 0)
    known->second = device_of_mount(text, *id);
  // Who has called chroot(2) is not shown the mount that its root is on.
  if (!known->second && read_file_at(AT_FDCWD, "/proc/thread-self/mountinfo", longest_list, text) == 0)
    known->second = device_of_mount(text, *id);
  return known->second;
}

}  // namespace skq::kernel
