// Congestion control: which one, and what the ones that tell of themselves say.
#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/inet_detail.h"

namespace skq::fields {
namespace {

constexpr NeedSet congestion{Need::congestion};
constexpr double gain_unit = 256;  // BBR_UNIT of net/ipv4/tcp_bbr.c

template <class Info, class Member>
std::optional<Member> of_info(const Socket& s, std::optional<Info> InetDetail::*info, Member Info::*member) {
  const InetDetail* detail = inet_detail(s);
  if (detail == nullptr || !(detail->*info)) return std::nullopt;
  return *(detail->*info).*member;
}

std::optional<std::uint32_t> vegas(const Socket& s, std::uint32_t VegasInfo::*member) {
  return of_info(s, &InetDetail::vegas, member);
}

template <class Member>
std::optional<std::uint32_t> dctcp(const Socket& s, Member DctcpInfo::*member) {
  const auto value = of_info(s, &InetDetail::dctcp, member);
  if (!value) return std::nullopt;
  return *value;
}

std::optional<Micros> micros(std::optional<std::uint32_t> value) {
  if (!value) return std::nullopt;
  return Micros{*value};
}

std::optional<Ratio> gain(const Socket& s, std::uint32_t BbrInfo::*member) {
  const auto value = of_info(s, &InetDetail::bbr, member);
  if (!value) return std::nullopt;
  return Ratio{*value / gain_unit};
}

constexpr Facts fact(std::string_view name, std::string_view title, std::string_view help, std::string_view source) {
  return {.name = name,
          .title = title,
          .help = help,
          .source = source,
          .shown = Shown::info,
          .needs = congestion,
          .families = inet_families,
          .netids = NetidSet(Netid::tcp, Netid::dccp)};
}

constexpr std::string_view vegas_source = "INET_DIAG_VEGASINFO";
constexpr std::string_view dctcp_source = "INET_DIAG_DCTCPINFO";
constexpr std::string_view bbr_source = "INET_DIAG_BBRINFO";

constexpr auto rows = std::array{
    field(fact("cong", "Congestion", "Congestion control algorithm of a tcp socket.", "INET_DIAG_CONG"),
          [](const Socket& s) -> std::optional<std::string_view> {
            const InetDetail* detail = inet_detail(s);
            if (detail == nullptr || detail->cong.empty()) return std::nullopt;
            return detail->cong;
          }),
    field(fact("vegas_enabled", "Vegas", "Whether Vegas acts at present.", vegas_source),
          [](const Socket& s) -> std::optional<bool> {
            const auto value = vegas(s, &VegasInfo::enabled);
            if (!value) return std::nullopt;
            return *value != 0;
          }),
    field(fact("vegas_rttcnt", "Vegas Samples", "Round-trip times that Vegas measured in this round.", vegas_source),
          [](const Socket& s) { return vegas(s, &VegasInfo::rttcnt); }),
    field(fact("vegas_rtt", "Vegas RTT", "Round-trip time by Vegas; 2147.483647 s is none measured.", vegas_source),
          [](const Socket& s) { return micros(vegas(s, &VegasInfo::rtt)); }),
    field(fact("vegas_minrtt", "Vegas Min RTT", "Smallest round-trip time of this round by Vegas.", vegas_source),
          [](const Socket& s) { return micros(vegas(s, &VegasInfo::minrtt)); }),
    field(fact("dctcp_enabled", "DCTCP", "Whether DCTCP acts; false: without ECN it behaves as Reno.", dctcp_source),
          [](const Socket& s) -> std::optional<bool> {
            const auto value = dctcp(s, &DctcpInfo::enabled);
            if (!value) return std::nullopt;
            return *value != 0;
          }),
    field(fact("dctcp_ce_state", "DCTCP CE", "Whether the last packet was marked for congestion: 1, else 0.",
               dctcp_source),
          [](const Socket& s) { return dctcp(s, &DctcpInfo::ce_state); }),
    field(fact("dctcp_alpha", "DCTCP Alpha", "Share of marked packets as DCTCP estimates it, of 1024.", dctcp_source),
          [](const Socket& s) { return dctcp(s, &DctcpInfo::alpha); }),
    field(fact("dctcp_ab_ecn", "DCTCP Marked", "Acknowledged bytes that were marked, of this window.", dctcp_source),
          [](const Socket& s) { return dctcp(s, &DctcpInfo::ab_ecn); }),
    field(fact("dctcp_ab_tot", "DCTCP Acked", "Acknowledged bytes of this window.", dctcp_source),
          [](const Socket& s) { return dctcp(s, &DctcpInfo::ab_tot); }),
    field(fact("bbr_bw", "BBR Bandwidth", "Bandwidth of the path as BBR estimates it.", bbr_source),
          [](const Socket& s) -> std::optional<BytesPerSecond> {
            const auto value = of_info(s, &InetDetail::bbr, &BbrInfo::bw);
            if (!value) return std::nullopt;
            return BytesPerSecond{*value};
          }),
    field(fact("bbr_min_rtt", "BBR Min RTT", "Smallest round-trip time of the last ten seconds by BBR.", bbr_source),
          [](const Socket& s) { return micros(of_info(s, &InetDetail::bbr, &BbrInfo::min_rtt)); }),
    field(fact("bbr_pacing_gain", "BBR Pacing", "Factor of the bandwidth at which BBR sends now.", bbr_source),
          [](const Socket& s) { return gain(s, &BbrInfo::pacing_gain); }),
    field(fact("bbr_cwnd_gain", "BBR Cwnd", "Factor of bandwidth times round-trip time that BBR lets be in flight.",
               bbr_source),
          [](const Socket& s) { return gain(s, &BbrInfo::cwnd_gain); }),
};

}  // namespace

std::span<const Field> congestion_fields() { return rows; }

}  // namespace skq::fields
