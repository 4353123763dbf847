#include "kernel/system_limits.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "kernel/net_counters.h"
#include "kernel/net_files.h"
#include "skq/result.h"

namespace skq::kernel {
namespace {

struct Row {
  std::string_view name;
  const char* path;
  std::array<std::string_view, 3> parts;
  std::string_view unit, help;
};

constexpr std::array<std::string_view, 3> one{};
constexpr std::array<std::string_view, 3> sizes{"min", "default", "max"};
constexpr std::array<std::string_view, 3> levels{"low", "pressure", "high"};

constexpr std::array rows{
    Row{"net.core.wmem_default", "net/core/wmem_default", one, "bytes", "send buffer of a new socket that is not TCP"},
    Row{"net.core.wmem_max", "net/core/wmem_max", one, "bytes", "the most that SO_SNDBUF is heard for"},
    Row{"net.core.rmem_default", "net/core/rmem_default", one, "bytes",
        "receive buffer of a new socket that is not TCP"},
    Row{"net.core.rmem_max", "net/core/rmem_max", one, "bytes", "the most that SO_RCVBUF is heard for"},
    Row{"net.core.optmem_max", "net/core/optmem_max", one, "bytes", "a socket's options, filters and control messages"},
    Row{"net.ipv4.tcp_wmem", "net/ipv4/tcp_wmem", sizes, "bytes", "TCP send buffer, grown from default up to max"},
    Row{"net.ipv4.tcp_rmem", "net/ipv4/tcp_rmem", sizes, "bytes", "TCP receive buffer, grown from default up to max"},
    Row{"net.ipv4.tcp_mem", "net/ipv4/tcp_mem", levels, "pages", "all TCP sockets of the host together"},
    Row{"net.ipv4.udp_mem", "net/ipv4/udp_mem", levels, "pages", "all UDP sockets of the host together"},
    Row{"net.ipv4.udp_wmem_min", "net/ipv4/udp_wmem_min", one, "bytes",
        "a UDP socket may send this even under pressure"},
    Row{"net.ipv4.udp_rmem_min", "net/ipv4/udp_rmem_min", one, "bytes",
        "a UDP socket may receive this even under pressure"},
    Row{"net.unix.max_dgram_qlen", "net/unix/max_dgram_qlen", one, "",
        "messages that wait at a unix datagram receiver; one more fits"},
    Row{"net.core.somaxconn", "net/core/somaxconn", one, "", "listen(2) with a larger backlog is cut to this"},
    Row{"net.ipv4.tcp_max_syn_backlog", "net/ipv4/tcp_max_syn_backlog", one, "", "half-open connections of a listener"},
    Row{"net.ipv4.tcp_max_orphans", "net/ipv4/tcp_max_orphans", one, "",
        "TCP sockets that no process holds any more, of the host"},
    Row{"net.ipv4.tcp_max_tw_buckets", "net/ipv4/tcp_max_tw_buckets", one, "", "TIME-WAIT sockets"},
    Row{"net.core.netdev_max_backlog", "net/core/netdev_max_backlog", one, "",
        "packets that wait for a CPU to take them"},
    Row{"net.ipv4.ip_local_port_range",
        "net/ipv4/ip_local_port_range",
        {"first", "last"},
        "",
        "ports that connect(2) picks from"},
};

void note(SystemLimits& limits, const char* path, int error) {
  if (error != 0 && error != ENOENT)
    limits.gaps.push_back({GapKind::system, Error{std::string("read /proc/sys/") + path, error}.text()});
}

Sysctl read_row(const Row& row, SystemLimits& limits) {
  Sysctl sysctl{.name = row.name, .path = row.path, .parts = {}, .unit = row.unit, .help = row.help, .values = {}};
  for (const std::string_view part : row.parts) {
    if (!part.empty()) sysctl.parts.push_back(part);
  }
  std::string text;
  note(limits, row.path, read_sysctl(row.path, text));
  sysctl.values = read_numbers(text);
  if (sysctl.values.size() != (sysctl.parts.empty() ? 1 : sysctl.parts.size())) sysctl.values.clear();
  return sysctl;
}

void read_descriptor_limits(SystemLimits& limits) {
  rlimit own{};
  if (::getrlimit(RLIMIT_NOFILE, &own) == 0) {
    if (own.rlim_cur != RLIM_INFINITY) limits.descriptors_soft = own.rlim_cur;
    if (own.rlim_max != RLIM_INFINITY) limits.descriptors_hard = own.rlim_max;
  }
  std::string text;
  note(limits, "fs/file-nr", read_sysctl("fs/file-nr", text));
  const auto files = read_numbers(text);
  if (files.size() != 3) return;
  limits.files_open = files[0];
  limits.files_max = files[2];
}

}  // namespace

SystemLimits read_system_limits() {
  SystemLimits limits;
  limits.has_sysctls = has_sysctls(limits.gaps);
  for (const Row& row : rows) limits.sysctls.push_back(read_row(row, limits));
  read_descriptor_limits(limits);
  const long page = ::sysconf(_SC_PAGESIZE);
  limits.page_size = page > 0 ? static_cast<std::uint64_t>(page) : 0;
  return limits;
}

}  // namespace skq::kernel
