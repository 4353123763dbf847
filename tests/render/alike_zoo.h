// Rows without end, the same ones in each zoo.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>

#include "skq/socket.h"

namespace skq::testing {

/// Sockets whose common members have few values, so that some follow others that are alike, and all others many.
class Zoo {
 public:
  const Socket& next() {
    Socket& s = sockets_.emplace_back(any());
    if (s.family == Family::unix_domain && chance(2)) {
      Socket& other = sockets_.emplace_back(any());
      other.family = Family::unix_domain;
      other.netid = s.netid;
      other.part = unix_part();
      s.other_end = &other;
    }
    return s;
  }

 private:
  std::uint32_t up_to(std::uint32_t most) { return std::uniform_int_distribution<std::uint32_t>(0, most)(random_); }
  bool chance(std::uint32_t of) { return up_to(of - 1) == 0; }
  std::optional<std::uint32_t> few() { return chance(9) ? std::nullopt : std::optional(chance(5) ? 7U : 0U); }

  UnixPart unix_part() {
    UnixPart part;
    if (chance(2)) part.peer_inode = Inode{up_to(3)};
    if (chance(4)) part.queue = &queues_[up_to(1)];
    if (chance(2)) part.in_pending_list = chance(2);
    return part;
  }
  Socket any() {
    Socket s;
    s.family = chance(4) ? Family::inet : Family::unix_domain;
    const bool inet = s.family == Family::inet;
    s.netid = inet ? (chance(3) ? Netid::sctp : Netid::tcp) : (chance(3) ? Netid::u_dgr : Netid::u_str);
    s.state = chance(5) ? State::listen : State::established;
    if (!chance(4)) s.shutdown = chance(5) ? Shutdown::rdwr : Shutdown::none;
    s.inode = Inode{up_to(3)};
    s.cookie = Cookie{up_to(1000)};
    s.recv_q = few();
    s.send_q = few();
    s.uid = few();
    s.memory.values = {0, 8, chance(6) ? 5U : 0U, 8, 0, chance(6) ? 9U : 0U, 0, 0, 0};
    s.memory.known = chance(9) ? 3 : memory_items;
    if (!inet) {
      s.part = unix_part();
    } else {
      InetPart part;
      part.local_port = static_cast<std::uint16_t>(up_to(60000));
      if (s.netid == Netid::sctp && chance(2)) part.association = static_cast<SctpState>(up_to(3));
      s.part = part;
    }
    return s;
  }

  std::mt19937 random_{20261122};
  std::deque<Socket> sockets_;
  std::array<UnixQueue, 2> queues_{UnixQueue{.length = 1, .limit = 11}, UnixQueue{.length = 11, .limit = 11}};
};

}  // namespace skq::testing
