// Does /proc show every process? If not, that nobody is seen to hold a socket does not mean that nobody does.
#pragma once

#include <string_view>

namespace skq::kernel {

/// From the text of /proc/self/mountinfo: whether the proc file system mounted at `mount_point` leaves out processes
/// (hidepid=invisible or ptraceable). noaccess still lists them all; they count as unreadable.
bool mount_hides_processes(std::string_view mountinfo, std::string_view mount_point);

/// True where processes outside of our pid namespace exist, or may: it is not the initial one.
bool is_inner_pid_namespace(int proc);

/// True where the /proc opened as `proc` cannot show all processes of the host to us: it is mounted to hide some and
/// pid 1 is hidden from us, or our pid namespace is not the initial one.
bool hides_processes(int proc, std::string_view mount_point);

}  // namespace skq::kernel
