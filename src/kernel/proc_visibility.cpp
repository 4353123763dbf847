#include "kernel/proc_visibility.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <string>

#include "kernel/proc_dir.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

constexpr std::string_view initial_pid_namespace = "pid:[4026531836]";  // PROC_PID_INIT_INO, include/linux/proc_ns.h
constexpr std::size_t mountinfo_limit = std::size_t{1} << 24;

// fs/proc/root.c: numbers before linux 5.8, words since.
constexpr std::array<std::string_view, 4> hiding_options = {"hidepid=2", "hidepid=4", "hidepid=invisible",
                                                            "hidepid=ptraceable"};

bool has_hiding_option(std::string_view options) {
  while (!options.empty()) {
    const std::string_view option = take_until(options, ',');
    if (std::find(hiding_options.begin(), hiding_options.end(), option) != hiding_options.end()) return true;
  }
  return false;
}

}  // namespace

bool mount_hides_processes(std::string_view mountinfo, std::string_view mount_point) {
  bool hides = false;
  while (!mountinfo.empty()) {
    // proc_pid_mountinfo(5): id parent device root MOUNT_POINT options [fields] - TYPE source SUPER_OPTIONS
    std::string_view line = take_until(mountinfo, '\n');
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    std::string_view tail = line.substr(dash + 3);
    for (int skipped = 0; skipped < 4; ++skipped) take_until(line, ' ');
    if (take_until(line, ' ') != mount_point || take_until(tail, ' ') != "proc") continue;
    take_until(tail, ' ');
    hides = has_hiding_option(tail);  // the last mount on a place is the one that is seen
  }
  return hides;
}

bool is_inner_pid_namespace(int proc) {
  const std::string space = read_link_at(proc, "self/ns/pid");
  return !space.empty() && space != initial_pid_namespace;
}

bool hides_processes(int proc, std::string_view mount_point) {
  if (is_inner_pid_namespace(proc)) return true;
  std::string mountinfo;
  const int error = read_file_at(proc, "self/mountinfo", mountinfo_limit, mountinfo);
  // Without the file nothing can be asked; what cannot be read for another reason may say anything.
  if (error != 0) return error != ENOENT && error != ESRCH;
  struct stat status {};
  return mount_hides_processes(mountinfo, mount_point) && ::fstatat(proc, "1", &status, 0) != 0;
}

}  // namespace skq::kernel
