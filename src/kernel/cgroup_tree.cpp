#include "kernel/cgroup_tree.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "kernel/proc_dir.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

constexpr std::size_t mountinfo_limit = std::size_t{1} << 24;

std::optional<std::uint64_t> cgroup2_id(const std::string& path) {
  const UniqueFd place = open_place(AT_FDCWD, path.c_str());
  struct statfs kind {};
  struct stat status {};
  if (!place.valid() || ::fstatfs(place.get(), &kind) != 0 || ::fstat(place.get(), &status) != 0) return std::nullopt;
  // f_type is wider than the constant on some machines and signed on others.
  if (static_cast<std::uint32_t>(kind.f_type) != CGROUP2_SUPER_MAGIC) return std::nullopt;
  return status.st_ino;
}

}  // namespace

std::string find_cgroup2_mount(std::string_view mountinfo) {
  while (!mountinfo.empty()) {
    std::string_view line = take_until(mountinfo, '\n');
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos || !line.substr(dash).starts_with(" - cgroup2 ")) continue;
    for (int skipped = 0; skipped < 4; ++skipped) take_until(line, ' ');
    return unescape_octal(take_until(line, ' '));
  }
  return {};
}

std::string current_cgroup2_mount() {
  std::string mountinfo;
  if (read_file_at(AT_FDCWD, "/proc/self/mountinfo", mountinfo_limit, mountinfo) != 0) return {};
  return find_cgroup2_mount(mountinfo);
}

std::unordered_map<std::uint64_t, std::string> read_cgroup_tree(const std::string& mount) {
  std::unordered_map<std::uint64_t, std::string> paths;
  const auto root = mount.empty() ? std::nullopt : cgroup2_id(mount);
  if (!root) return paths;
  paths.emplace(*root, "/");
  std::vector<std::string> left = {""};
  while (!left.empty()) {
    const std::string path = std::exchange(left.back(), {});
    left.pop_back();
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir((mount + path).c_str()), ::closedir);
    if (!directory) continue;
    while (const dirent* entry = ::readdir(directory.get())) {  // NOLINT(concurrency-mt-unsafe): our own stream
      const std::string_view name(&entry->d_name[0]);
      if (entry->d_type != DT_DIR || name == "." || name == "..") continue;
      std::string below = path + "/";
      below += name;
      paths.emplace(entry->d_ino, below);
      left.push_back(std::move(below));
    }
  }
  return paths;
}

std::optional<std::uint64_t> find_cgroup_id(const std::string& mount, std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return std::nullopt;
  if (auto id = cgroup2_id(std::string(path))) return id;
  if (mount.empty()) return std::nullopt;
  std::string below = mount + "/";
  below += path;
  return cgroup2_id(below);
}

}  // namespace skq::kernel
