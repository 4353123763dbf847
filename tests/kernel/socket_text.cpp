#include "socket_text.h"

#include <array>
#include <sstream>

namespace skq::test {
namespace {

class Words {
 public:
  template <class T>
  void say(const char* name, const T& value) {
    out_ << (first_ ? "" : " ") << name << '=' << value;
    first_ = false;
  }
  void number(const char* name, std::uint64_t value) { say(name, value); }
  template <class T>
  void maybe(const char* name, const std::optional<T>& value) {
    if (value) number(name, static_cast<std::uint64_t>(*value));
  }
  template <class T>
  void list(const char* name, std::span<const T> values) {
    std::ostringstream text;
    for (std::size_t at = 0; at < values.size(); ++at)
      text << (at == 0 ? "" : ",") << static_cast<std::uint64_t>(values[at]);
    if (!values.empty()) say(name, text.str());
  }
  void bytes(const char* name, std::span<const std::byte> values) { list(name, values); }
  void quoted(const char* name, std::string_view value) {
    std::string text;
    for (const char c : value) {
      if (c >= ' ' && c < 0x7f)
        text += c;
      else
        text += '<' + std::to_string(static_cast<unsigned char>(c)) + '>';
    }
    say(name, '"' + text + '"');
  }
  [[nodiscard]] std::string text() const { return out_.str(); }

