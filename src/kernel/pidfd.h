// A process by its pid, and duplicates of its descriptors: pidfd_open(2) and pidfd_getfd(2), which glibc has from 2.36.
#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "base/unique_fd.h"

namespace skq::kernel {

// Headers of Linux 5.5 and before lack the second; since then a call has the same number on every machine but one.
#ifdef SYS_pidfd_getfd
inline constexpr long pidfd_open_number = SYS_pidfd_open, pidfd_getfd_number = SYS_pidfd_getfd;
#else
inline constexpr long pidfd_open_number = 434, pidfd_getfd_number = 438;
#endif

inline UniqueFd open_process(int pid) { return UniqueFd(static_cast<int>(::syscall(pidfd_open_number, pid, 0))); }

/// By the thread, which may have a table of its own; before Linux 6.9 only by the process.
inline UniqueFd open_thread(int pid, int tid) {
  constexpr unsigned thread_flag = O_EXCL;  // PIDFD_THREAD
  UniqueFd thread(static_cast<int>(::syscall(pidfd_open_number, tid, thread_flag)));
  return thread.valid() ? std::move(thread) : open_process(pid);
}

/// That process's descriptor as one of ours.
inline UniqueFd duplicate_of(const UniqueFd& process, int fd) {
  return UniqueFd(static_cast<int>(::syscall(pidfd_getfd_number, process.get(), fd, 0)));
}

}  // namespace skq::kernel
