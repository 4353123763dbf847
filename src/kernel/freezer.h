// Whether a cgroup is frozen, by either version's freezer.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace skq::kernel {

/// True for the kernel functions that a frozen thread sleeps in, once it was woken to go there.
bool is_freezer_function(std::string_view wchan);

class Freezer {
 public:
  /// Finds the hierarchies as mounted for the calling process.
  Freezer();
  Freezer(std::string unified, std::string freezer) : unified_(std::move(unified)), freezer_(std::move(freezer)) {}

  /// `lines` is the text of /proc/PID/cgroup. Each cgroup is asked once. What cannot be seen counts as not frozen.
  bool is_frozen(std::string_view lines);

 private:
  bool ask(const std::string& path, std::string_view frozen_line);

  std::string unified_, freezer_;  // where they are mounted; empty: nowhere
  std::mutex mutex_;
  std::map<std::string, bool, std::less<>> known_;
};

/// Where the hierarchy of version 1's freezer is mounted, from the text of /proc/self/mountinfo; empty: nowhere.
std::string find_freezer_mount(std::string_view mountinfo);

}  // namespace skq::kernel
