#include "kernel/system_calls.h"

#include <asm/unistd.h>
#include <linux/net.h>

#include <array>
#include <utility>

namespace skq::kernel {
namespace {

using Shape = CallShape;

constexpr std::array known_calls{
    SystemCall{"read", Shape::transfer, WaitFor::receive},
    SystemCall{"readv", Shape::transfer, WaitFor::receive},
    SystemCall{"preadv2", Shape::transfer, WaitFor::receive},
    SystemCall{"recv", Shape::transfer, WaitFor::receive},
    SystemCall{"recvfrom", Shape::transfer, WaitFor::receive},
    SystemCall{"recvmsg", Shape::transfer, WaitFor::receive},
    SystemCall{"recvmmsg", Shape::transfer, WaitFor::receive},
    SystemCall{"recvmmsg_time64", Shape::transfer, WaitFor::receive},
    SystemCall{"write", Shape::transfer, WaitFor::send},
    SystemCall{"writev", Shape::transfer, WaitFor::send},
    SystemCall{"pwritev2", Shape::transfer, WaitFor::send},
    SystemCall{"send", Shape::transfer, WaitFor::send},
    SystemCall{"sendfile", Shape::transfer, WaitFor::send},  // to its first argument; from no socket
    SystemCall{"sendfile64", Shape::transfer, WaitFor::send},
    SystemCall{"sendto", Shape::sendto, WaitFor::send},
    SystemCall{"sendmsg", Shape::message, WaitFor::send},
    SystemCall{"sendmmsg", Shape::messages, WaitFor::send},
    SystemCall{"accept", Shape::transfer, WaitFor::accept},
    SystemCall{"accept4", Shape::transfer, WaitFor::accept},
    SystemCall{"connect", Shape::connect, WaitFor::connect},
    SystemCall{"splice", Shape::splice},
    SystemCall{"poll", Shape::poll},
    SystemCall{"ppoll", Shape::ppoll},
    SystemCall{"ppoll_time64", Shape::ppoll, {}, true},
    SystemCall{"_newselect", Shape::select},
    SystemCall{"select", Shape::select},
    SystemCall{"pselect6", Shape::pselect},
    SystemCall{"pselect6_time64", Shape::pselect, {}, true},
    SystemCall{"epoll_wait", Shape::epoll},
    SystemCall{"epoll_pwait", Shape::epoll},
    SystemCall{"epoll_pwait2", Shape::epoll_spec, {}, true},
    SystemCall{"io_uring_enter", Shape::io_uring},
    SystemCall{"socketcall", Shape::socketcall},
    SystemCall{"restart_syscall", Shape::restart},
};

// What may block on a file of another kind: worth to be told.
constexpr std::array<std::string_view, 32> calls_on_files{
    "pread64",   "pwrite64",       "preadv",     "pwritev",         "ioctl",
    "fcntl",     "fcntl64",        "flock",      "fsync",           "fdatasync",
    "ftruncate", "fallocate",      "lseek",      "_llseek",         "getdents",
    "fstat",     "getdents64",     "fstatfs",    "sync_file_range", "syncfs",
    "readahead", "fchmod",         "fchown",     "close",           "tee",
    "vmsplice",  "shutdown",       "getsockopt", "setsockopt",      "fgetxattr",
    "fsetxattr", "copy_file_range"};

// include/uapi/linux/net.h
constexpr std::array<std::pair<int, std::string_view>, 12> socket_calls{{{SYS_CONNECT, "connect"},
                                                                         {SYS_ACCEPT, "accept"},
                                                                         {SYS_SEND, "send"},
                                                                         {SYS_RECV, "recv"},
                                                                         {SYS_SENDTO, "sendto"},
                                                                         {SYS_RECVFROM, "recvfrom"},
                                                                         {SYS_SENDMSG, "sendmsg"},
                                                                         {SYS_RECVMSG, "recvmsg"},
                                                                         {SYS_ACCEPT4, "accept4"},
                                                                         {SYS_RECVMMSG, "recvmmsg"},
                                                                         {SYS_SENDMMSG, "sendmmsg"},
                                                                         {SYS_SHUTDOWN, "shutdown"}}};

constexpr CallTable::Name native_names[] = {
#include "kernel/syscall_names_native.inc"
};

const SystemCall* find_known(std::string_view name) {
  for (const SystemCall& call : known_calls)
    if (call.name == name) return &call;
  return nullptr;
}

SystemCall describe(std::string_view name, std::size_t word) {
  // The first select() of 32-bit machines; their _newselect is what others call select.
  if (name == "select" && word == sizeof(std::uint32_t)) return {name, Shape::old_select};
  if (const SystemCall* known = find_known(name)) return *known;
  for (const std::string_view on_file : calls_on_files)
    if (on_file == name) return {name, Shape::on_file};
  return {name};
}

}  // namespace

CallTable::CallTable(std::span<const Name> names, std::size_t word) {
  // arm has some of its own far above; they wait for nothing.
  constexpr std::int64_t highest = 4096;
  for (const Name& name : names) {
    if (name.number < 0 || name.number > highest) continue;
    const auto at = static_cast<std::size_t>(name.number);
    if (at >= calls_.size()) calls_.resize(at + 1);
    calls_[at] = describe(name.name, word);
  }
}

const SystemCall* CallTable::find(std::int64_t number) const {
  if (number < 0 || static_cast<std::uint64_t>(number) >= calls_.size()) return nullptr;
  const SystemCall& call = calls_[static_cast<std::size_t>(number)];
  return call.name.empty() ? nullptr : &call;
}

const CallTable* calls_of(std::size_t word) {
  static const CallTable native(native_names, sizeof(void*));
  static const CallTable compat(compat_call_names(), sizeof(std::uint32_t));
  if (word == sizeof(void*)) return &native;
  return word == sizeof(std::uint32_t) && !compat_call_names().empty() ? &compat : nullptr;
}

const SystemCall* socket_call(std::uint64_t number) {
  for (const auto& [known, name] : socket_calls)
    if (static_cast<std::uint64_t>(known) == number) return find_known(name);
  return nullptr;
}

const SystemCall& restarted_poll() {
  static constexpr SystemCall poll{"poll", Shape::poll};
  return poll;
}

}  // namespace skq::kernel
