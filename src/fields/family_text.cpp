#include "fields/family_text.h"

#include "fields/print.h"

namespace skq::fields {
namespace {

void append_part(std::string& out, std::string_view key, std::uint64_t value) {
  out += key;
  append_number(out, value);
}

void append_ring(std::string& out, std::string_view name, std::optional<std::uint32_t> entries) {
  if (!entries) return;
  if (!out.empty()) out += ' ';
  out += name;
  append_part(out, "(entries:", *entries);
  out += ')';
}

void append_umem(std::string& out, const XdpUmem& umem) {
  if (!out.empty()) out += ' ';
  append_part(out, "umem(id:", umem.id);
  append_part(out, ",size:", umem.size);
  append_part(out, ",num_pages:", umem.pages);
  append_part(out, ",chunk_size:", umem.chunk_size);
  append_part(out, ",headroom:", umem.headroom);
  append_part(out, ",ifindex:", umem.interface);
  append_part(out, ",qid:", umem.queue);
  append_part(out, ",zc:", umem.flags & 1U);
  append_part(out, ",refs:", umem.refs);
  out += ')';
}

void append_stats(std::string& out, const XdpStats& stats) {
  if (!out.empty()) out += ' ';
  append_part(out, "stats(rx dropped:", stats.rx_dropped);
  append_part(out, ",rx invalid:", stats.rx_invalid);
  append_part(out, ",rx queue full:", stats.rx_full);
  append_part(out, ",rx fill ring empty:", stats.fill_ring_empty);
  append_part(out, ",tx invalid:", stats.tx_invalid);
  append_part(out, ",tx ring empty:", stats.tx_ring_empty);
  out += ')';
}

std::string_view type_of(Netid netid) {
  if (netid == Netid::ti_st) return "STREAM";
  if (netid == Netid::ti_dg) return "DGRAM";
  if (netid == Netid::ti_rd) return "RDM";
  return "SEQPACKET";
}

void append_group(std::string& out, const TipcGroup& group) {
  append_part(out, " group(id:", group.id.value_or(0));
  append_part(out, ",instance:", group.instance.value_or(0));
  if (group.node_scope) out += ",scope:node";
  if (group.cluster_scope) out += ",scope:cluster";
  if (group.open) out += ",open";
  out += ')';
}

}  // namespace

void append_xdp_details(std::string& out, const XdpPart& part) {
  if (part.detail == nullptr) return;
  const XdpDetail& detail = *part.detail;
  append_ring(out, "rx", detail.rx_entries);
  append_ring(out, "tx", detail.tx_entries);
  if (detail.umem) append_umem(out, *detail.umem);
  append_ring(out, "fr", detail.fill_entries);
  append_ring(out, "cr", detail.completion_entries);
  if (detail.stats) append_stats(out, *detail.stats);
}

std::optional<std::string_view> tipcinfo_text(const Socket& socket, TextContext& context) {
  const TipcPart* part = socket.tipc();
  if (part == nullptr) return std::nullopt;
  std::string& out = context.scratch;
  out = "type:";
  out += type_of(socket.netid);
  if (part->congestion) (out += " cong:") += to_text(*part->congestion);
  if (part->drops) append_part(out, " drop:", *part->drops);
  if (part->published) out += " publ";
  if (part->peer && part->peer->type) {
    append_part(out, " via {", *part->peer->type);
    append_part(out, ",", part->peer->instance.value_or(0));
    out += '}';
  }
  if (part->group != nullptr) append_group(out, *part->group);
  return out;
}

}  // namespace skq::fields
