#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/print.h"
#include "model/name_tables.h"

namespace skq::fields {
namespace {

constexpr auto rows = std::array{
    field({.name = "family",
           .title = "Family",
           .help = "Address family of the socket.",
           .source = "socket(2)",
           .words = family_names},
          [](const Socket& s) { return to_text(s.family); }),
    field({.name = "netid",
           .title = "Netid",
           .help = "Kind of socket, named as in ss.",
           .source = "ss(8)",
           .words = netid_names},
          [](const Socket& s) { return to_text(s.netid); }),
    field({.name = "state",
           .title = "State",
           .help = "State of the connection; sockets that know none are UNCONN, associations of sctp have sctp's own.",
           .source = "include/net/tcp_states.h, include/net/sctp/constants.h",
           .words = state_words},
          [](const Socket& s, TextContext& c) { return state_text(s, c); }),
    field({.name = "recv_q",
           .title = "Recv-Q",
           .help = "What waits to be read, as the kernel counts it: see MEANING OF COLUMNS for each family and state.",
           .source = "net/unix/diag.c, net/ipv4/tcp_diag.c, net/ipv4/udp_diag.c",
           .needs = NeedSet(Need::queues)},
          [](const Socket& s) { return s.recv_q; }),
    field({.name = "send_q",
           .title = "Send-Q",
           .help = "What waits to be sent or taken, as the kernel counts it; a listener's backlog.",
           .source = "net/unix/diag.c, net/ipv4/tcp_diag.c, net/ipv4/udp_diag.c",
           .needs = NeedSet(Need::queues)},
          [](const Socket& s) { return s.send_q; }),
};

}  // namespace

std::span<const Field> identity_fields() { return rows; }

}  // namespace skq::fields