 private:
  std::ostringstream out_;
  bool first_ = true;
};

std::string ring_text(const Ring& ring) {
  std::ostringstream out;
  out << ring.block_size << ',' << ring.block_nr << ',' << ring.frame_size << ',' << ring.frame_nr << ','
      << ring.retire_tmo << ',' << ring.sizeof_priv << ',' << ring.features;
  return out.str();
}

void say(Words& words, const UnixPart& part) {
  if (part.has_name)
    words.quoted("name", part.name);
  else if (!part.name.empty())
    words.quoted("stray_name", part.name);
  if (part.peer_inode) words.number("peer_inode", static_cast<std::uint32_t>(*part.peer_inode));
  if (part.vfs) {
    words.number("vfs_inode", part.vfs->inode);
    words.number("vfs_major", part.vfs->major);
    words.number("vfs_minor", part.vfs->minor);
  }
  if (part.pending_known) words.number("pending_known", 1);
  words.list("pending", part.pending);
}

void say_congestion(Words& words, const InetDetail& detail) {
  if (!detail.cong.empty()) words.quoted("cong", detail.cong);
  if (const auto& v = detail.vegas) {
    words.list("vegas", std::span<const std::uint32_t>(std::array{v->enabled, v->rttcnt, v->rtt, v->minrtt}));
  }
  if (const auto& d = detail.dctcp) {
    words.list("dctcp", std::span<const std::uint32_t>(
                            std::array<std::uint32_t, 5>{d->enabled, d->ce_state, d->alpha, d->ab_ecn, d->ab_tot}));
  }
  if (const auto& b = detail.bbr) {
    words.list("bbr", std::span<const std::uint64_t>(
                          std::array<std::uint64_t, 4>{b->bw, b->min_rtt, b->pacing_gain, b->cwnd_gain}));
  }
}

void say_addresses(Words& words, const char* name, std::span<const SctpAddress> addresses) {
  for (const SctpAddress& one : addresses) {
    words.say(name, to_text(one.family));
    words.number("port", one.port);
    words.bytes("address", one.address.bytes);
  }
}

void say(Words& words, const InetDetail& detail) {
  words.number("detail", 1);
  words.maybe("tos", detail.tos);
  words.maybe("tclass", detail.tclass);
  words.maybe("class_id", detail.class_id);
  if (const auto& m = detail.memory) {
    words.list("mem", std::span<const std::uint32_t>(std::array{m->rmem, m->wmem, m->fmem, m->tmem}));
  }
  say_congestion(words, detail);
  words.bytes("tcp_info", detail.tcp_info);
  words.bytes("md5sig", detail.md5sig);
  say_addresses(words, "local", detail.locals);
  say_addresses(words, "peer", detail.peers);
  if (detail.primary) say_addresses(words, "primary", std::span(&*detail.primary, 1));
  words.bytes("storages", detail.sk_bpf_storages);
  if (detail.ulp) {
    words.quoted("ulp", detail.ulp->name);
    words.bytes("tls", detail.ulp->tls);
    words.bytes("subflow", detail.ulp->mptcp);
  }
}

void say(Words& words, const InetPart& part) {
  words.bytes("local", part.local.bytes);
  words.number("local_port", part.local_port);
  words.bytes("peer", part.peer.bytes);
  words.number("peer_port", part.peer_port);
  words.number("interface", part.interface);
  words.number("timer", part.timer);
  words.number("retransmits", part.retransmits);
  words.number("expires_ms", part.expires_ms);
  words.maybe("protocol", part.protocol);
  words.maybe("v6only", part.v6only);
  words.maybe("sockopt", part.sockopt);
  words.maybe("mark", part.mark);
  words.maybe("cgroup_id", part.cgroup_id);
  words.maybe("association", part.association);
  if (part.detail != nullptr) say(words, *part.detail);
}

void say(Words& words, const NetlinkPart& part) {
  words.number("protocol", part.protocol);
  words.number("type", part.type);
  words.number("connected", part.connected ? 1 : 0);
  words.number("portid", part.portid);
  words.number("dst_portid", part.dst_portid);
  words.number("dst_group", part.dst_group);
  words.maybe("flags", part.flags);
  if (part.rx_ring) words.say("rx_ring", ring_text(*part.rx_ring));
  if (part.tx_ring) words.say("tx_ring", ring_text(*part.tx_ring));
  words.list("groups", part.groups);
}

void say(Words& words, const PacketPart& part) {
  words.number("protocol", part.protocol);
  words.maybe("interface", part.interface);
  if (part.detail == nullptr) return;
  const PacketDetail& detail = *part.detail;
  words.maybe("version", detail.version);
  words.maybe("reserve", detail.reserve);
  words.maybe("copy_thresh", detail.copy_thresh);
  words.maybe("tstamp", detail.tstamp);
  words.maybe("flags", detail.flags);
  if (detail.rx_ring) words.say("rx_ring", ring_text(*detail.rx_ring));
  if (detail.tx_ring) words.say("tx_ring", ring_text(*detail.tx_ring));
  words.maybe("fanout", detail.fanout);
  words.bytes("filter", detail.filter);
  for (const PacketMembership& membership : detail.memberships) {
    words.number("member_interface", membership.interface);
    words.number("count", membership.count);
    words.number("type", membership.type);
    words.bytes("address", std::span(membership.address).first(membership.address_length));
  }
}

void say(Words& words, const VsockPart& part) {
  words.number("local_cid", part.local_cid);
  words.number("local_port", part.local_port);
  words.number("peer_cid", part.peer_cid);
  words.number("peer_port", part.peer_port);
}

void say(Words& words, const XdpPart& part) {
  words.maybe("interface", part.interface);
  words.maybe("queue", part.queue);
  if (part.detail == nullptr) return;
  const XdpDetail& detail = *part.detail;
  words.number("detail", 1);
  words.maybe("rx", detail.rx_entries);
  words.maybe("tx", detail.tx_entries);
  if (const auto& u = detail.umem) {
    words.list("umem",
               std::span<const std::uint64_t>(std::array<std::uint64_t, 9>{
                   u->size, u->id, u->pages, u->chunk_size, u->headroom, u->interface, u->queue, u->flags, u->refs}));
  }
  words.maybe("fill", detail.fill_entries);
  words.maybe("completion", detail.completion_entries);
  if (const auto& s = detail.stats) {
    words.list("stats",
               std::span<const std::uint64_t>(std::array<std::uint64_t, 6>{
                   s->rx_dropped, s->rx_invalid, s->rx_full, s->fill_ring_empty, s->tx_invalid, s->tx_ring_empty}));
  }
}

void say(Words& words, const TipcPart& part) {
  words.maybe("node", part.node);
  words.maybe("ref", part.ref);
  words.maybe("drops", part.drops);
  if (part.congestion) words.say("congestion", to_text(*part.congestion));
  if (part.published) words.number("published", 1);
  if (part.peer) {
    words.number("connected", 1);
    words.maybe("peer_node", part.peer->node);
    words.maybe("peer_ref", part.peer->ref);
    words.maybe("via_type", part.peer->type);
    words.maybe("via_instance", part.peer->instance);
  }
  if (part.group == nullptr) return;
  words.maybe("group", part.group->id);
  words.maybe("instance", part.group->instance);
  words.maybe("send_next", part.group->send_next);
  words.number("open", part.group->open ? 1 : 0);
  words.number("node_scope", part.group->node_scope ? 1 : 0);
  words.number("cluster_scope", part.group->cluster_scope ? 1 : 0);
}

void say(Words&, std::monostate) {}

}  // namespace

std::string text_of(const Socket& socket) {
  Words words;
  words.say("family", to_text(socket.family));
  words.say("netid", to_text(socket.netid));
  const auto state = static_cast<unsigned>(socket.state);
  const std::string_view name = to_text(socket.state);
  words.say("state", name.empty() ? "unknown(" + std::to_string(state) + ")" : std::string(name));
  if (socket.shutdown) words.say("shutdown", to_text(*socket.shutdown));
  words.number("inode", static_cast<std::uint32_t>(socket.inode));
  words.number("cookie", static_cast<std::uint64_t>(socket.cookie));
  words.maybe("recv_q", socket.recv_q);
  words.maybe("send_q", socket.send_q);
  words.maybe("uid", socket.uid);
  words.list("memory", std::span<const std::uint32_t>(socket.memory.values).first(socket.memory.known));
  std::visit([&](const auto& part) { say(words, part); }, socket.part);
  return words.text();
}

}  // namespace skq::test
