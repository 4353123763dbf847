#include "kernel/protocol_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>

#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

struct EthernetName {
  std::uint16_t protocol = 0;
  std::string_view name;
};

// Sorted by number (include/uapi/linux/if_ether.h).
constexpr std::array ethernet_names = std::to_array<EthernetName>({
    {0x0001, "802_3"},   {0x0002, "ax25"},     {0x0003, "*"},       {0x0004, "802_2"},     {0x0005, "snap"},
    {0x0006, "ddcmp"},   {0x0007, "wan_ppp"},  {0x0008, "ppp_mp"},  {0x0009, "localtalk"}, {0x000c, "can"},
    {0x0010, "ppptalk"}, {0x0011, "tr_802_2"}, {0x0015, "mobitex"}, {0x0016, "control"},   {0x0017, "irda"},
    {0x0018, "econet"},  {0x0060, "loop"},     {0x0200, "pup"},     {0x0201, "pupat"},     {0x0800, "ip"},
    {0x0805, "x25"},     {0x0806, "arp"},      {0x08ff, "bpq"},     {0x0a00, "ieeepup"},   {0x0a01, "ieeepupat"},
    {0x6000, "dec"},     {0x6001, "dna_dl"},   {0x6002, "dna_rc"},  {0x6003, "dna_rt"},    {0x6004, "lat"},
    {0x6005, "diag"},    {0x6006, "cust"},     {0x6007, "sca"},     {0x6558, "teb"},       {0x8035, "rarp"},
    {0x809b, "atalk"},   {0x80f3, "aarp"},     {0x8100, "802.1Q"},  {0x8137, "ipx"},       {0x86dd, "ipv6"},
    {0x8847, "mpls_uc"}, {0x8848, "mpls_mc"},  {0x884c, "atmmpoa"}, {0x8863, "ppp_disc"},  {0x8864, "ppp_ses"},
    {0x8884, "atmfate"}, {0x8892, "profinet"}, {0x88a2, "aoe"},     {0x88a4, "ethercat"},  {0x88a8, "802.1ad"},
    {0x88ca, "tipc"},    {0x88cc, "LLDP"},
});
static_assert(std::is_sorted(ethernet_names.begin(), ethernet_names.end(),
                             [](const EthernetName& a, const EthernetName& b) { return a.protocol < b.protocol; }));

// By number (include/uapi/linux/netlink.h); 17 was never given out again.
constexpr std::array<std::string_view, 22> netlink_names = {
    "rtnl",  "unused", "usersock",   "fw",        "tcpdiag", "nflog", "xfrm",   "selinux",
    "iscsi", "audit",  "fiblookup",  "connector", "nft",     "ip6fw", "dec-rt", "uevent",
    "genl",  "",       "scsi-trans", "ecryptfs",  "rdma",    "crypto"};

std::optional<std::uint8_t> protocol_number(std::string_view word) {
  const bool hex = word.starts_with("0x");
  if (hex) word.remove_prefix(2);
  std::uint8_t number = 0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number, hex ? 16 : 10);
  if (word.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace

std::string_view ethernet_protocol_name(std::uint16_t protocol) {
  const auto* at =
      std::lower_bound(ethernet_names.begin(), ethernet_names.end(), protocol,
                       [](const EthernetName& row, std::uint16_t wanted) { return row.protocol < wanted; });
  return at != ethernet_names.end() && at->protocol == protocol ? at->name : std::string_view();
}

NetlinkNames netlink_protocol_names() {
  NetlinkNames names;
  for (std::size_t at = 0; at < netlink_names.size(); ++at) {
    if (!netlink_names[at].empty()) names.emplace(static_cast<std::uint8_t>(at), netlink_names[at]);
  }
  return names;
}

void read_netlink_names(std::string_view text, NetlinkNames& names) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const auto number = protocol_number(take_word(line));
    const std::string_view name = take_word(line);
    if (number && !name.empty() && name.front() != '#') names[*number] = name;
  }
}

}  // namespace skq::kernel
