// What inet sockets have beside their addresses: timers, marks, options, congestion control, upper-layer protocols.
#include <cmath>

#include "fields/inet_detail.h"
#include "fields/inet_text.h"
#include "fields/print.h"
#include "store/base64.h"
#include "store/build.h"
#include "store/key_chapters.h"
#include "store/text_values.h"

namespace skq::store {
namespace {

constexpr FamilySet inet_families{Family::inet, Family::inet6};

bool set_timer(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* inet = part_of<InetPart>(b);
  const auto number = number_named(cell.text(), fields::timer_names);
  if (inet == nullptr || !number || *number > UINT8_MAX) return false;
  inet->timer = static_cast<std::uint8_t>(*number);
  return true;
}

bool set_cgroup_path(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  const auto* inet = part_of<InetPart>(b);
  if (inet == nullptr || !inet->cgroup_id || cell.kind != CellKind::text) return false;
  b.names.cgroups.emplace(*inet->cgroup_id, cell.text());
  return true;
}

Value old_memory(const Socket& s, TextContext& c) {
  const InetDetail* detail = fields::inet_detail(s);
  if (detail == nullptr || !detail->memory || s.memory.known != 0) return {};
  c.scratch.clear();
  for (const std::uint32_t value :
       {detail->memory->rmem, detail->memory->wmem, detail->memory->fmem, detail->memory->tmem}) {
    if (!c.scratch.empty()) c.scratch += ' ';
    fields::append_number(c.scratch, value);
  }
  return std::string_view(c.scratch);
}

bool set_old_memory(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* detail = part_of<InetDetail>(b);
  OldMemory memory;
  Words words(cell.text());
  if (detail == nullptr || !words.number(memory.rmem) || !words.take(" ") || !words.number(memory.wmem) ||
      !words.take(" ") || !words.number(memory.fmem) || !words.take(" ") || !words.number(memory.tmem)) {
    return false;
  }
  detail->memory = memory;
  return true;
}

template <auto Member>
bool set_flag(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  bool value = false;
  auto* part = part_of<decltype(owner_of(Member))>(b);
  if (part == nullptr || !assign(value, cell)) return false;
  part->*Member = value ? 1 : 0;
  return true;
}

template <std::uint32_t BbrInfo::*Member>
bool set_gain(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  constexpr double gain_unit = 256, beyond = 0x1p32;
  const double gain = cell.kind == CellKind::real     ? cell.real * gain_unit
                      : cell.kind == CellKind::number ? static_cast<double>(cell.number) * gain_unit
                                                      : -1;
  auto* bbr = part_of<BbrInfo>(b);
  if (bbr == nullptr || !(gain >= 0) || !(gain < beyond)) return false;
  bbr->*Member = static_cast<std::uint32_t>(std::lround(gain));
  return true;
}

template <std::span<const std::byte> UlpInfo::*Member>
Value ulp_bytes(const Socket& s, TextContext& c) {
  const InetDetail* detail = fields::inet_detail(s);
  if (detail == nullptr || !detail->ulp || ((*detail->ulp).*Member).empty()) return {};
  const auto bytes = (*detail->ulp).*Member;
  c.scratch.clear();
  append_base64(c.scratch, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return std::string_view(c.scratch);
}

template <std::span<const std::byte> UlpInfo::*Member>
bool set_ulp_bytes(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  const auto bytes = from_base64(cell.text());
  auto* ulp = part_of<UlpInfo>(b);
  if (ulp == nullptr || !bytes) return false;
  ulp->*Member = std::as_bytes(std::span(b.arena.keep(*bytes)));
  return true;
}

// "10.0.0.1,::1": an address with colons is one of IPv6.
template <std::span<const SctpAddress> InetDetail::*Member>
bool set_addresses(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* detail = part_of<InetDetail>(b);
  if (detail == nullptr || cell.kind != CellKind::text) return false;
  std::vector<SctpAddress> list;
  for (Words words(cell.text()); !words.at_end();) {
    const std::string_view text = words.until(',');
    const Family family = text.find(':') == std::string_view::npos ? Family::inet : Family::inet6;
    const auto address = address_of(text, family);
    if (!address) return false;
    list.push_back({family, *address, 0});
  }
  detail->*Member = b.arena.keep(std::span<const SctpAddress>(list));
  return true;
}

bool set_primary(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* detail = part_of<InetDetail>(b);
  const Family family = cell.text().find(':') == std::string_view::npos ? Family::inet : Family::inet6;
  const auto address = address_of(cell.text(), family);
  if (detail == nullptr || !address) return false;
  detail->primary = SctpAddress{family, *address, 0};
  return true;
}

void add_congestion(std::vector<Key>& keys) {
  keys.insert(keys.end(), {
                              of_field("cong", set<&InetDetail::cong>),
                              of_field("vegas_enabled", set_flag<&VegasInfo::enabled>),
                              of_field("vegas_rttcnt", set<&VegasInfo::rttcnt>),
                              of_field("vegas_rtt", set<&VegasInfo::rtt>),
                              of_field("vegas_minrtt", set<&VegasInfo::minrtt>),
                              of_field("dctcp_enabled", set_flag<&DctcpInfo::enabled>),
                              of_field("dctcp_ce_state", set<&DctcpInfo::ce_state>),
                              of_field("dctcp_alpha", set<&DctcpInfo::alpha>),
                              of_field("dctcp_ab_ecn", set<&DctcpInfo::ab_ecn>),
                              of_field("dctcp_ab_tot", set<&DctcpInfo::ab_tot>),
                              of_field("bbr_bw", set<&BbrInfo::bw>),
                              of_field("bbr_min_rtt", set<&BbrInfo::min_rtt>),
                              of_field("bbr_pacing_gain", set_gain<&BbrInfo::pacing_gain>),
                              of_field("bbr_cwnd_gain", set_gain<&BbrInfo::cwnd_gain>),
                          });
}

void add_upper_layers(std::vector<Key>& keys) {
  const NeedSet info(Need::tcp_info);
  keys.insert(keys.end(), {
                              of_field("ulp", set<&UlpInfo::name>),
                              {.name = "ulp_tls_b64",
                               .get = ulp_bytes<&UlpInfo::tls>,
                               .set = set_ulp_bytes<&UlpInfo::tls>,
                               .families = inet_families,
                               .needs = info},
                              {.name = "ulp_mptcp_b64",
                               .get = ulp_bytes<&UlpInfo::mptcp>,
                               .set = set_ulp_bytes<&UlpInfo::mptcp>,
                               .families = inet_families,
                               .needs = info},
                              of_field("sctp_locals", set_addresses<&InetDetail::locals>),
                              of_field("sctp_peers", set_addresses<&InetDetail::peers>),
                              of_field("sctp_p_address", set_primary),
                          });
}

}  // namespace

std::vector<Key> inet_keys() {
  std::vector<Key> keys{
      of_field("timer", set_timer),
      of_field("timer_expires", set<&InetPart::expires_ms>),
      of_field("timer_retrans", set<&InetPart::retransmits>),
      of_field("v6only", set<&InetPart::v6only>),
      of_field("mark", set<&InetPart::mark>),
      of_field("cgroup_id", set<&InetPart::cgroup_id>),
      of_field("cgroup_path", set_cgroup_path),
      {.name = "sockopt", .get = got<&InetPart::sockopt>, .set = set<&InetPart::sockopt>, .families = inet_families},
      of_field("tos", set<&InetDetail::tos>),
      of_field("tclass", set<&InetDetail::tclass>),
      of_field("class_id", set<&InetDetail::class_id>),
      {.name = "old_memory",
       .get = old_memory,
       .set = set_old_memory,
       .families = inet_families,
       .needs = NeedSet(Need::memory)},
  };
  add_congestion(keys);
  add_upper_layers(keys);
  return keys;
}

}  // namespace skq::store
