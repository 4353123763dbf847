#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "model/name_tables.h"

namespace skq::fields {
namespace {

constexpr FamilySet tipc_family{Family::tipc};
constexpr std::array<std::string_view, 2> scopes{"node", "cluster"};

using Number = std::optional<std::uint32_t>;

Number own(const Socket& s, Number TipcPart::*member) { return s.tipc() != nullptr ? s.tipc()->*member : std::nullopt; }

Number peer(const Socket& s, Number TipcPeer::*member) {
  return s.tipc() != nullptr && s.tipc()->peer ? (*s.tipc()->peer).*member : std::nullopt;
}

Number group(const Socket& s, Number TipcGroup::*member) {
  return s.tipc() != nullptr && s.tipc()->group != nullptr ? s.tipc()->group->*member : std::nullopt;
}

std::optional<std::string_view> congestion(const Socket& s) {
  if (s.tipc() == nullptr || !s.tipc()->congestion) return std::nullopt;
  return to_text(*s.tipc()->congestion);
}

std::optional<bool> published(const Socket& s) {
  if (s.tipc() == nullptr || s.tipc()->peer) return std::nullopt;
  return s.tipc()->published;
}

std::optional<std::string_view> scope(const Socket& s) {
  if (s.tipc() == nullptr || s.tipc()->group == nullptr) return std::nullopt;
  if (s.tipc()->group->node_scope) return scopes[0];
  if (s.tipc()->group->cluster_scope) return scopes[1];
  return std::nullopt;
}

std::optional<bool> open(const Socket& s) {
  if (s.tipc() == nullptr || s.tipc()->group == nullptr) return std::nullopt;
  return s.tipc()->group->open;
}

constexpr auto rows = std::array{
    field({.name = "tipc_node",
           .title = "TIPC Node",
           .help = "Node address of this end; 0 where TIPC has none yet.",
           .source = "TIPC_NLA_SOCK_ADDR",
           .families = tipc_family},
          [](const Socket& s) { return own(s, &TipcPart::node); }),
    field({.name = "tipc_ref",
           .title = "TIPC Port",
           .help = "Port of this end.",
           .source = "TIPC_NLA_SOCK_REF",
           .families = tipc_family},
          [](const Socket& s) { return own(s, &TipcPart::ref); }),
    field({.name = "tipc_peer_node",
           .title = "TIPC Peer Node",
           .help = "Node address of the other end; absent when unconnected.",
           .source = "TIPC_NLA_CON_NODE",
           .families = tipc_family},
          [](const Socket& s) { return peer(s, &TipcPeer::node); }),
    field({.name = "tipc_peer_ref",
           .title = "TIPC Peer Port",
           .help = "Port of the other end; absent when unconnected.",
           .source = "TIPC_NLA_CON_SOCK",
           .families = tipc_family},
          [](const Socket& s) { return peer(s, &TipcPeer::ref); }),
    field({.name = "tipc_via_type",
           .title = "TIPC Via Type",
           .help = "Type of the service that the connection was made to; absent when made to a port.",
           .source = "TIPC_NLA_CON_TYPE",
           .families = tipc_family},
          [](const Socket& s) { return peer(s, &TipcPeer::type); }),
    field({.name = "tipc_via_instance",
           .title = "TIPC Via Instance",
           .help = "Instance of that service.",
           .source = "TIPC_NLA_CON_INST",
           .families = tipc_family},
          [](const Socket& s) { return peer(s, &TipcPeer::instance); }),
    field({.name = "tipc_congestion",
           .title = "TIPC Congestion",
           .help = "What holds the sender back: none, link or conn, that is, the peer does not read.",
           .source = "TIPC_NLA_SOCK_STAT",
           .families = tipc_family,
           .words = tipc_congestion_names},
          [](const Socket& s) { return congestion(s); }),
    field({.name = "tipc_drops",
           .title = "TIPC Drops",
           .help = "Messages dropped because the receive queue was full.",
           .source = "TIPC_NLA_SOCK_STAT_DROP",
           .families = tipc_family},
          [](const Socket& s) { return own(s, &TipcPart::drops); }),
    field({.name = "tipc_published",
           .title = "TIPC Published",
           .help = "Whether the socket is bound to a service; absent when connected, where it is not told.",
           .source = "TIPC_NLA_SOCK_HAS_PUBL",
           .families = tipc_family},
          [](const Socket& s) { return published(s); }),
    field({.name = "tipc_group",
           .title = "TIPC Group",
           .help = "Communication group joined; absent when none.",
           .source = "TIPC_NLA_SOCK_GROUP_ID",
           .families = tipc_family},
          [](const Socket& s) { return group(s, &TipcGroup::id); }),
    field({.name = "tipc_group_instance",
           .title = "TIPC Group Instance",
           .help = "Number of this member in its group.",
           .source = "TIPC_NLA_SOCK_GROUP_INSTANCE",
           .families = tipc_family},
          [](const Socket& s) { return group(s, &TipcGroup::instance); }),
    field({.name = "tipc_group_send_next",
           .title = "TIPC Group Next",
           .help = "Number of the next broadcast to the group.",
           .source = "TIPC_NLA_SOCK_GROUP_BC_SEND_NEXT",
           .families = tipc_family},
          [](const Socket& s) { return group(s, &TipcGroup::send_next); }),
    field({.name = "tipc_group_scope",
           .title = "TIPC Group Scope",
           .help = "How far the group reaches: node or cluster.",
           .source = "TIPC_NLA_SOCK_GROUP_*_SCOPE",
           .families = tipc_family,
           .words = scopes},
          [](const Socket& s) { return scope(s); }),
    field({.name = "tipc_group_open",
           .title = "TIPC Group Open",
           .help = "Whether the member may send: the group has let it in.",
           .source = "TIPC_NLA_SOCK_GROUP_OPEN",
           .families = tipc_family},
          [](const Socket& s) { return open(s); }),
};

}  // namespace

std::span<const Field> tipc_fields() { return rows; }

}  // namespace skq::fields
