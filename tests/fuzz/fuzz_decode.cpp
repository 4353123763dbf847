// The walk over datagrams and every decoder. The first byte chooses the family and protocol, the second the states; the
// rest is one datagram, whose sequence and portid are those of its first message, so that rows get through.
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/dump_reader.h"

namespace {

using namespace skq;

constexpr DumpRequest requests[] = {
    {Family::unix_domain, Netid::u_str, {}, {}, false}, {Family::inet, Netid::tcp, {}, {}, false},
    {Family::inet6, Netid::udp, {}, {}, false},         {Family::netlink, Netid::nl, {}, {}, false},
    {Family::packet, Netid::p_raw, {}, {}, false},      {Family::vsock, Netid::v_str, {}, {}, false},
    {Family::xdp, Netid::xdp, {}, {}, false},           {Family::tipc, Netid::ti_st, {}, {}, false},
    {Family::inet, Netid::sctp, {}, {}, false},
};

// Reads what a row points to: a sanitizer sees a span that does not lie in the arena.
std::uint64_t sum(std::span<const std::byte> bytes) {
  std::uint64_t total = 0;
  for (const std::byte byte : bytes) total += std::to_integer<unsigned>(byte);
  return total;
}

std::uint64_t touch(const Socket& socket) {
  std::uint64_t total = socket.memory.known;
  if (const auto* part = socket.unix_part()) {
    total += sum(std::as_bytes(std::span(part->name))) + sum(std::as_bytes(part->pending));
  }
  if (const auto* part = socket.inet(); part != nullptr && part->detail != nullptr) {
    const InetDetail& detail = *part->detail;
    total += sum(detail.tcp_info) + sum(detail.md5sig) + sum(std::as_bytes(detail.locals)) +
             sum(std::as_bytes(detail.peers));
    total += sum(detail.sk_bpf_storages) + sum(std::as_bytes(std::span(detail.cong)));
    if (detail.ulp) total += sum(detail.ulp->tls) + sum(detail.ulp->mptcp) + detail.ulp->name.size();
  }
  if (const auto* part = socket.netlink()) total += sum(std::as_bytes(part->groups));
  if (const auto* part = socket.packet(); part != nullptr && part->detail != nullptr) {
    total += sum(part->detail->filter) + sum(std::as_bytes(part->detail->memberships));
  }
  if (const auto* part = socket.xdp(); part != nullptr && part->detail != nullptr) {
    total += part->detail->rx_entries.value_or(0) + (part->detail->umem ? part->detail->umem->size : 0);
  }
  if (const auto* part = socket.tipc(); part != nullptr && part->group != nullptr) {
    total += part->group->id.value_or(0) + part->group->instance.value_or(0);
  }
  return total;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  DumpRequest request = requests[data[0] % std::size(requests)];
  request.states = data[1] == 0 ? ~StateSet{} : StateSet::from_bits(data[1] * 0x01010101U);
  const auto datagram = std::as_bytes(std::span(data, size)).subspan(2);
  const auto first = kernel::read_at<nlmsghdr>(datagram);
  const kernel::Conversation conversation{first ? first->nlmsg_seq : 0, first ? first->nlmsg_pid : 0};
  Arena arena;
  volatile std::uint64_t total = 0;
  const kernel::DumpReader::RowHandler row = [&](Socket& socket) {
    total = total + touch(socket);
    return true;
  };
  kernel::DumpReader reader(request, conversation, true, arena, row);
  reader.feed(datagram, false);
  return 0;
}
