// -o, --tos, --cgroup, --inet-sockopt, and -e and -b of packet sockets: ss's words from crafted sockets.
#include "fields/inet_text.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "fields/packet_text.h"
#include "skq/fields.h"

namespace skq::fields {
namespace {

std::string span_of(std::uint32_t ms) {
  std::string out;
  append_timer_span(out, ms);
  return out;
}

TEST(TimerText, SpansAsInSs) {
  EXPECT_EQ(span_of(0), "");
  EXPECT_EQ(span_of(1), "001ms");
  EXPECT_EQ(span_of(48), "048ms");
  EXPECT_EQ(span_of(999), "999ms");
  EXPECT_EQ(span_of(1000), "1sec");
  EXPECT_EQ(span_of(1098), "1.098sec");  // ss 6.1 says 1.098ms
  EXPECT_EQ(span_of(9501), "9.501sec");
  EXPECT_EQ(span_of(10501), "10sec");
  EXPECT_EQ(span_of(59999), "59sec");
  EXPECT_EQ(span_of(60000), "1min");
  EXPECT_EQ(span_of(62500), "1min2sec");
  EXPECT_EQ(span_of(9 * 60000 + 59000), "9min59sec");
  EXPECT_EQ(span_of(10 * 60000 + 59000), "10min");
  EXPECT_EQ(span_of(7200000), "120min");
  EXPECT_EQ(span_of(0xffffffff), "71582min");
}

/// A field's value as text; "-" is null.
std::string said(std::string_view name, const Socket& socket, TextContext& context) {
  const Value value = find_field(name)->get(socket, context);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
  return "-";
}

Socket inet(InetPart part, Netid netid = Netid::tcp) {
  Socket socket;
  socket.family = Family::inet;
  socket.netid = netid;
  socket.part = part;
  return socket;
}

TEST(TimerText, EveryTimer) {
  TextContext context;
  EXPECT_EQ(timer_text(inet({.timer = 0, .expires_ms = 5}), context), std::nullopt);
  EXPECT_EQ(timer_text(inet({.timer = 1, .retransmits = 3, .expires_ms = 204}), context), "timer:(on,204ms,3)");
  EXPECT_EQ(timer_text(inet({.timer = 2, .expires_ms = 3699000}), context), "timer:(keepalive,61min,0)");
  EXPECT_EQ(timer_text(inet({.timer = 3, .expires_ms = 59000}), context), "timer:(timewait,59sec,0)");
  EXPECT_EQ(timer_text(inet({.timer = 4, .retransmits = 2, .expires_ms = 0}), context), "timer:(persist,,2)");
  EXPECT_EQ(timer_text(inet({.timer = 5, .expires_ms = 40}), context), "timer:(delack,040ms,0)");
  EXPECT_EQ(timer_text(inet({.timer = 200, .expires_ms = 1000}), context), "timer:(unknown(200),1sec,0)");
  EXPECT_EQ(timer_text(inet({.timer = 1, .expires_ms = 1000}, Netid::sctp), context), "timer:(T3_RTX,1sec,0)");
}

TEST(TimerFields, NoTimerHasNoTime) {
  TextContext context;
  const auto value = [&](const char* name, const Socket& socket) { return said(name, socket, context); };
  const Socket off = inet({}), udp = inet({}, Netid::udp), on = inet({.timer = 2, .retransmits = 0, .expires_ms = 0});
  EXPECT_EQ(value("timer", off), "off");
  EXPECT_EQ(value("timer_expires", off), "-");
  EXPECT_EQ(value("timer_retrans", off), "-");
  EXPECT_EQ(value("timer", udp), "-");
  EXPECT_EQ(value("timer", on), "keepalive");
  EXPECT_EQ(value("timer_expires", on), "0");
  EXPECT_EQ(value("timer_retrans", on), "0");
  EXPECT_EQ(value("timer", inet({.timer = 9})), "unknown(9)");
}

TEST(TosText, OnlyWhatTheKernelSaid) {
  TextContext context;
  InetDetail detail;
  EXPECT_EQ(tos_text(inet({}), context), std::nullopt);
  EXPECT_EQ(tos_text(inet({.detail = &detail}), context), std::nullopt);
  detail.tos = 0x10;
  EXPECT_EQ(tos_text(inet({.detail = &detail}), context), "tos:0x10");
  detail.tos = 0;
  detail.tclass = 0xe0;
  detail.class_id = 0x10001;
  EXPECT_EQ(tos_text(inet({.detail = &detail}), context), "tos:0 tclass:0xe0 class_id:0x10001");
}

class Cgroups : public NameService {
 public:
  std::string_view service(Netid, std::uint16_t) override { return {}; }
  std::string_view host(Family, const Address&) override { return {}; }
  std::string_view interface(std::uint32_t) override { return {}; }
  std::string_view user(std::uint32_t) override { return {}; }
  std::string_view netlink_protocol(std::uint8_t) override { return {}; }
  std::string_view ethernet_protocol(std::uint16_t) override { return {}; }
  std::string_view ip_protocol(std::uint8_t) override { return {}; }
  std::string_view process(std::uint32_t) override { return {}; }
  std::string_view cgroup(std::uint64_t id) override { return id == 7 ? "/a\n\x1b/b" : std::string_view{}; }
};

TEST(CgroupText, PathsAreHostile) {
  Cgroups names;
  TextContext context{.names = &names};
  EXPECT_EQ(cgroup_text(inet({}), context), std::nullopt);
  EXPECT_EQ(cgroup_text(inet({.cgroup_id = 7}), context), "cgroup:/a\\n\\x1b/b");
  EXPECT_EQ(cgroup_text(inet({.cgroup_id = 0xabc}), context), "cgroup:unreachable:abc");
  EXPECT_EQ(said("cgroup_path", inet({.cgroup_id = 7}), context), "/a\n\x1b/b");
  EXPECT_EQ(said("cgroup_path", inet({.cgroup_id = 8}), context), "-");
}

TEST(SockoptText, EveryBitHasAWordAndAField) {
  TextContext context;
  EXPECT_EQ(sockopt_text(inet({}), context), std::nullopt);
  EXPECT_EQ(sockopt_text(inet({.sockopt = 0}), context), "inet-sockopt: ()");
  EXPECT_EQ(sockopt_text(inet({.sockopt = 0x52}), context), "inet-sockopt: ( is_icsk mc_loop mc_all)");
  EXPECT_EQ(sockopt_text(inet({.sockopt = 0xffff}), context),
            "inet-sockopt: ( recverr is_icsk freebind hdrincl mc_loop transparent mc_all nodefrag bind_addr_no_port "
            "recverr_rfc4884 defer_connect)");
  for (std::size_t bit = 0; bit < socket_options.size(); ++bit) {
    const Field* field = find_field("sockopt_" + std::string(socket_options[bit].word));
    ASSERT_NE(field, nullptr);
    const auto alone = static_cast<std::uint16_t>(1U << bit);
    EXPECT_EQ(said(field->name, inet({.sockopt = alone}), context), "true") << field->name;
    EXPECT_EQ(said(field->name, inet({.sockopt = static_cast<std::uint16_t>(~alone)}), context), "false")
        << field->name;
    EXPECT_EQ(said(field->name, inet({}), context), "-") << field->name;
  }
}

Socket packet(const PacketDetail& detail) {
  Socket socket;
  socket.family = Family::packet;
  socket.netid = Netid::p_raw;
  socket.part = PacketPart{.detail = &detail};
  return socket;
}

TEST(PacketText, Details) {
  TextContext context;
  const PacketDetail detail{
      .version = 2, .copy_thresh = 0, .flags = 3, .rx_ring = Ring{4096, 2, 2048, 4, 60, 0, 1}, .fanout = 0x10007};
  EXPECT_EQ(packet_details_text(packet(detail), context), "ver:2 cpy_thresh:0 flags( running auxdata )");
  EXPECT_EQ(named_ring_text(packet(detail), context, "ring_rx", &PacketDetail::rx_ring),
            "ring_rx(blk_size:4096,blk_nr:2,frm_size:2048,frm_nr:4,tmo:60,features:0x1)");
  EXPECT_EQ(named_ring_text(packet(detail), context, "ring_tx", &PacketDetail::tx_ring), std::nullopt);
  EXPECT_EQ(fanout_text(packet(detail), context), "fanout(id:7,type:lb)");
  const auto value = [&](const char* name) { return said(name, packet(detail), context); };
  EXPECT_EQ(value("packet_flags"), "running auxdata");
  EXPECT_EQ(value("packet_rx_ring"), "blk_size:4096,blk_nr:2,frm_size:2048,frm_nr:4,tmo:60,features:0x1");
  EXPECT_EQ(value("packet_tx_ring"), "-");
  EXPECT_EQ(value("packet_fanout_type"), "lb");
  EXPECT_EQ(value("packet_copy_thresh"), "0");
  const PacketDetail none{.flags = 0, .fanout = 0x630001};
  EXPECT_EQ(packet_details_text(packet(none), context), "flags( 0 )");
  EXPECT_EQ(fanout_text(packet(none), context), "fanout(id:1,type:0x63)");
}

TEST(PacketText, Filter) {
  TextContext context;
  struct Step {
    std::uint16_t code;
    std::uint8_t yes, no;
    std::uint32_t k;
  };
  const std::array program{Step{0x28, 0, 0, 12}, Step{0x15, 1, 2, 0x800}, Step{0x06, 0, 0, 0xffffffff}};
  PacketDetail detail;
  EXPECT_EQ(bpf_text(packet(detail), context), std::nullopt);
  detail.filter = std::as_bytes(std::span(program));
  EXPECT_EQ(bpf_text(packet(detail), context), "bpf filter (3):  0x28 0 0 12, 0x15 1 2 2048, 0x06 0 0 4294967295,");
  EXPECT_EQ(filter_text(packet(detail), context), "0x28 0 0 12, 0x15 1 2 2048, 0x06 0 0 4294967295");
  detail.filter = detail.filter.first(13);
  EXPECT_EQ(bpf_text(packet(detail), context), "bpf filter (1):  0x28 0 0 12,");
}

}  // namespace
}  // namespace skq::fields
