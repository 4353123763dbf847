#include <array>

#include "fields/composed_text.h"
#include "fields/family_text.h"
#include "fields/field_row.h"
#include "fields/fields_of.h"

namespace skq::fields {
namespace {

constexpr auto rows = std::array{
    field({.name = "mem",
           .title = "Mem",
           .help = "Send memory against its limit (send_mem/sndbuf); for a listener waiting connections against how "
                   "many fit; --sort and --where take send_mem.",
           .source = "send_mem, sndbuf, accept_queue, accept_limit",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::memory, Need::queues),
           .compared_as = "send_mem",
           .composed = true},
          [](const Socket& s, TextContext& c) { return mem_text(s, c); }),
    field({.name = "process",
           .title = "Process",
           .help = "Every owner, written as in ss.",
           .source = "ss(8)",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::owners),
           .composed = true},
          [](const Socket& s, TextContext& c) { return process_text(s, c); }),
    field({.name = "peer_process",
           .title = "Peer Process",
           .help = "Every owner of the other end, or why there is none.",
           .source = "peer_owners, peer_status",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::peer, Need::peer_inode, Need::peer_owners),
           .composed = true},
          [](const Socket& s, TextContext& c) { return peer_process_text(s, c); }),
    field({.name = "details",
           .title = "Details",
           .help = "What -e adds in ss, and for unix and netlink also the uid and the cookie.",
           .source = "ss(8)",
           .shown = Shown::on_request,
           .needs =
               NeedSet(Need::vfs, Need::pending, Need::queues, Need::uid, Need::detail, Need::peer, Need::peer_inode),
           .composed = true},
          [](const Socket& s, TextContext& c) { return details_text(s, c); }),
    field({.name = "skmem",
           .title = "Skmem",
           .help = "The nine SK_MEMINFO values, written as in ss.",
           .source = "ss(8)",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::memory),
           .composed = true,
           .continued = true},
          [](const Socket& s, TextContext& c) { return skmem_text(s, c); }),
    field({.name = "tipcinfo",
           .title = "Tipcinfo",
           .help = "What TIPC knows of a socket, written as in ss; also the group it has joined.",
           .source = "ss(8)",
           .shown = Shown::on_request,
           .families = FamilySet(Family::tipc),
           .composed = true,
           .continued = true},
          [](const Socket& s, TextContext& c) { return tipcinfo_text(s, c); }),
};

}  // namespace

std::span<const Field> composed_fields() { return rows; }

}  // namespace skq::fields
