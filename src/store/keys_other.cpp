// vsock, xdp and tipc.
#include "model/name_tables.h"
#include "store/build.h"
#include "store/key_chapters.h"
#include "store/text_values.h"

namespace skq::store {
namespace {

bool set_zero_copy(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* umem = part_of<XdpUmem>(b);
  bool zero_copy = false;
  if (umem == nullptr || !assign(zero_copy, cell)) return false;
  umem->flags = zero_copy ? 1 : 0;
  return true;
}

bool set_congestion(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* part = part_of<TipcPart>(b);
  const auto number = number_named(cell.text(), tipc_congestion_names);
  if (part == nullptr || !number || *number > UINT8_MAX) return false;
  part->congestion = static_cast<TipcCongestion>(*number);
  return true;
}

// Told only of sockets without a peer; a socket that has none of it has a peer, of which perhaps nothing else is known.
Value has_peer(const Socket& s, TextContext& /*context*/) {
  if (s.tipc() == nullptr || !s.tipc()->peer) return {};
  return true;
}

bool set_has_peer(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  bool has_one = false;
  return assign(has_one, cell) && has_one && part_of<TipcPeer>(b) != nullptr;
}

bool set_scope(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* group = part_of<TipcGroup>(b);
  if (group == nullptr) return false;
  group->node_scope = cell.text() == "node";
  group->cluster_scope = cell.text() == "cluster";
  return group->node_scope || group->cluster_scope;
}

void add_xdp(std::vector<Key>& keys) {
  keys.insert(keys.end(), {
                              of_field("xdp_queue", set<&XdpPart::queue>),
                              of_field("xdp_rx_entries", set<&XdpDetail::rx_entries>),
                              of_field("xdp_tx_entries", set<&XdpDetail::tx_entries>),
                              of_field("xdp_fill_entries", set<&XdpDetail::fill_entries>),
                              of_field("xdp_completion_entries", set<&XdpDetail::completion_entries>),
                              of_field("xdp_umem_id", set<&XdpUmem::id>),
                              of_field("xdp_umem_size", set<&XdpUmem::size>),
                              of_field("xdp_umem_pages", set<&XdpUmem::pages>),
                              of_field("xdp_umem_chunk_size", set<&XdpUmem::chunk_size>),
                              of_field("xdp_umem_headroom", set<&XdpUmem::headroom>),
                              of_field("xdp_umem_ifindex", set<&XdpUmem::interface>),
                              of_field("xdp_umem_queue", set<&XdpUmem::queue>),
                              of_field("xdp_umem_refs", set<&XdpUmem::refs>),
                              of_field("xdp_zerocopy", set_zero_copy),
                              of_field("xdp_rx_dropped", set<&XdpStats::rx_dropped>),
                              of_field("xdp_rx_invalid", set<&XdpStats::rx_invalid>),
                              of_field("xdp_rx_full", set<&XdpStats::rx_full>),
                              of_field("xdp_fill_ring_empty", set<&XdpStats::fill_ring_empty>),
                              of_field("xdp_tx_invalid", set<&XdpStats::tx_invalid>),
                              of_field("xdp_tx_ring_empty", set<&XdpStats::tx_ring_empty>),
                          });
}

void add_tipc(std::vector<Key>& keys) {
  keys.insert(keys.end(),
              {
                  of_field("tipc_node", set<&TipcPart::node>),
                  of_field("tipc_ref", set<&TipcPart::ref>),
                  {.name = "tipc_peer", .get = has_peer, .set = set_has_peer, .families = FamilySet(Family::tipc)},
                  of_field("tipc_peer_node", set<&TipcPeer::node>),
                  of_field("tipc_peer_ref", set<&TipcPeer::ref>),
                  of_field("tipc_via_type", set<&TipcPeer::type>),
                  of_field("tipc_via_instance", set<&TipcPeer::instance>),
                  of_field("tipc_congestion", set_congestion),
                  of_field("tipc_drops", set<&TipcPart::drops>),
                  of_field("tipc_published", set<&TipcPart::published>),
                  of_field("tipc_group", set<&TipcGroup::id>),
                  of_field("tipc_group_instance", set<&TipcGroup::instance>),
                  of_field("tipc_group_send_next", set<&TipcGroup::send_next>),
                  of_field("tipc_group_scope", set_scope),
                  of_field("tipc_group_open", set<&TipcGroup::open>),
              });
}

}  // namespace

std::vector<Key> other_keys() {
  std::vector<Key> keys{
      of_field("local_cid", set<&VsockPart::local_cid>),
      of_field("peer_cid", set<&VsockPart::peer_cid>),
  };
  add_xdp(keys);
  add_tipc(keys);
  return keys;
}

}  // namespace skq::store
