#include "kernel/target_facts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdlib>
#include <memory>

#include "kernel/proc_dir.h"

namespace skq::kernel {

std::vector<RunningProcess> running_processes() {
  constexpr std::size_t buffer_size = std::size_t{32} << 10U, longest_comm = 64;
  std::vector<RunningProcess> all;
  const UniqueFd proc = open_directory(AT_FDCWD, "/proc");
  if (!proc.valid()) return all;
  std::vector<char> buffer(buffer_size);
  for_each_number(proc.get(), buffer, [&](const char*, int pid) {
    RunningProcess process{pid, {}};
    // A comm may have newlines of its own: only the last is the kernel's (fs/proc/base.c, comm_show).
    if (read_file_at(proc.get(), ProcPath(pid, "/comm").c_str(), longest_comm, process.comm) != 0) return true;
    if (process.comm.ends_with('\n')) process.comm.pop_back();
    all.push_back(std::move(process));
    return true;
  });
  return all;
}

PathFacts look_up_path(const std::string& path) {
  PathFacts facts;
  const std::unique_ptr<char, decltype(&std::free)> canonical(::realpath(path.c_str(), nullptr), &std::free);
  if (canonical != nullptr) facts.canonical = canonical.get();
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode))
    facts.file = VfsObject{static_cast<std::uint32_t>(status.st_ino), ::major(status.st_dev), ::minor(status.st_dev)};
  return facts;
}

}  // namespace skq::kernel
