#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/packet_text.h"
#include "model/packet_filter.h"

namespace skq::fields {
namespace {

constexpr FamilySet packet_family{Family::packet};

std::optional<std::uint32_t> of_detail(const Socket& s, std::optional<std::uint32_t> PacketDetail::*member) {
  if (s.packet() == nullptr || s.packet()->detail == nullptr) return std::nullopt;
  return s.packet()->detail->*member;
}

std::optional<Bytes> bytes(std::optional<std::uint32_t> value) {
  if (!value) return std::nullopt;
  return Bytes{*value};
}

constexpr auto rows = std::array{
    field({.name = "packet_protocol",
           .title = "Eth Protocol",
           .help = "Ethernet protocol a packet socket receives; 3 is every protocol.",
           .source = "packet(7)",
           .families = packet_family},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (s.packet() == nullptr) return std::nullopt;
            return s.packet()->protocol;
          }),
    field({.name = "packet_version",
           .title = "Ring Version",
           .help = "Version of the packet ring's header (TPACKET_V1 is 0).",
           .source = "PACKET_DIAG_INFO",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = packet_family},
          [](const Socket& s) { return of_detail(s, &PacketDetail::version); }),
    field({.name = "packet_fanout",
           .title = "Fanout",
           .help = "Fanout group and type of a packet socket, as id | type << 16.",
           .source = "PACKET_DIAG_FANOUT",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = packet_family},
          [](const Socket& s) { return of_detail(s, &PacketDetail::fanout); }),
    field({.name = "packet_fanout_type",
           .title = "Fanout Type",
           .help = "How a fanout group chooses the socket of a packet: hash, lb, cpu, roll, rnd, qm, cbpf or ebpf.",
           .source = "PACKET_DIAG_FANOUT",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = packet_family},
          [](const Socket& s, TextContext& c) { return fanout_type_text(s, c); }),
    field({.name = "packet_copy_thresh",
           .title = "Copy Threshold",
           .help = "Packets longer than this are also queued beside the ring (PACKET_COPY_THRESH).",
           .source = "PACKET_DIAG_INFO",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = packet_family},
          [](const Socket& s) { return bytes(of_detail(s, &PacketDetail::copy_thresh)); }),
    field({.name = "packet_flags",
           .title = "Packet Flags",
           .help = "What is set on a packet socket: running, auxdata, origdev, vnethdr, loss.",
           .source = "PACKET_DIAG_INFO",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = packet_family},
          [](const Socket& s, TextContext& c) { return packet_flags_text(s, c); }),
    field({.name = "packet_rx_ring",
           .title = "RX Ring",
           .help = "Ring that received packets come in: size and number of blocks and frames, timeout, features.",
           .source = "PACKET_DIAG_RX_RING",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = packet_family},
          [](const Socket& s, TextContext& c) { return ring_text(s, c, &PacketDetail::rx_ring); }),
    field({.name = "packet_tx_ring",
           .title = "TX Ring",
           .help = "Ring that packets are sent from, in the same words.",
           .source = "PACKET_DIAG_TX_RING",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = packet_family},
          [](const Socket& s, TextContext& c) { return ring_text(s, c, &PacketDetail::tx_ring); }),
    field({.name = "bpf_length",
           .title = "BPF Steps",
           .help = "Instructions of a packet socket's classic BPF filter; absent when it has none.",
           .source = "PACKET_DIAG_FILTER",
           .shown = Shown::filter,
           .needs = NeedSet(Need::filter),
           .families = packet_family},
          [](const Socket& s) -> std::optional<std::uint64_t> {
            if (s.packet() == nullptr || s.packet()->detail == nullptr) return std::nullopt;
            const std::size_t length = model::filter_length(s.packet()->detail->filter);
            if (length == 0) return std::nullopt;
            return length;
          }),
    field({.name = "bpf_filter",
           .title = "BPF Filter",
           .help = "That filter: each instruction as code, jump if true, jump if false, operand.",
           .source = "PACKET_DIAG_FILTER",
           .shown = Shown::filter,
           .needs = NeedSet(Need::filter),
           .families = packet_family},
          [](const Socket& s, TextContext& c) { return filter_text(s, c); }),
};

}  // namespace

std::span<const Field> packet_fields() { return rows; }

}  // namespace skq::fields
