#include "kernel/destroy_request.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include <cerrno>

#include "kernel/family_table.h"
#include "kernel/request.h"

namespace skq::kernel {
namespace {

// With all bits set the kernel does not compare cookies (net/core/sock_diag.c, sock_diag_check_cookie).
constexpr Cookie any_cookie{~std::uint64_t{0}};

template <class T>
void append(std::vector<std::byte>& to, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  const std::size_t at = to.size();
  to.resize(at + sizeof(T));
  std::memcpy(to.data() + at, &value, sizeof(T));
}

inet_diag_sockid identity_of(const Socket& socket, const InetPart& part, std::uint16_t peer_port) {
  inet_diag_sockid id{};
  id.idiag_sport = htons(part.local_port);
  id.idiag_dport = htons(peer_port);
  std::memcpy(id.idiag_src, part.local.bytes.data(), sizeof id.idiag_src);
  std::memcpy(id.idiag_dst, part.peer.bytes.data(), sizeof id.idiag_dst);
  id.idiag_if = part.interface;
  const auto cookie = static_cast<std::uint64_t>(socket.cookie);
  id.idiag_cookie[0] = static_cast<std::uint32_t>(cookie);
  id.idiag_cookie[1] = static_cast<std::uint32_t>(cookie >> 32);
  return id;
}

}  // namespace

std::optional<std::vector<std::byte>> destroy_bytes(const Socket& socket, std::uint16_t peer_port,
                                                    std::uint32_t sequence) {
  const InetPart* const part = socket.inet();
  const std::uint32_t protocol = inet_protocol(socket.netid);
  if (part == nullptr || protocol == 0 || socket.cookie == Cookie{0} || socket.cookie == any_cookie) return {};

  std::vector<std::byte> bytes;
  nlmsghdr header{};
  header.nlmsg_type = SOCK_DESTROY;
  header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  header.nlmsg_seq = sequence;
  append(bytes, header);

  const bool fits = protocol <= 0xff;
  inet_diag_req_v2 body{};
  body.sdiag_family = row_of(socket.family).number;
  body.sdiag_protocol = fits ? static_cast<std::uint8_t>(protocol) : std::uint8_t{0};
  // struct inet_diag_req_raw: a raw socket's IP protocol stands where others have padding.
  if (socket.netid == Netid::raw) body.pad = static_cast<std::uint8_t>(part->local_port);
  body.idiag_states = ~0U;
  body.id = identity_of(socket, *part, peer_port);
  append(bytes, body);
  if (!fits) {
    append(bytes, nlattr{.nla_len = sizeof(nlattr) + sizeof protocol, .nla_type = INET_DIAG_REQ_PROTOCOL});
    append(bytes, protocol);
  }
  header.nlmsg_len = static_cast<std::uint32_t>(bytes.size());
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

std::optional<int> destroy_answer(ByteSpan datagram, std::uint32_t sequence) {
  const auto header = read_at<nlmsghdr>(datagram);
  if (!header || header->nlmsg_seq != sequence || header->nlmsg_type != NLMSG_ERROR) return std::nullopt;
  const auto error = read_at<std::int32_t>(datagram, sizeof(nlmsghdr));
  // The kernel's errors are -1 to -4095. A killed socket must never be made of an answer that says nothing.
  if (!error || *error > 0 || *error < -4095) return EPROTO;
  return -*error;
}

}  // namespace skq::kernel
