// One socket as the kernel told it, with who holds it: plain data, no kernel header. Whatever the kernel did not say is
// an empty optional, never a zero.
//
// To add a kernel datum: a member here or in socket_parts.h, a decode line in src/kernel/, a row in src/fields/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "skq/kinds.h"
#include "skq/socket_parts.h"
#include "skq/types.h"

namespace skq {

/// What /proc tells of a process that holds sockets. Read only when a column asks.
struct Process {
  std::string_view cmdline;  ///< arguments joined by spaces
  std::string_view cgroup;   ///< path in the unified hierarchy (or systemd's own on v1)
  std::string_view container;
  std::string_view unit;
};

/// SELinux contexts around one descriptor: text of whoever labelled it. Empty: not to be had.
struct SecurityContext {
  std::string_view process;       ///< /proc/PID/attr/current
  std::string_view socket;        ///< security.selinux of the socket's inode
  bool socket_asked_for = false;  ///< else `socket` was not looked at
};

/// One descriptor that holds a socket.
struct Owner {
  int pid = 0;
  int tid = 0;  ///< 0 unless threads were asked for
  int fd = 0;
  std::string_view comm;                      ///< any bytes
  const Process* process = nullptr;           ///< null: not asked for, or gone
  const SecurityContext* security = nullptr;  ///< null: not asked for
};

/// Everybody who holds a socket.
struct Owners {
  std::span<const Owner> list;
};

/// What became of the request to close a socket (skq/destroy.h).
enum class DestroyResult : std::uint8_t {
  killed,         ///< the kernel said that it closed this very socket
  survived,       ///< its owner was told of an error, but the socket is still there: udp and raw ones that are bound
  gone,           ///< it was no longer there: somebody else closed it first
  not_permitted,  ///< lives on: closing takes CAP_NET_ADMIN
  not_supported,  ///< lives on: the kernel cannot close sockets of this kind
  unreachable,    ///< lives on: asked for its address, the kernel finds another socket
  failed,         ///< whatever else
  not_tried       ///< lives on: skq was interrupted before its turn came
};

/// "killed", "not-permitted", …
std::string_view to_text(DestroyResult result);

/// What was done to a socket, or when it was seen to go: what -K and -E know beside the row itself.
struct Fate {
  std::string_view time;                ///< -E: when its end was heard of; empty: not said
  std::optional<DestroyResult> result;  ///< -K
  std::string_view error;               ///< -K: why it was not killed; empty: nothing to explain
};

/// A network namespace. Lives as long as the Source that told of it.
struct NetNamespace {
  std::uint64_t inode = 0;  ///< of /proc/PID/ns/net
  std::string name;         ///< below /run/netns; empty: none
  bool foreign = false;     ///< not the one that skq looks from: numbers of interfaces mean others there
};

struct Socket {
  Family family{};
  Netid netid{};
  State state = State::unknown;
  std::optional<Shutdown> shutdown;
  Inode inode{};  ///< 0: none
  Cookie cookie{};
  std::optional<std::uint32_t> recv_q, send_q;
  std::optional<std::uint32_t> uid;
  Memory memory;
  std::variant<std::monostate, UnixPart, InetPart, NetlinkPart, PacketPart, VsockPart, XdpPart, TipcPart> part;

  // Joined by collect; the kernel does not say these.
  const Socket* other_end = nullptr;    ///< the peer's row of the same snapshot
  const Owners* owners = nullptr;       ///< null: not looked, or not allowed to; empty list: nobody holds it
  const Owners* peer_owners = nullptr;  ///< the same for the other end

  const NetNamespace* netns = nullptr;  ///< null: nobody asked (Need::netns), or not known
  const Fate* fate = nullptr;           ///< null: in a mere listing

  [[nodiscard]] const UnixPart* unix_part() const { return std::get_if<UnixPart>(&part); }
  [[nodiscard]] const InetPart* inet() const { return std::get_if<InetPart>(&part); }
  [[nodiscard]] const NetlinkPart* netlink() const { return std::get_if<NetlinkPart>(&part); }
  [[nodiscard]] const PacketPart* packet() const { return std::get_if<PacketPart>(&part); }
  [[nodiscard]] const VsockPart* vsock() const { return std::get_if<VsockPart>(&part); }
  [[nodiscard]] const XdpPart* xdp() const { return std::get_if<XdpPart>(&part); }
  [[nodiscard]] const TipcPart* tipc() const { return std::get_if<TipcPart>(&part); }
};
static_assert(sizeof(Socket) <= 224, "one for each row: what few rows have goes into the arena");

}  // namespace skq
