// A host whose sockets come and go: connections that are replaced, grow and rest, TIME-WAIT that is always new, unix
// sockets that stay.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "model/tcp_info.h"
#include "skq/arena.h"
#include "skq/socket.h"

namespace skq::test {

struct Looked {
  std::unique_ptr<Arena> arena = std::make_unique<Arena>();
  std::vector<Socket*> rows;
};

class BusyHost {
 public:
  explicit BusyHost(std::size_t sockets, unsigned seed = 1) : random_(seed) {
    for (std::size_t i = 0; i < sockets * 6 / 10; ++i) connections_.push_back(connection());
    for (std::size_t i = 0; i < sockets / 10; ++i) unix_.push_back({next_cookie(), ++inode_});
    closed_ = sockets * 3 / 10;
  }

  /// A minute later: a tenth of the connections is replaced, half of the others was active.
  void pass() {
    for (Connection& one : connections_) {
      if (chance(10)) {
        one = connection();
      } else if (chance(50)) {
        one.acked += grown(20'000);
        one.received += grown(20'000);
        one.segs_in += number(1, 60);
        one.segs_out += number(1, 60);
        one.rtt = one.rtt * number(80, 125) / 100 + 50;
        one.rttvar = one.rttvar * number(70, 140) / 100 + 20;
        one.cwnd = chance(50) ? 10 : number(10, 20);
        one.forward = chance(50) ? 0 : number(1, 3) * 1792;
        one.unread = chance(20) ? number(0, 9000) : 0;
      }
    }
  }

  Looked look() {
    Looked looked;
    for (const Connection& one : connections_) looked.rows.push_back(built(one, *looked.arena));
    for (std::size_t i = 0; i < closed_; ++i) looked.rows.push_back(time_wait(*looked.arena));
    for (const Unix& one : unix_) looked.rows.push_back(built(one, *looked.arena));
    return looked;
  }

  std::uint32_t number(std::uint32_t from, std::uint32_t to) {
    return std::uniform_int_distribution<std::uint32_t>(from, to)(random_);
  }
  bool chance(std::uint32_t percent) { return number(1, 100) <= percent; }

 private:
  struct Connection {
    std::uint64_t cookie = 0;
    std::uint32_t inode = 0, peer = 0, uid = 0, sndbuf = 0;
    std::uint16_t port = 0, peer_port = 0;
    int pid = 0, fd = 0;
    std::uint64_t acked = 0, received = 0;
    std::uint32_t segs_in = 0, segs_out = 0, rtt = 0, rttvar = 0, cwnd = 10, forward = 0, unread = 0;
  };
  struct Unix {
    std::uint64_t cookie = 0;
    std::uint32_t inode = 0;
  };

  std::uint64_t grown(double mean) {
    return static_cast<std::uint64_t>(std::exponential_distribution<double>(1 / mean)(random_));
  }
  std::uint64_t next_cookie() { return cookie_ += number(1, 6); }

  Connection connection() {
    Connection one;
    one.cookie = next_cookie();
    one.inode = inode_ += number(1, 9);
    one.peer = number(0, 0x3ffff);
    one.uid = chance(60) ? 33 : 1000;
    one.sndbuf = chance(70) ? 87'040 : 2'626'560;
    one.port = chance(60) ? 443 : 5432;
    one.peer_port = static_cast<std::uint16_t>(number(1024, 65'535));
    one.pid = static_cast<int>(number(1000, 1200));
    one.fd = static_cast<int>(number(5, 4000));
    one.acked = number(0, 1'000'000);
    one.received = number(0, 1'000'000);
    one.segs_in = number(0, 1000);
    one.segs_out = number(0, 1000);
    one.rtt = number(100, 80'000);
    one.rttvar = number(50, 9000);
    return one;
  }

  static Address address(std::uint32_t host) {
    Address made;
    made.bytes[0] = std::byte{10};
    made.bytes[1] = static_cast<std::byte>(host >> 16U);
    made.bytes[2] = static_cast<std::byte>(host >> 8U);
    made.bytes[3] = static_cast<std::byte>(host);
    return made;
  }

  static void put(std::span<std::byte> info, std::string_view name, std::uint64_t value) {
    const model::TcpInfoMember& member = *model::find_tcp_info(name);
    std::memcpy(info.data() + member.offset, &value, member.size);
  }

  static std::span<const std::byte> info_of(const Connection& one, Arena& arena) {
    constexpr std::size_t size = 248;
    const auto info = arena.room<std::byte>(size);
    std::fill(info.begin(), info.end(), std::byte{0});
    put(info, "state", 1);
    put(info, "rto", 204'000);
    put(info, "rtt", one.rtt);
    put(info, "rttvar", one.rttvar);
    put(info, "snd_cwnd", one.cwnd);
    put(info, "bytes_acked", one.acked);
    put(info, "bytes_received", one.received);
    put(info, "segs_in", one.segs_in);
    put(info, "segs_out", one.segs_out);
    return info;
  }

  static Socket* built(const Connection& one, Arena& arena) {
    auto* socket = arena.make<Socket>();
    socket->family = Family::inet;
    socket->netid = Netid::tcp;
    socket->state = State::established;
    socket->inode = Inode{one.inode};
    socket->cookie = Cookie{one.cookie};
    socket->recv_q = one.unread;
    socket->send_q = 0;
    socket->uid = one.uid;
    socket->memory = {{one.unread * 2, 131'072, 0, one.sndbuf, one.forward, 0, 0, 0, 0}, memory_items};
    auto& part = socket->part.emplace<InetPart>();
    part.local = address(5);
    part.local_port = one.port;
    part.peer = address(one.peer);
    part.peer_port = one.peer_port;
    auto* detail = arena.make<InetDetail>();
    detail->cong = "cubic";
    detail->tcp_info = info_of(one, arena);
    part.detail = detail;
    auto* owner = arena.make<Owner>(Owner{one.pid, 0, one.fd, "nginx"});
    socket->owners = arena.make<Owners>(Owners{{owner, 1}});
    return socket;
  }

  static Socket* built(const Unix& one, Arena& arena) {
    auto* socket = arena.make<Socket>();
    socket->family = Family::unix_domain;
    socket->netid = Netid::u_str;
    socket->state = State::established;
    socket->inode = Inode{one.inode};
    socket->cookie = Cookie{one.cookie};
    socket->recv_q = socket->send_q = 0;
    socket->uid = 0;
    socket->shutdown = Shutdown::none;
    socket->memory = {{0, 212'992, 0, 212'992, 0, 0, 0, 0, 0}, memory_items};
    auto& part = socket->part.emplace<UnixPart>();
    part.name = "/run/systemd/journal/stdout";
    part.has_name = true;
    part.peer_inode = Inode{one.inode + 1};
    auto* owner = arena.make<Owner>(Owner{1, 0, static_cast<int>(one.inode % 400), "systemd"});
    socket->owners = arena.make<Owners>(Owners{{owner, 1}});
    return socket;
  }

  Socket* time_wait(Arena& arena) {
    auto* socket = arena.make<Socket>();
    socket->family = Family::inet;
    socket->netid = Netid::tcp;
    socket->state = State::time_wait;
    socket->cookie = Cookie{next_cookie()};
    socket->recv_q = socket->send_q = 0;
    socket->uid = 0;
    auto& part = socket->part.emplace<InetPart>();
    part.local = address(5);
    part.local_port = 443;
    part.peer = address(number(0, 0x3ffff));
    part.peer_port = static_cast<std::uint16_t>(number(1024, 65'535));
    part.timer = 3;
    part.expires_ms = number(0, 60'000);
    return socket;
  }

  std::mt19937 random_;
  std::uint64_t cookie_ = 0x100000;
  std::uint32_t inode_ = 5'000'000;
  std::vector<Connection> connections_;
  std::vector<Unix> unix_;
  std::size_t closed_ = 0;
};

}  // namespace skq::test
