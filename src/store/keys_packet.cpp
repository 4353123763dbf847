// Netlink and packet sockets.
#include "model/packet_filter.h"
#include "store/build.h"
#include "store/key_chapters.h"
#include "store/text_values.h"

namespace skq::store {
namespace {

constexpr FamilySet netlink_family{Family::netlink}, packet_family{Family::packet};

// "0x" and eight digits for each word, the highest first.
bool set_groups(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  constexpr std::size_t digits = 8;
  auto* part = part_of<NetlinkPart>(b);
  std::string_view text = cell.text();
  if (part == nullptr || !text.starts_with("0x") || (text.size() - 2) % digits != 0) return false;
  std::vector<std::uint32_t> words((text.size() - 2) / digits);
  for (std::size_t at = 0; at < words.size(); ++at) {
    Words word(text.substr(2 + at * digits, digits));
    if (!word.number(words[words.size() - 1 - at], 16) || !word.at_end()) return false;
  }
  part->groups = b.arena.keep(std::span<const std::uint32_t>(words));
  return true;
}

template <std::uint32_t NetlinkPart::*Member>
Value destination(const Socket& s, TextContext& /*context*/) {
  if (s.netlink() == nullptr || !s.netlink()->connected) return {};
  return std::uint64_t{s.netlink()->*Member};
}

template <std::uint32_t NetlinkPart::*Member>
bool set_destination(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* part = part_of<NetlinkPart>(b);
  if (part == nullptr || !assign(part->*Member, cell)) return false;
  part->connected = true;
  return true;
}

// The comm of the process whose pid is the port.
Value port_owner(const Socket& s, TextContext& context) {
  if (s.netlink() == nullptr || context.names == nullptr) return {};
  const std::string_view comm = context.names->process(s.netlink()->portid);
  return comm.empty() ? Value{} : Value{comm};
}

bool set_port_owner(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  const auto* part = part_of<NetlinkPart>(b);
  if (part == nullptr || cell.kind != CellKind::text) return false;
  b.names.processes.emplace(part->portid, cell.text());
  return true;
}

Value flag_bits(const Socket& s, TextContext& /*context*/) {
  if (s.packet() == nullptr || s.packet()->detail == nullptr) return {};
  return fields::to_value(s.packet()->detail->flags);
}

template <std::optional<Ring> PacketDetail::*Member>
bool set_ring(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* detail = part_of<PacketDetail>(b);
  Ring ring;
  Words words(cell.text());
  const bool read = detail != nullptr && words.take("blk_size:") && words.number(ring.block_size) &&
                    words.take(",blk_nr:") && words.number(ring.block_nr) && words.take(",frm_size:") &&
                    words.number(ring.frame_size) && words.take(",frm_nr:") && words.number(ring.frame_nr) &&
                    words.take(",tmo:") && words.number(ring.retire_tmo) && words.take(",features:0x") &&
                    words.number(ring.features, 16);
  if (read) detail->*Member = ring;
  return read;
}

// "0x28 0 0 12, 0x15 …"
bool set_filter(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* detail = part_of<PacketDetail>(b);
  if (detail == nullptr) return false;
  std::vector<model::FilterStep> steps;
  Words words(cell.text());
  do {
    model::FilterStep step;
    if (!words.take("0x") || !words.number(step.code, 16) || !words.take(" ") || !words.number(step.jump_true) ||
        !words.take(" ") || !words.number(step.jump_false) || !words.take(" ") || !words.number(step.operand)) {
      return false;
    }
    steps.push_back(step);
  } while (words.take(", "));
  detail->filter = std::as_bytes(b.arena.keep(std::span<const model::FilterStep>(steps)));
  return true;
}

}  // namespace

std::vector<Key> packet_keys() {
  return {
      of_field("nl_protocol", set<&NetlinkPart::protocol>),
      of_field("nl_portid", set<&NetlinkPart::portid>),
      of_field("nl_groups", set_groups),
      {.name = "nl_dst_portid",
       .get = destination<&NetlinkPart::dst_portid>,
       .set = set_destination<&NetlinkPart::dst_portid>,
       .families = netlink_family},
      {.name = "nl_dst_group",
       .get = destination<&NetlinkPart::dst_group>,
       .set = set_destination<&NetlinkPart::dst_group>,
       .families = netlink_family},
      {.name = "nl_process", .get = port_owner, .set = set_port_owner, .families = netlink_family},
      of_field("packet_protocol", set<&PacketPart::protocol>),
      of_field("packet_version", set<&PacketDetail::version>),
      of_field("packet_fanout", set<&PacketDetail::fanout>),
      of_field("packet_copy_thresh", set<&PacketDetail::copy_thresh>),
      {.name = "packet_flag_bits",
       .get = flag_bits,
       .set = set<&PacketDetail::flags>,
       .families = packet_family,
       .needs = NeedSet(Need::detail)},
      of_field("packet_rx_ring", set_ring<&PacketDetail::rx_ring>),
      of_field("packet_tx_ring", set_ring<&PacketDetail::tx_ring>),
      of_field("bpf_filter", set_filter),
  };
}

}  // namespace skq::store
