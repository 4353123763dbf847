#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/print.h"
#include "model/derived.h"
#include "model/name_tables.h"

namespace skq::fields {
namespace {

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
