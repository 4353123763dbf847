// Small files of the kernel about the calling thread's network namespace: /proc/net and the sysctls.
#pragma once

#include <string>
#include <vector>

#include "skq/snapshot.h"

namespace skq::kernel {

/// /proc/net/NAME of the calling thread's namespace, whole. 0 or errno; ENOENT: this kernel has no such file.
int read_net_file(const char* name, std::string& text);

/// The first line of /proc/sys/NAME. 0 or errno; ENOENT also for what is told to the initial namespace only.
int read_sysctl(const char* name, std::string& text);

/// Whether there are any: /proc may not be mounted here, or without its sys. Then one gap says so.
bool has_sysctls(std::vector<Gap>& gaps);

}  // namespace skq::kernel
