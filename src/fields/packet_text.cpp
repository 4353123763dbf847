#include "fields/packet_text.h"

#include <array>

#include "fields/print.h"
#include "model/packet_filter.h"

namespace skq::fields {
namespace {

const PacketDetail* detail_of(const Socket& socket) {
  return socket.packet() != nullptr ? socket.packet()->detail : nullptr;
}

void append_flags(std::string& out, std::uint32_t flags, std::string_view between) {
  constexpr std::array<std::string_view, 5> names{"running", "auxdata", "origdev", "vnethdr", "loss"};
  bool first = true;
  for (std::size_t bit = 0; bit < names.size(); ++bit) {
    if ((flags & 1U << bit) == 0) continue;
    if (!first) out += between;
    first = false;
    out += names[bit];
  }
}

void append_ring(std::string& out, const Ring& ring) {
  const std::array<std::pair<std::string_view, std::uint32_t>, 5> parts{{{"blk_size:", ring.block_size},
                                                                         {",blk_nr:", ring.block_nr},
                                                                         {",frm_size:", ring.frame_size},
                                                                         {",frm_nr:", ring.frame_nr},
                                                                         {",tmo:", ring.retire_tmo}}};
  for (const auto& [key, value] : parts) {
    out += key;
    append_number(out, value);
  }
  out += ",features:0x";
  append_hex(out, ring.features);
}

void append_fanout_type(std::string& out, std::uint32_t fanout) {
  constexpr std::array<std::string_view, 8> types{"hash", "lb", "cpu", "roll", "rnd", "qm", "cbpf", "ebpf"};
  const std::uint32_t type = fanout >> 16;
  if (type < types.size()) {
    out += types[type];
  } else {
    out += "0x";
    append_hex(out, type);
  }
}

void append_step(std::string& out, const model::FilterStep& step) {
  out += step.code < 0x10 ? "0x0" : "0x";
  append_hex(out, step.code);
  for (const std::uint32_t part : {std::uint32_t{step.jump_true}, std::uint32_t{step.jump_false}, step.operand}) {
    out += ' ';
    append_number(out, part);
  }
}

}  // namespace

std::optional<std::string_view> packet_details_text(const Socket& socket, TextContext& context) {
  const PacketDetail* detail = detail_of(socket);
  if (detail == nullptr) return std::nullopt;
  std::string& out = context.scratch;
  out.clear();
  if (detail->version) append_pair(out, "ver:", *detail->version);
  if (detail->copy_thresh) append_pair(out, "cpy_thresh:", *detail->copy_thresh);
  if (detail->flags) {
    out += out.empty() ? "flags( " : " flags( ";
    if (*detail->flags == 0)
      out += '0';
    else
      append_flags(out, *detail->flags, " ");
    out += " )";
  }
  if (out.empty()) return std::nullopt;
  return out;
}

std::optional<std::string_view> named_ring_text(const Socket& socket, TextContext& context, std::string_view name,
                                                std::optional<Ring> PacketDetail::*ring) {
  if (!ring_text(socket, context, ring)) return std::nullopt;
  context.scratch.insert(0, "(");
  context.scratch.insert(0, name);
  context.scratch += ')';
  return context.scratch;
}

std::optional<std::string_view> fanout_text(const Socket& socket, TextContext& context) {
  const PacketDetail* detail = detail_of(socket);
  if (detail == nullptr || !detail->fanout) return std::nullopt;
  std::string& out = context.scratch;
  append_number(out = "fanout(id:", *detail->fanout & 0xFFFF);
  append_fanout_type(out += ",type:", *detail->fanout);
  out += ')';
  return out;
}

std::optional<std::string_view> filter_text(const Socket& socket, TextContext& context) {
  const PacketDetail* detail = detail_of(socket);
  if (detail == nullptr || model::filter_length(detail->filter) == 0) return std::nullopt;
  std::string& out = context.scratch;
  out.clear();
  model::for_each_filter_step(detail->filter, [&](const model::FilterStep& step) {
    if (!out.empty()) out += ", ";
    append_step(out, step);
  });
  return out;
}

std::optional<std::string_view> bpf_text(const Socket& socket, TextContext& context) {
  if (!filter_text(socket, context)) return std::nullopt;
  std::string title = "bpf filter (";
  append_number(title, model::filter_length(detail_of(socket)->filter));
  title += "):  ";
  context.scratch.insert(0, title);
  context.scratch += ',';
  return context.scratch;
}

std::optional<std::string_view> packet_flags_text(const Socket& socket, TextContext& context) {
  const PacketDetail* detail = detail_of(socket);
  if (detail == nullptr || !detail->flags) return std::nullopt;
  context.scratch.clear();
  append_flags(context.scratch, *detail->flags, " ");
  return context.scratch;
}

std::optional<std::string_view> ring_text(const Socket& socket, TextContext& context,
                                          std::optional<Ring> PacketDetail::*ring) {
  const PacketDetail* detail = detail_of(socket);
  if (detail == nullptr || !(detail->*ring)) return std::nullopt;
  context.scratch.clear();
  append_ring(context.scratch, *(detail->*ring));
  return context.scratch;
}

std::optional<std::string_view> fanout_type_text(const Socket& socket, TextContext& context) {
  const PacketDetail* detail = detail_of(socket);
  if (detail == nullptr || !detail->fanout) return std::nullopt;
  context.scratch.clear();
  append_fanout_type(context.scratch, *detail->fanout);
  return context.scratch;
}

}  // namespace skq::fields
