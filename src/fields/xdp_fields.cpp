#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"

namespace skq::fields {
namespace {

constexpr FamilySet xdp_family{Family::xdp};
constexpr NeedSet detail{Need::detail};

std::optional<std::uint32_t> ring(const Socket& s, std::optional<std::uint32_t> XdpDetail::*member) {
  if (s.xdp() == nullptr || s.xdp()->detail == nullptr) return std::nullopt;
  return s.xdp()->detail->*member;
}

const XdpUmem* umem_of(const Socket& s) {
  const bool there = s.xdp() != nullptr && s.xdp()->detail != nullptr && s.xdp()->detail->umem;
  return there ? &*s.xdp()->detail->umem : nullptr;
}

std::optional<std::uint32_t> umem(const Socket& s, std::uint32_t XdpUmem::*member) {
  if (const XdpUmem* umem = umem_of(s)) return umem->*member;
  return std::nullopt;
}

template <class T>
std::optional<Bytes> umem_bytes(const Socket& s, T XdpUmem::*member) {
  if (const XdpUmem* umem = umem_of(s)) return Bytes{umem->*member};
  return std::nullopt;
}

std::optional<bool> zero_copy(const Socket& s) {
  if (const XdpUmem* umem = umem_of(s)) return (umem->flags & 1U) != 0;
  return std::nullopt;
}

std::optional<std::uint64_t> stat(const Socket& s, std::uint64_t XdpStats::*member) {
  const bool there = s.xdp() != nullptr && s.xdp()->detail != nullptr && s.xdp()->detail->stats;
  if (!there) return std::nullopt;
  return (*s.xdp()->detail->stats).*member;
}

constexpr auto rows = std::array{
    field({.name = "xdp_queue",
           .title = "XDP Queue",
           .help = "Queue of the interface the socket is bound to; absent when to none.",
           .source = "XDP_DIAG_INFO",
           .families = xdp_family},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (s.xdp() == nullptr || s.xdp()->interface.value_or(0) == 0) return std::nullopt;
            return s.xdp()->queue;
          }),
    field({.name = "xdp_rx_entries",
           .title = "XDP RX",
           .help = "Descriptors in the ring of received frames; absent when there is none.",
           .source = "XDP_DIAG_RX_RING",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return ring(s, &XdpDetail::rx_entries); }),
    field({.name = "xdp_tx_entries",
           .title = "XDP TX",
           .help = "Descriptors in the ring of frames to send; absent when there is none.",
           .source = "XDP_DIAG_TX_RING",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return ring(s, &XdpDetail::tx_entries); }),
    field({.name = "xdp_fill_entries",
           .title = "XDP Fill",
           .help = "Descriptors in the ring that gives chunks to the kernel.",
           .source = "XDP_DIAG_UMEM_FILL_RING",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return ring(s, &XdpDetail::fill_entries); }),
    field({.name = "xdp_completion_entries",
           .title = "XDP Completion",
           .help = "Descriptors in the ring that gives sent chunks back.",
           .source = "XDP_DIAG_UMEM_COMPLETION_RING",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return ring(s, &XdpDetail::completion_entries); }),
    field({.name = "xdp_umem_id",
           .title = "UMEM",
           .help = "Number of the memory shared with the kernel; sockets that share it have the same.",
           .source = "XDP_DIAG_UMEM",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return umem(s, &XdpUmem::id); }),
    field({.name = "xdp_umem_size",
           .title = "UMEM Size",
           .help = "Size of that memory.",
           .source = "XDP_DIAG_UMEM",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return umem_bytes(s, &XdpUmem::size); }),
    field({.name = "xdp_umem_pages",
           .title = "UMEM Pages",
           .help = "Pages of that memory.",
           .source = "XDP_DIAG_UMEM",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return umem(s, &XdpUmem::pages); }),
    field({.name = "xdp_umem_chunk_size",
           .title = "UMEM Chunk",
           .help = "Size of the chunks it is divided into, one for each frame.",
           .source = "XDP_DIAG_UMEM",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return umem_bytes(s, &XdpUmem::chunk_size); }),
    field({.name = "xdp_umem_headroom",
           .title = "UMEM Headroom",
           .help = "Room left in front of each frame.",
           .source = "XDP_DIAG_UMEM",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return umem_bytes(s, &XdpUmem::headroom); }),
    field({.name = "xdp_umem_ifindex",
           .title = "UMEM Ifindex",
           .help = "Number of the interface that memory is bound to; 0 none.",
           .source = "XDP_DIAG_UMEM",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return umem(s, &XdpUmem::interface); }),
    field({.name = "xdp_umem_queue",
           .title = "UMEM Queue",
           .help = "Queue of that interface.",
           .source = "XDP_DIAG_UMEM",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return umem(s, &XdpUmem::queue); }),
    field({.name = "xdp_umem_refs",
           .title = "UMEM Refs",
           .help = "Sockets that share that memory.",
           .source = "XDP_DIAG_UMEM",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return umem(s, &XdpUmem::refs); }),
    field({.name = "xdp_zerocopy",
           .title = "XDP Zerocopy",
           .help = "Whether the device reads and writes that memory itself.",
           .source = "XDP_DU_F_ZEROCOPY",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return zero_copy(s); }),
    field({.name = "xdp_rx_dropped",
           .title = "XDP RX Dropped",
           .help = "Frames dropped for other reasons than a full ring.",
           .source = "XDP_DIAG_STATS",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return stat(s, &XdpStats::rx_dropped); }),
    field({.name = "xdp_rx_invalid",
           .title = "XDP RX Invalid",
           .help = "Descriptors of the fill ring that named no chunk.",
           .source = "XDP_DIAG_STATS",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return stat(s, &XdpStats::rx_invalid); }),
    field({.name = "xdp_rx_full",
           .title = "XDP RX Full",
           .help = "Frames dropped because the receive ring was full: nobody reads.",
           .source = "XDP_DIAG_STATS",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return stat(s, &XdpStats::rx_full); }),
    field({.name = "xdp_fill_ring_empty",
           .title = "XDP Fill Empty",
           .help = "How often the fill ring gave no chunk for a received frame.",
           .source = "XDP_DIAG_STATS",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return stat(s, &XdpStats::fill_ring_empty); }),
    field({.name = "xdp_tx_invalid",
           .title = "XDP TX Invalid",
           .help = "Descriptors of the send ring that named no frame.",
           .source = "XDP_DIAG_STATS",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return stat(s, &XdpStats::tx_invalid); }),
    field({.name = "xdp_tx_ring_empty",
           .title = "XDP TX Empty",
           .help = "How often the send ring was found empty.",
           .source = "XDP_DIAG_STATS",
           .shown = Shown::extended,
           .needs = detail,
           .families = xdp_family},
          [](const Socket& s) { return stat(s, &XdpStats::tx_ring_empty); }),
};

}  // namespace

std::span<const Field> xdp_fields() { return rows; }

}  // namespace skq::fields
