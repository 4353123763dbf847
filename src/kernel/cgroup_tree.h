// The cgroup2 hierarchy: which directory has which id. An id is the directory's inode number (fs/kernfs/mount.c), which
// is what INET_DIAG_CGROUP_ID gives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace skq::kernel {

/// Where cgroup2 is mounted, from the text of /proc/self/mountinfo; empty: nowhere.
std::string find_cgroup2_mount(std::string_view mountinfo);

/// Paths below the mount by id, "/" for its root; directories that may not be read are left out.
std::unordered_map<std::uint64_t, std::string> read_cgroup_tree(const std::string& mount);

/// The id of a cgroup given as a path in the file system, or as one below the mount.
std::optional<std::uint64_t> find_cgroup_id(const std::string& mount, std::string_view path);

/// find_cgroup2_mount() for the calling process.
std::string current_cgroup2_mount();

}  // namespace skq::kernel
