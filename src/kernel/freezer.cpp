#include "kernel/freezer.h"

#include <fcntl.h>

#include <array>
#include <utility>

#include "kernel/cgroup_tree.h"
#include "kernel/proc_dir.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

bool has_part(std::string_view list, std::string_view part) {
  while (!list.empty())
    if (take_until(list, ',') == part) return true;
  return false;
}

bool has_line(std::string_view text, std::string_view line) {
  while (!text.empty())
    if (take_line(text) == line) return true;
  return false;
}

/// A path below our mount; one that leads out of our cgroup namespace ("/../…") is none.
bool is_below(std::string_view path) { return path.size() > 1 && path.find("/..") == std::string_view::npos; }

}  // namespace

bool is_freezer_function(std::string_view wchan) {
  // kernel/signal.c for version 2, kernel/freezer.c for version 1 and for suspend
  return wchan == "do_freezer_trap" || wchan == "__refrigerator" || wchan == "refrigerator";
}

std::string find_freezer_mount(std::string_view mountinfo) {
  while (!mountinfo.empty()) {
    std::string_view line = take_line(mountinfo);
    const std::size_t dash = line.find(" - cgroup ");
    if (dash == std::string_view::npos) continue;
    const std::size_t options = line.rfind(' ');
    if (!has_part(line.substr(options + 1), "freezer")) continue;
    for (int skipped = 0; skipped < 4; ++skipped) take_until(line, ' ');
    return std::string(take_until(line, ' '));
  }
  return {};
}

Freezer::Freezer() : unified_(current_cgroup2_mount()) {
  constexpr std::size_t limit = std::size_t{1} << 24;
  std::string mountinfo;
  if (read_file_at(AT_FDCWD, "/proc/self/mountinfo", limit, mountinfo) == 0) freezer_ = find_freezer_mount(mountinfo);
}

bool Freezer::ask(const std::string& path, std::string_view frozen_line) {
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = known_.try_emplace(path, false);
  constexpr std::size_t limit = 4096;
  std::string text;
  if (is_new && read_file_at(AT_FDCWD, path.c_str(), limit, text) == 0) known->second = has_line(text, frozen_line);
  return known->second;
}

bool Freezer::is_frozen(std::string_view lines) {
  while (!lines.empty()) {
    std::string_view path = take_line(lines);
    take_until(path, ':');
    const std::string_view controllers = take_until(path, ':');
    if (!is_below(path)) continue;
    // A cgroup is frozen as well where one above it was: both versions say so in its own file.
    if (controllers.empty() && !unified_.empty() && ask(unified_ + std::string(path) + "/cgroup.events", "frozen 1"))
      return true;
    if (has_part(controllers, "freezer") && !freezer_.empty() &&
        ask(freezer_ + std::string(path) + "/freezer.state", "FROZEN"))
      return true;
  }
  return false;
}

}  // namespace skq::kernel
