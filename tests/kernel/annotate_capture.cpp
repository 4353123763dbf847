// Makes tests/data/other_families.skqcap, a zoo of the families that few kernels have, and the fuzzer's seeds of the
// same messages. Not a test, and not a recording: the bytes are annotated from headers in family_messages.h.
//   annotate_capture tests/data/other_families.skqcap tests/fuzz/corpus/decode
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include <fstream>
#include <string>

#include "family_messages.h"
#include "kernel/capture.h"
#include "kernel/request.h"

namespace {

using namespace skq;
using test::Bytes;

constexpr std::uint32_t sequence = 7, portid = 99;

struct Exchange {
  const char* seed;      ///< name of the fuzzer's seed; null: none
  std::uint8_t request;  ///< which of fuzz_decode.cpp's requests
  Family family{};
  Netid netid{};
  std::vector<Bytes> rows;
  std::int32_t error = 0;
};

constexpr std::uint32_t any = 0xffffffff;

std::vector<Bytes> vsocks() {
  return {test::vsock_message({.state = 10,
                               .local_cid = any,
                               .local_port = 1024,
                               .peer_cid = any,
                               .peer_port = any,
                               .inode = 901,
                               .cookie = 1}),
          test::vsock_message({.inode = 902, .cookie = 2}),
          test::vsock_message({.type = 2,
                               .state = 7,
                               .local_cid = 3,
                               .local_port = 700,
                               .peer_cid = any,
                               .peer_port = any,
                               .inode = 903,
                               .cookie = 3}),
          test::vsock_message({.type = 5, .state = 1, .shutdown = 3, .local_port = 5000, .inode = 904, .cookie = 4}),
          test::vsock_message({.type = 5,
                               .state = 10,
                               .local_cid = 1,
                               .local_port = 80,
                               .peer_cid = any,
                               .peer_port = any,
                               .inode = 905,
                               .cookie = 5})};
}

std::vector<Bytes> xdps() {
  // The second was made and not bound: no ring, no memory.
  return {test::xdp_message(),
          test::xdp_head(911, 92).attribute(1, Bytes().u32(0).u32(0)).attribute(2, Bytes().u32(0))};
}

std::vector<Bytes> tipcs() {
  test::Tipc connected{.type = 1, .state = 1, .ref = 100, .inode = 921, .cookie = 1, .received = 3, .to_send = 2};
  connected.statistics.attribute(3, Bytes());  // CONN_CONG
  connected.more = test::tipc_connection();
  test::Tipc member{.type = 4, .state = 7, .ref = 101, .inode = 922, .cookie = 2, .dropped = 9};
  member.statistics.attribute(2, Bytes());  // LINK_CONG
  member.more = test::tipc_group();
  test::Tipc server{.type = 5, .state = 10, .ref = 102, .inode = 923, .cookie = 3};
  server.more.attribute(4, Bytes());  // HAS_PUBL
  return {test::tipc_message(connected), test::tipc_message(member), test::tipc_message(server),
          test::tipc_message({.type = 2, .ref = 103, .inode = 924, .cookie = 4})};
}

std::vector<Exchange> zoo() {
  const auto nothing = [](Family family, Netid netid) { return Exchange{nullptr, 0, family, netid, {}, 0}; };
  const auto absent = [](Family family, Netid netid) { return Exchange{nullptr, 0, family, netid, {}, -2}; };
  return {{"vsocks", 5, Family::vsock, Netid::v_str, vsocks()},
          {"xdps", 6, Family::xdp, Netid::xdp, xdps()},
          {"tipcs", 7, Family::tipc, Netid::ti_st, tipcs()},
          {"sctp",
           8,
           Family::inet,
           Netid::sctp,
           {test::sctp_endpoint(10, 930), test::sctp_association(3, 930, 6000), test::sctp_association(5, 930, 6001),
            test::sctp_association(1, 931, 6000)}},
          nothing(Family::inet6, Netid::sctp),
          {nullptr,
           0,
           Family::inet,
           Netid::dccp,
           {test::inet4(10, 7000, 1, 0, 0, 940, 0, 0), test::inet4(1, 7001, 1, 7000, 2, 941, 0, 0)}},
          absent(Family::inet6, Netid::dccp),
          {nullptr, 0, Family::inet, Netid::raw, {test::inet4(7, 1, 0, 0, 0, 950, 0, 0).attribute(10, Bytes().u8(1))}},
          nothing(Family::inet6, Netid::raw)};
}

Bytes datagram_of(const Exchange& exchange) {
  Bytes datagram;
  for (const Bytes& row : exchange.rows) datagram.message(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, sequence, portid, row);
  return datagram.message(NLMSG_DONE, NLM_F_MULTI, sequence, portid,
                          Bytes().u32(static_cast<std::uint32_t>(exchange.error)));
}

bool write_file(const std::string& path, std::span<const std::byte> bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return out.good();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  kernel::CaptureWriter writer(
      {"capture", "00000000-0000-0000-0000-000000000000", "6.18.0", 1'700'000'000'000'000'000, 1});
  for (const Exchange& exchange : zoo()) {
    const DumpRequest request{exchange.family, exchange.netid, ~StateSet{}, ~NeedSet{}};
    const test::Bytes datagram = datagram_of(exchange);
    writer.begin_exchange(kernel::request_bytes(request, sequence), portid);
    writer.datagram(datagram.span(), false);
    if (exchange.seed == nullptr) continue;
    const test::Bytes seed = test::Bytes().u8(exchange.request).u8(0).raw(datagram.span());
    if (!write_file(std::string(argv[2]) + '/' + exchange.seed, seed.span())) return 1;
  }
  return write_file(argv[1], writer.finish()) ? 0 : 1;
}
