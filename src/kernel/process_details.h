// What /proc tells of a process beside its descriptors: command line, cgroup, and what follows from the cgroup.
#pragma once

#include <string>
#include <string_view>

namespace skq::kernel {

struct ProcessText {
  std::string cmdline, cgroup, container, unit;
};

/// Reads them for an open /proc/PID. What cannot be read stays empty.
ProcessText read_process_text(int process);

/// The command line in one file of a process or thread; empty where there is none. Arguments that the process has put a
/// file over are not read by the kernel itself since Linux 4.17 (fs/proc/base.c, FOLL_ANON): their server, which may
/// never answer, is not asked.
std::string read_cmdline(int process, const char* path);

/// Arguments joined by spaces: every NUL a space, but those at the end (also what setproctitle left there) dropped.
std::string join_arguments(std::string cmdline);

/// Fills cgroup, container and unit from the text of /proc/PID/cgroup: the unified hierarchy's line, else systemd's own
/// one. On a hybrid host a container may show in another hierarchy only, so all lines are looked at for it.
void read_cgroup_lines(std::string_view lines, ProcessText& text);

}  // namespace skq::kernel
