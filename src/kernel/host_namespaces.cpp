#include "kernel/host_namespaces.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "kernel/net_namespace.h"
#include "kernel/proc_dir.h"

namespace skq::kernel {
namespace {

constexpr std::size_t mountinfo_limit = std::size_t{1} << 24;
constexpr std::size_t comm_limit = 4096;

using Known = std::function<bool(std::uint64_t)>;

bool is_gone(int error) { return error == ENOENT || error == ESRCH; }

UniqueFd open_namespace(const char* path) {
  return UniqueFd(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

class Search {
 public:
  Search(const Known& known, const TakeNamespace& take, MissedNamespaces& missed)
      : known_(known), take_(take), missed_(missed) {}

  void look_at_files() {
    for (const NamespaceFile& file : named_network_namespaces()) look_at(file);
    std::string mountinfo;
    if (read_file_at(AT_FDCWD, "/proc/thread-self/mountinfo", mountinfo_limit, mountinfo) != 0) return;
    for (const NamespaceFile& file : mounted_network_namespaces(mountinfo)) look_at(file);
  }

  void look_at_processes() {
    const UniqueFd proc = open_directory(AT_FDCWD, "/proc");
    if (!proc.valid()) return;
    std::vector<char> buffer(std::size_t{1} << 16);
    for_each_number(proc.get(), buffer, [&](const char*, int pid) {
      look_at_process(pid);
      return true;
    });
  }

 private:
  [[nodiscard]] bool is_new(std::uint64_t inode) const { return !known_(inode) && !taken_.contains(inode); }

  void look_at(const NamespaceFile& file) {
    if (!is_new(file.inode)) return;
    UniqueFd fd = open_namespace(file.path.c_str());
    if (!fd.valid() && !is_gone(errno)) missed_.by_inode.insert({file.inode, {file.path, errno}});
    if (network_namespace_at(fd) == file.inode) hand_over({std::move(fd), file.inode, 0, file.path});
  }

  // A process that ended, or went elsewhere since, leads nowhere; others may still be there.
  void look_at_process(int pid) {
    const ProcPath path("/proc/", pid, "/ns/net");
    const std::uint64_t inode = network_namespace_at(path.c_str());
    if (inode == 0) return note_refusal(pid, errno);
    if (!is_new(inode)) return;
    UniqueFd fd = open_namespace(path.c_str());
    if (!fd.valid()) return note_refusal(pid, errno);
    if (network_namespace_at(fd) != inode) return;
    hand_over({std::move(fd), inode, net_files_of(ProcPath(pid).c_str()), process_in_words(pid)});
  }

  void hand_over(FoundNamespace found) {
    taken_.insert(found.inode);
    take_(std::move(found));
  }

  // EACCES: another user's process, or one that gave up a right that we lack. It mostly is in a namespace that is
  // known.
  void note_refusal(int pid, int error) {
    if (is_gone(error)) return;
    const std::uint64_t files = net_files_of(ProcPath(pid).c_str());
    if (files != 0 && !missed_.by_files.contains(files))
      missed_.by_files.insert({files, {process_in_words(pid), error}});
  }

  const Known& known_;
  const TakeNamespace& take_;
  MissedNamespaces& missed_;
  std::set<std::uint64_t> taken_;
};

}  // namespace

// Of the same file in two namespaces the inodes differ (fs/proc/generic.c, proc_register).
std::uint64_t net_files_of(const char* process) {
  struct stat status {};
  return ::stat(ProcPath("/proc/", process, "/net/sockstat").c_str(), &status) == 0 ? status.st_ino : 0;
}

std::string process_in_words(int pid) {
  std::string text = "pid " + std::to_string(pid);
  std::string comm;
  if (read_file_at(AT_FDCWD, ProcPath("/proc/", pid, "/comm").c_str(), comm_limit, comm) != 0) return text;
  if (comm.ends_with('\n')) comm.pop_back();
  return text + " (" + comm + ")";
}

void find_network_namespaces(const Known& known, const TakeNamespace& take, MissedNamespaces& missed) {
  Search search(known, take, missed);
  search.look_at_files();
  search.look_at_processes();
}

}  // namespace skq::kernel
