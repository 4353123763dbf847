#include "kernel/process_details.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "kernel/cgroup_names.h"
#include "kernel/proc_dir.h"

namespace skq::kernel {
namespace {

// Far above what execve(2) takes as one argument (128 KiB); a longer line is of no use to any reader.
constexpr std::size_t cmdline_limit = std::size_t{1} << 20;
constexpr std::size_t cgroup_limit = std::size_t{1} << 18;

/// Takes one line off the text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

/// A zombie leader has no memory any more, the other threads do.
std::string read_cmdline_of_thread(int process) {
  const UniqueFd task = open_directory(process, "task");
  if (!task.valid()) return {};
  std::vector<char> buffer(std::size_t{1} << 14);
  std::string cmdline;
  static_cast<void>(for_each_number(task.get(), buffer, [&](const char*, int tid) {
    cmdline = read_cmdline(process, ProcPath("task/", tid, "/cmdline").c_str());
    return cmdline.empty();
  }));  // where the list is short the command line stays unknown
  return cmdline;
}

}  // namespace

std::string join_arguments(std::string cmdline) {
  const std::size_t last = cmdline.find_last_not_of('\0');
  cmdline.resize(last == std::string::npos ? 0 : last + 1);
  std::replace(cmdline.begin(), cmdline.end(), '\0', ' ');
  return cmdline;
}

void read_cgroup_lines(std::string_view lines, ProcessText& text) {
  // cgroups(7): each line is id:controllers:path; a path cannot hold a newline (cgroup_mkdir refuses it).
  std::string_view unified;
  std::string_view systemd;
  std::string other_container;
  while (!lines.empty()) {
    const std::string_view line = take_line(lines);
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string_view path = line.substr(second + 1);
    if (controllers.empty()) unified = path;
    if (controllers == "name=systemd") systemd = path;
    if (other_container.empty()) other_container = container_of(path);
  }
  text.cgroup = unified.empty() ? systemd : unified;
  text.container = container_of(text.cgroup);
  if (text.container.empty()) text.container = other_container;
  text.unit = unit_of(text.cgroup);
  if (text.unit.empty()) text.unit = unit_of(systemd);
}

std::string read_cmdline(int process, const char* path) {
  std::string bytes;
  return read_file_at(process, path, cmdline_limit, bytes) == 0 ? join_arguments(std::move(bytes)) : std::string();
}

ProcessText read_process_text(int process) {
  ProcessText text;
  text.cmdline = read_cmdline(process, "cmdline");
  if (text.cmdline.empty() && count_threads(process) > 1) text.cmdline = read_cmdline_of_thread(process);
  std::string bytes;
  if (read_file_at(process, "cgroup", cgroup_limit, bytes) == 0) read_cgroup_lines(bytes, text);
  return text;
}

}  // namespace skq::kernel
