#include <algorithm>
#include <array>

#include "base/text_utf8.h"
#include "fields/address_print.h"
#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/print.h"
#include "model/name_tables.h"

namespace skq::fields {
namespace {

bool is_unconnected(const InetPart& part) {
  return part.peer_port == 0 &&
         std::all_of(part.peer.bytes.begin(), part.peer.bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

constexpr FamilySet port_families{Family::inet, Family::inet6, Family::vsock};

std::optional<std::uint32_t> unless_any(std::uint32_t value) {
  if (value == VsockPart::any) return std::nullopt;
  return value;
}

std::optional<std::string_view> path(const Socket& s) {
  const UnixPart* part = s.unix_part();
  if (part == nullptr || !part->has_name) return std::nullopt;
  return is_abstract(*part) ? part->name.substr(1) : part->name;
}

constexpr auto rows = std::array{
    field({.name = "local",
           .title = "Local Address:Port",
           .help = "This end's address as ss prints it; for unix the name and the inode.",
           .source = "ss(8)",
           .needs = NeedSet(Need::name),
           .separated = true},
          [](const Socket& s, TextContext& c) { return local_text(s, c); }),
    field(
        {.name = "peer",
         .title = "Peer Address:Port",
         .help =
             "The other end's address as ss prints it; for unix the peer's inode, 0 when there is none yet or no more.",
         .source = "ss(8)",
         .needs = NeedSet(Need::peer_inode),
         .separated = true},
        [](const Socket& s, TextContext& c) { return peer_text(s, c); }),
    field({.name = "local_addr",
           .title = "Local Address",
           .help = "This end's IP address.",
           .source = "inet_diag_sockid",
           .families = inet_families},
          [](const Socket& s) -> std::optional<AddressValue> {
            if (s.inet() == nullptr) return std::nullopt;
            return AddressValue{s.family, &s.inet()->local};
          }),
    field({.name = "local_port",
           .title = "Local Port",
           .help = "This end's port; for raw sockets the IP protocol; absent for a vsock that has none.",
           .source = "inet_diag_sockid, vsock(7)",
           .families = port_families},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (const VsockPart* vsock = s.vsock()) return unless_any(vsock->local_port);
            if (s.inet() == nullptr) return std::nullopt;
            return s.inet()->local_port;
          }),
    field({.name = "peer_addr",
           .title = "Peer Address",
           .help = "The other end's IP address; absent when unconnected.",
           .source = "inet_diag_sockid",
           .families = inet_families},
          [](const Socket& s) -> std::optional<AddressValue> {
            if (s.inet() == nullptr || is_unconnected(*s.inet())) return std::nullopt;
            return AddressValue{s.family, &s.inet()->peer};
          }),
    field({.name = "peer_port",
           .title = "Peer Port",
           .help = "The other end's port; absent when unconnected.",
           .source = "inet_diag_sockid, vsock(7)",
           .families = port_families},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (const VsockPart* vsock = s.vsock()) return unless_any(vsock->peer_port);
            if (s.inet() == nullptr || is_unconnected(*s.inet())) return std::nullopt;
            return s.inet()->peer_port;
          }),
    field({.name = "dev",
           .title = "Dev",
           .help = "Network interface the socket is bound to; absent when to none.",
           .source = "SO_BINDTODEVICE; packet(7); XDP_DIAG_INFO",
           .families = FamilySet(Family::inet, Family::inet6, Family::packet, Family::xdp)},
          [](const Socket& s, TextContext& c) { return device(s, c); }),
    field({.name = "path",
           .title = "Path",
           .help = "Name a unix socket is bound to, exactly as bound; without the NUL that begins an abstract name.",
           .source = "UNIX_DIAG_NAME",
           .needs = NeedSet(Need::name),
           .families = unix_family},
          [](const Socket& s) { return path(s); }),
    field({.name = "path_b64",
           .title = "Path Base64",
           .help = "The name's bytes in base64, only where they are no UTF-8 and path therefore loses something.",
           .source = "UNIX_DIAG_NAME",
           .needs = NeedSet(Need::name),
           .families = unix_family},
          [](const Socket& s, TextContext& c) -> std::optional<std::string_view> {
            const auto bytes = path(s);
            if (!bytes || is_valid_utf8(*bytes)) return std::nullopt;
            return base64(*bytes, c);
          }),
    field({.name = "abstract",
           .title = "Abstract",
           .help = "Whether the unix socket's name is abstract, that is, no file.",
           .source = "unix(7)",
           .needs = NeedSet(Need::name),
           .families = unix_family},
          [](const Socket& s) -> std::optional<bool> {
            const UnixPart* part = s.unix_part();
            if (part == nullptr || !part->has_name) return std::nullopt;
            return is_abstract(*part);
          }),
    field({.name = "inode",
           .title = "Inode",
           .help =
               "The socket's inode as in /proc/PID/fd; absent for sockets that no descriptor can hold yet or any more.",
           .source = "sock_diag(7)"},
          [](const Socket& s) -> std::optional<Inode> {
            if (s.inode == Inode{0}) return std::nullopt;
            return s.inode;
          }),
    field({.name = "cookie",
           .title = "Cookie",
           .help = "The kernel's own identity of the socket, never used twice while the host runs, in "
                   "hexadecimal; absent where only /proc tells of the socket.",
           .source = "SO_COOKIE"},
          [](const Socket& s, TextContext& c) -> std::optional<std::string_view> {
            if (s.cookie == Cookie{0}) return std::nullopt;
            return hex(static_cast<std::uint64_t>(s.cookie), c);
          }),
    field({.name = "netns",
           .title = "Netns Inode",
           .help = "Inode of the network namespace the socket is in; absent where a recording does not tell.",
           .source = "/proc/PID/ns/net, network_namespaces(7)",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::netns)},
          [](const Socket& s) -> std::optional<std::uint64_t> {
            if (s.netns == nullptr) return std::nullopt;
            return s.netns->inode;
          }),
    field({.name = "netns_name",
           .title = "Netns Name",
           .help = "Name of that namespace; absent when it has none.",
           .source = "/run/netns, ip-netns(8)",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::netns)},
          [](const Socket& s) -> std::optional<std::string_view> {
            if (s.netns == nullptr || s.netns->name.empty()) return std::nullopt;
            return s.netns->name;
          }),
    field({.name = "uid",
           .title = "UID",
           .help = "User id that owns the socket.",
           .source = "sock_i_uid()",
           .needs = NeedSet(Need::uid)},
          [](const Socket& s) { return s.uid; }),
    field({.name = "user",
           .title = "User",
           .help = "Name of that user.",
           .source = "getpwuid(3)",
           .shown = Shown::extended,
           .needs = NeedSet(Need::uid, Need::users)},
          [](const Socket& s, TextContext& c) -> std::optional<std::string_view> {
            if (!s.uid || c.names == nullptr) return std::nullopt;
            const auto name = c.names->user(*s.uid);
            if (name.empty()) return std::nullopt;
            return name;
          }),
    field({.name = "shutdown",
           .title = "Shutdown",
           .help = "Directions that shutdown(2) has closed: none, rd, wr or rdwr.",
           .source = "sk_shutdown",
           .words = shutdown_names},
          [](const Socket& s) -> std::optional<std::string_view> {
            if (!s.shutdown) return std::nullopt;
            return to_text(*s.shutdown);
          }),
};

}  // namespace

std::span<const Field> address_fields() { return rows; }

}  // namespace skq::fields
