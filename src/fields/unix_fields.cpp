#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/print.h"
#include "model/derived.h"
#include "model/name_tables.h"

namespace skq::fields {
namespace {

constexpr NeedSet queue{Need::unix_queue};
constexpr NetidSet datagrams{Netid::u_dgr};

constexpr auto rows = std::array{
    field({.name = "peer_inode",
           .title = "Peer Inode",
           .help = "Inode of the other end; 0 is the kernel's own 0 (not yet accepted, or dead), absent is no peer.",
           .source = "UNIX_DIAG_PEER",
           .needs = NeedSet(Need::peer_inode),
           .families = unix_family},
          [](const Socket& s) -> std::optional<Inode> {
            if (s.unix_part() == nullptr) return std::nullopt;
            return s.unix_part()->peer_inode;
          }),
    field(
        {.name = "peer_status",
         .title = "Peer Status",
         .help = "What the peer is: none, connected, elsewhere (not in this dump), pending (not yet accepted) or dead.",
         .source = "UNIX_DIAG_PEER, UNIX_DIAG_SHUTDOWN, UNIX_DIAG_ICONS",
         .needs = NeedSet(Need::peer_inode, Need::peer),
         .families = unix_family,
         .words = peer_status_names},
        [](const Socket& s) -> std::optional<std::string_view> {
          const auto status = peer_status(s);
          if (!status) return std::nullopt;
          return to_text(*status);
        }),
    field({.name = "vfs_ino",
           .title = "VFS Inode",
           .help = "Inode in the file system of the file the socket is bound to.",
           .source = "UNIX_DIAG_VFS",
           .shown = Shown::extended,
           .needs = NeedSet(Need::vfs),
           .families = unix_family},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (s.unix_part() == nullptr || !s.unix_part()->vfs) return std::nullopt;
            return s.unix_part()->vfs->inode;
          }),
    field({.name = "vfs_dev",
           .title = "VFS Device",
           .help = "Device of that file system as major:minor.",
           .source = "UNIX_DIAG_VFS",
           .shown = Shown::extended,
           .needs = NeedSet(Need::vfs),
           .families = unix_family},
          [](const Socket& s, TextContext& c) -> std::optional<std::string_view> {
            if (s.unix_part() == nullptr || !s.unix_part()->vfs) return std::nullopt;
            c.scratch.clear();
            append_number(c.scratch, s.unix_part()->vfs->major);
            c.scratch += ':';
            append_number(c.scratch, s.unix_part()->vfs->minor);
            return c.scratch;
          }),
    field({.name = "dgram_queue",
           .title = "Dgram Queue",
           .help = "Messages that wait to be received from this datagram socket; told by BPF alone.",
           .source = "BPF: sk_receive_queue",
           .shown = Shown::extended,
           .needs = queue,
           .families = unix_family,
           .netids = datagrams},
          [](const Socket& s) { return dgram_queue(s); }),
    field(
        {.name = "dgram_limit",
         .title = "Dgram Limit",
         .help = "How many messages fit, net.unix.max_dgram_qlen + 1 of the time the socket was made; absent where it "
                 "is connected, since then its peer's memory decides.",
         .source = "BPF: sk_max_ack_backlog + 1; unix_recvq_full()",
         .shown = Shown::extended,
         .needs = queue,
         .families = unix_family,
         .netids = datagrams},
        [](const Socket& s) { return dgram_limit(s); }),
    field({.name = "dgram_fill",
           .title = "Dgram Fill",
           .help = "Waiting messages in percent of how many fit; senders wait from 100 on.",
           .source = "dgram_queue / dgram_limit",
           .shown = Shown::extended,
           .needs = queue,
           .families = unix_family,
           .netids = datagrams},
          [](const Socket& s) { return dgram_fill(s); }),
    field({.name = "fds_in_flight",
           .title = "Fds In Flight",
           .help = "Descriptors in messages that this socket has not received yet; told by BPF alone.",
           .source = "BPF: scm_stat.nr_fds",
           .shown = Shown::extended,
           .needs = queue,
           .families = unix_family},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (s.unix_part() == nullptr || s.unix_part()->queue == nullptr) return std::nullopt;
            return s.unix_part()->queue->descriptors;
          }),
    field({.name = "in_flight",
           .title = "In Flight",
           .help = "Whether this socket itself travels in a message that is not received yet; told by BPF alone.",
           .source = "BPF: unix_sock.vertex, before Linux 6.10 inflight",
           .shown = Shown::extended,
           .needs = queue,
           .families = unix_family},
          [](const Socket& s) -> std::optional<bool> {
            if (s.unix_part() == nullptr || s.unix_part()->queue == nullptr) return std::nullopt;
            return s.unix_part()->queue->in_flight;
          }),
    field({.name = "pending",
           .title = "Pending",
           .help = "Inodes of the clients not yet accepted, 0 for one that has closed; absent when the list did not "
                   "come whole.",
           .source = "UNIX_DIAG_ICONS",
           .shown = Shown::extended,
           .needs = NeedSet(Need::pending, Need::queues),
           .families = unix_family},
          [](const Socket& s) -> std::optional<std::span<const Inode>> {
            if (s.unix_part() == nullptr || !s.unix_part()->pending_known) return std::nullopt;
            return s.unix_part()->pending;
          }),
};

}  // namespace

std::span<const Field> unix_fields() { return rows; }

}  // namespace skq::fields
