#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "model/derived.h"

namespace skq::fields {
namespace {

constexpr std::string_view meminfo = "SK_MEMINFO, net/core/sock.c sk_get_meminfo()";
constexpr NeedSet memory{Need::memory};
constexpr NeedSet memory_of_both{Need::memory, Need::peer, Need::peer_inode};
constexpr NeedSet queues_of_both{Need::memory, Need::queues, Need::peer, Need::peer_inode};

std::optional<Bytes> bytes(const Socket& s, MemoryItem item) {
  const auto value = s.memory.at(item);
  if (!value) return std::nullopt;
  return Bytes{*value};
}

// The nine values as the kernel sends them.
constexpr auto raw_rows = std::array{
    field({.name = "rmem_alloc",
           .title = "Rmem",
           .help = "Memory of received data not yet read; always 0 for unix, where the sender is charged.",
           .source = meminfo,
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return bytes(s, MemoryItem::rmem_alloc); }),
    field({.name = "rcvbuf",
           .title = "Rcvbuf",
           .help =
               "Limit of that memory, SO_RCVBUF as the kernel holds it (twice what setsockopt asked); unused by unix.",
           .source = meminfo,
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return bytes(s, MemoryItem::rcvbuf); }),
    field({.name = "wmem_alloc",
           .title = "Wmem",
           .help = "Truesize charged to this sender: unix, until the receiver has taken it; inet, until the device has "
                   "sent it.",
           .source = meminfo,
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return bytes(s, MemoryItem::wmem_alloc); }),
    field({.name = "sndbuf",
           .title = "Sndbuf",
           .help = "Limit of send memory, SO_SNDBUF as the kernel holds it (twice what setsockopt asked).",
           .source = meminfo,
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return bytes(s, MemoryItem::sndbuf); }),
    field({.name = "fwd_alloc",
           .title = "Fwd",
           .help = "Memory reserved for this socket ahead of use.",
           .source = meminfo,
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return bytes(s, MemoryItem::fwd_alloc); }),
    field({.name = "wmem_queued",
           .title = "Wqueued",
           .help = "Truesize of tcp data not yet acknowledged or not yet sent.",
           .source = meminfo,
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return bytes(s, MemoryItem::wmem_queued); }),
    field({.name = "optmem",
           .title = "Optmem",
           .help = "Memory of socket options and filters.",
           .source = meminfo,
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return bytes(s, MemoryItem::optmem); }),
    field({.name = "sk_backlog",
           .title = "Backlog",
           .help = "Memory of packets that arrived while the socket was locked.",
           .source = meminfo,
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return bytes(s, MemoryItem::backlog); }),
    field({.name = "drops",
           .title = "Drops",
           .help = "Packets dropped at this socket; on a tcp listener its own overflows; always 0 for unix.",
           .source = meminfo,
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return s.memory.at(MemoryItem::drops); }),
};

// What follows from them.
constexpr auto derived_rows = std::array{
    field({.name = "send_mem",
           .title = "Send Mem",
           .help = "The counter compared with sndbuf before a writer may go on: tcp wmem_queued, else wmem_alloc.",
           .source = "sock_alloc_send_pskb(), sk_stream_memory_free()",
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return send_mem(s); }),
    field({.name = "send_fill",
           .title = "Send Fill",
           .help = "Send memory in percent of sndbuf; may exceed 100, since the last message is let in while there is "
                   "any room.",
           .source = "send_mem / sndbuf",
           .shown = Shown::memory,
           .needs = memory},
          [](const Socket& s) { return send_fill(s); }),
    field({.name = "writable",
           .title = "Writable",
           .help = "What poll(POLLOUT) says by the memory rule; absent where the receiver decides.",
           .source = "unix_writable(), sk_stream_is_writeable(), sock_writeable()",
           .shown = Shown::memory,
           .needs = memory_of_both},
          [](const Socket& s) { return writable(s); }),
    field(
        {.name = "recv_mem",
         .title = "Recv Mem",
         .help = "Memory held for data this end has not read; for connected unix sockets the peer is charged with it.",
         .source = "rmem_alloc; unix: the peer's wmem_alloc",
         .shown = Shown::memory,
         .needs = memory_of_both},
        [](const Socket& s) { return recv_mem(s); }),
    field({.name = "recv_limit",
           .title = "Recv Limit",
           .help = "Limit of that memory.",
           .source = "rcvbuf; unix: the peer's sndbuf",
           .shown = Shown::memory,
           .needs = memory_of_both},
          [](const Socket& s) { return recv_limit(s); }),
    field({.name = "recv_fill",
           .title = "Recv Fill",
           .help = "Receive memory in percent of its limit.",
           .source = "recv_mem / recv_limit",
           .shown = Shown::memory,
           .needs = memory_of_both},
          [](const Socket& s) { return recv_fill(s); }),
    field({.name = "payload_percent",
           .title = "Payload",
           .help =
               "Payload sent and not yet taken, in percent of the memory charged for it; small messages make it tiny.",
           .source = "unix: the peer's recv_q / wmem_alloc; tcp: send_q / wmem_queued",
           .shown = Shown::memory,
           .needs = queues_of_both},
          [](const Socket& s) { return payload_percent(s); }),
    field({.name = "accept_queue",
           .title = "Accept Queue",
           .help = "Connections that wait for accept(2) on this listener.",
           .source = "recv_q of a listener",
           .needs = NeedSet(Need::queues)},
          [](const Socket& s) { return accept_queue(s); }),
    field({.name = "accept_limit",
           .title = "Accept Limit",
           .help = "How many connections fit: the backlog + 1.",
           .source = "send_q of a listener + 1; sk_acceptq_is_full()",
           .needs = NeedSet(Need::queues)},
          [](const Socket& s) { return accept_limit(s); }),
    field({.name = "accept_fill",
           .title = "Accept Fill",
           .help = "Waiting connections in percent of how many fit.",
           .source = "accept_queue / accept_limit",
           .needs = NeedSet(Need::queues)},
          [](const Socket& s) { return accept_fill(s); }),
    field({.name = "fill",
           .title = "Fill",
           .help = "The fill that blocks somebody first: the largest of send_fill, recv_fill, accept_fill and, where "
                   "it is known, dgram_fill; without that, of a unix datagram socket how full it is as a sender.",
           .source = "max(send_fill, recv_fill, accept_fill, dgram_fill)",
           .shown = Shown::memory,
           .needs = queues_of_both},
          [](const Socket& s) { return fill(s); }),
};

constexpr auto rows = [] {
  std::array<Field, raw_rows.size() + derived_rows.size()> all{};
  std::size_t at = 0;
  for (const Field& row : raw_rows) all[at++] = row;
  for (const Field& row : derived_rows) all[at++] = row;
  return all;
}();

}  // namespace

std::span<const Field> memory_fields() { return rows; }

}  // namespace skq::fields
