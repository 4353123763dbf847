#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"

namespace skq::fields {
namespace {

constexpr std::string_view scan = "/proc/PID/fd, proc_pid_fd(5)";
constexpr NeedSet owners{Need::owners};
constexpr NeedSet peer_owners{Need::peer, Need::peer_inode, Need::peer_owners};
constexpr NeedSet process{Need::owners, Need::process};

const Owner* first(const Owners* all) { return all != nullptr && !all->list.empty() ? &all->list.front() : nullptr; }

std::optional<int> pid(const Owners* all) {
  if (first(all) == nullptr) return std::nullopt;
  return first(all)->pid;
}

std::optional<int> fd(const Owners* all) {
  if (first(all) == nullptr) return std::nullopt;
  return first(all)->fd;
}

std::optional<std::string_view> comm(const Owners* all) {
  if (first(all) == nullptr) return std::nullopt;
  return first(all)->comm;
}

std::optional<std::span<const Owner>> list(const Owners* all) {
  if (all == nullptr) return std::nullopt;
  return all->list;
}

std::optional<std::string_view> detail(const Socket& s, std::string_view Process::*member) {
  const Owner* owner = first(s.owners);
  if (owner == nullptr || owner->process == nullptr || (owner->process->*member).empty()) return std::nullopt;
  return owner->process->*member;
}

std::optional<std::string_view> security(const Socket& s, std::string_view SecurityContext::*member) {
  const Owner* owner = first(s.owners);
  if (owner == nullptr || owner->security == nullptr || (owner->security->*member).empty()) return std::nullopt;
  return owner->security->*member;
}

constexpr auto rows = std::array{
    field({.name = "pid",
           .title = "PID",
           .help = "Process id of the first owner.",
           .source = scan,
           .shown = Shown::owners,
           .needs = owners},
          [](const Socket& s) { return pid(s.owners); }),
    field({.name = "comm",
           .title = "Command",
           .help = "Command name of the first owner.",
           .source = scan,
           .shown = Shown::owners,
           .needs = owners},
          [](const Socket& s) { return comm(s.owners); }),
    field({.name = "fd",
           .title = "FD",
           .help = "Descriptor by which the first owner holds the socket.",
           .source = scan,
           .shown = Shown::owners,
           .needs = owners},
          [](const Socket& s) { return fd(s.owners); }),
    field({.name = "owners",
           .title = "Owners",
           .help = "Every descriptor of every process that holds the socket; empty: nobody, absent: not looked or not "
                   "allowed.",
           .source = scan,
           .shown = Shown::owners,
           .needs = owners},
          [](const Socket& s) { return list(s.owners); }),
    field({.name = "peer_pid",
           .title = "Peer PID",
           .help = "Process id of the other end's first owner (unix, and tcp and udp on this host).",
           .source = scan,
           .shown = Shown::owners,
           .needs = peer_owners},
          [](const Socket& s) { return pid(s.peer_owners); }),
    field({.name = "peer_comm",
           .title = "Peer Command",
           .help = "Command name of the other end's first owner.",
           .source = scan,
           .shown = Shown::owners,
           .needs = peer_owners},
          [](const Socket& s) { return comm(s.peer_owners); }),
    field({.name = "peer_fd",
           .title = "Peer FD",
           .help = "Descriptor by which that owner holds the other end.",
           .source = scan,
           .shown = Shown::owners,
           .needs = peer_owners},
          [](const Socket& s) { return fd(s.peer_owners); }),
    field({.name = "peer_owners",
           .title = "Peer Owners",
           .help = "Every descriptor of every process that holds the other end.",
           .source = scan,
           .shown = Shown::owners,
           .needs = peer_owners},
          [](const Socket& s) { return list(s.peer_owners); }),
    field({.name = "cgroup",
           .title = "Cgroup",
           .help = "Control group of the first owner.",
           .source = "/proc/PID/cgroup, cgroups(7)",
           .shown = Shown::on_request,
           .needs = process},
          [](const Socket& s) { return detail(s, &Process::cgroup); }),
    field({.name = "container",
           .title = "Container",
           .help = "Container of the first owner, as far as its control group's path tells.",
           .source = "/proc/PID/cgroup",
           .shown = Shown::on_request,
           .needs = process},
          [](const Socket& s) { return detail(s, &Process::container); }),
    field({.name = "cmdline",
           .title = "Command Line",
           .help = "Command line of the first owner.",
           .source = "/proc/PID/cmdline",
           .shown = Shown::on_request,
           .needs = process},
          [](const Socket& s) { return detail(s, &Process::cmdline); }),
    field({.name = "unit",
           .title = "Unit",
           .help = "Unit of systemd that the first owner runs in.",
           .source = "/proc/PID/cgroup",
           .shown = Shown::on_request,
           .needs = process},
          [](const Socket& s) { return detail(s, &Process::unit); }),
    field({.name = "context",
           .title = "Context",
           .help = "SELinux context of the first owner.",
           .source = "/proc/PID/attr/current",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::owners, Need::context)},
          [](const Socket& s) { return security(s, &SecurityContext::process); }),
    field({.name = "socket_context",
           .title = "Socket Context",
           .help = "SELinux context of the socket's inode, seen through its first owner.",
           .source = "security.selinux, xattr(7)",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::owners, Need::socket_context)},
          [](const Socket& s) { return security(s, &SecurityContext::socket); }),
};

}  // namespace

std::span<const Field> owner_fields() { return rows; }

}  // namespace skq::fields
