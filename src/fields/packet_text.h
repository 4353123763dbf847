// What -e and -b print of a packet socket below its row, and the same facts as single values.
#pragma once

#include <optional>
#include <string_view>

#include "skq/fields.h"

namespace skq::fields {

/// ver:2 cpy_thresh:0 flags( running )
std::optional<std::string_view> packet_details_text(const Socket& socket, TextContext& context);
/// ring_rx(blk_size:4096,…)
std::optional<std::string_view> named_ring_text(const Socket& socket, TextContext& context, std::string_view name,
                                                std::optional<Ring> PacketDetail::*ring);
/// fanout(id:7,type:lb)
std::optional<std::string_view> fanout_text(const Socket& socket, TextContext& context);
/// bpf filter (2):  0x28 0 0 12, 0x06 0 0 0,
std::optional<std::string_view> bpf_text(const Socket& socket, TextContext& context);

/// The program alone: "0x28 0 0 12, 0x06 0 0 0", each step as code, jump if true, jump if false, operand.
std::optional<std::string_view> filter_text(const Socket& socket, TextContext& context);
/// "running auxdata"; empty: none is set.
std::optional<std::string_view> packet_flags_text(const Socket& socket, TextContext& context);
/// "blk_size:4096,blk_nr:2,…"
std::optional<std::string_view> ring_text(const Socket& socket, TextContext& context,
                                          std::optional<Ring> PacketDetail::*ring);
/// Name of a fanout's way to choose a socket, 0x… for one of a newer kernel.
std::optional<std::string_view> fanout_type_text(const Socket& socket, TextContext& context);

}  // namespace skq::fields
