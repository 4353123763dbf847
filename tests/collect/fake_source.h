// A source of plain values: what it shall say is set by the test, what it was asked is kept.
#pragma once

#include <cerrno>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "skq/source.h"

namespace skq {

/// One answer of the kernel to a dump.
struct Answer {
  std::vector<Socket> rows;
  DumpEnd end;
};

class FakeSource : public Source {
 public:
  /// Answers by family (and netid for inet), used up one after the other; the last one stays.
  std::map<std::pair<Family, Netid>, std::vector<Answer>> answers;
  std::vector<Answer> pending;  ///< for listeners_pending
  OwnerScan scan;
  std::vector<DumpRequest> asked;
  std::vector<Inode> wanted;
  int scans = 0;
  std::size_t fails_after = SIZE_MAX;  ///< so many dumps succeed
  bool follows = false;
  std::map<Family, std::vector<Socket>> behind;  ///< of the namespaces that strangers lead to
  std::vector<std::vector<Inode>> seen;          ///< of the scans for strangers
  std::vector<Stranger> followed;
  bool found_behind = false;
  std::vector<Gap> own_gaps;

  Result<DumpEnd> dump(const DumpRequest& request, Arena&, const std::function<bool(Socket&)>& row) override {
    if (asked.size() >= fails_after) return Error{"send the request", ENOBUFS};
    asked.push_back(request);
    if (request.followed) return hand_over(behind[request.family], row);
    const bool inet = request.family == Family::inet || request.family == Family::inet6;
    auto& list = request.listeners_pending ? pending : answers[{request.family, inet ? request.netid : Netid::u_str}];
    if (list.empty()) return DumpEnd{};
    const Answer answer = list.front();
    if (list.size() > 1) list.erase(list.begin());
    for (Socket socket : answer.rows) {
      if (!row(socket)) return DumpEnd{};
    }
    if (found_behind) hand_over(behind[request.family], row);
    return answer.end;
  }
  static DumpEnd hand_over(const std::vector<Socket>& rows, const std::function<bool(Socket&)>& row) {
    for (Socket socket : rows) {
      if (!row(socket)) break;
    }
    return {};
  }
  Result<OwnerScan> owners(const OwnerScanRequest& request, Arena&) override {
    ++scans;
    wanted.assign(request.wanted.begin(), request.wanted.end());
    if (request.seen != nullptr) seen.push_back(*request.seen);
    return scan;
  }
  [[nodiscard]] bool follows_strangers() const override { return follows; }
  std::size_t follow(std::span<const Stranger> strangers) override {
    followed.assign(strangers.begin(), strangers.end());
    found_behind = !behind.empty() && !strangers.empty();
    return found_behind ? 1 : 0;
  }
  std::vector<Gap> gaps() override { return own_gaps; }
  Circumstances circumstances() override { return {}; }
};

inline Socket unix_row(std::uint32_t inode, std::optional<Inode> peer = std::nullopt,
                       State state = State::established) {
  Socket s;
  s.family = Family::unix_domain;
  s.netid = Netid::u_str;
  s.state = state;
  s.shutdown = Shutdown::none;
  s.inode = Inode{inode};
  s.cookie = Cookie{inode + 1000};
  s.recv_q = 0;
  s.send_q = 0;
  s.part = UnixPart{.peer_inode = peer};
  return s;
}

inline Socket inet_row(Netid netid, std::uint32_t inode, std::uint8_t last_local, std::uint16_t local_port,
                       std::uint8_t last_peer, std::uint16_t peer_port) {
  Socket s;
  s.family = Family::inet;
  s.netid = netid;
  s.state = State::established;
  s.inode = Inode{inode};
  s.cookie = Cookie{inode + 1000};
  InetPart part{.local_port = local_port, .peer_port = peer_port};
  if (last_local != 0) part.local.bytes = {std::byte{127}, std::byte{0}, std::byte{0}, std::byte{last_local}};
  if (last_peer != 0) part.peer.bytes = {std::byte{127}, std::byte{0}, std::byte{0}, std::byte{last_peer}};
  s.part = part;
  return s;
}

/// The same socket as an IPv6 one with v4-mapped addresses.
inline Socket mapped(Socket s) {
  InetPart part = std::get<InetPart>(s.part);
  for (Address* address : {&part.local, &part.peer}) {
    Address wide;
    wide.bytes[10] = wide.bytes[11] = std::byte{0xFF};
    for (std::size_t i = 0; i < 4; ++i) wide.bytes[12 + i] = address->bytes[i];
    *address = wide;
  }
  s.family = Family::inet6;
  s.part = part;
  return s;
}

}  // namespace skq
