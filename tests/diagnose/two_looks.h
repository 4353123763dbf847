// Two looks at one host, a time apart, and what a rule finds in them.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnose/rules.h"
#include "diagnose/scene_index.h"
#include "model/tcp_info.h"
#include "scene_builder.h"
#include "skq/diagnose.h"

namespace skq::diagnosing {

using TcpMembers = std::initializer_list<std::pair<std::string_view, std::uint64_t>>;

/// Rows of TCP with their details, which must outlive the scene.
class TcpDetails {
 public:
  /// Members that are not named are 0. `length`: how much of the struct the kernel knows.
  void set(Socket& socket, TcpMembers members, std::size_t length = 280) {
    auto& bytes = bytes_.emplace_back(length);
    for (const auto& [name, value] : members) {
      const model::TcpInfoMember* member = model::find_tcp_info(name);
      ASSERT_NE(member, nullptr) << name;
      for (std::size_t i = 0; i < member->size && member->offset + i < length; ++i)
        bytes[member->offset + i] = static_cast<std::byte>(value >> (8 * i));
    }
    InetDetail& detail = details_.emplace_back();
    detail.tcp_info = bytes;
    std::get<InetPart>(socket.part).detail = &detail;
  }

 private:
  std::deque<std::vector<std::byte>> bytes_;
  std::deque<InetDetail> details_;
};

inline Address ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  Address address;
  address.bytes = {std::byte{a}, std::byte{b}, std::byte{c}, std::byte{d}};
  return address;
}

/// 127.0.0.1 at both ends.
inline Socket& tcp_row(SceneBuilder& host, std::uint32_t inode, State state, std::uint16_t port, std::uint16_t peer) {
  Socket& socket = host.row(inode, Netid::tcp, state);
  InetPart& part = std::get<InetPart>(socket.part);
  part.local = ipv4(127, 0, 0, 1);
  part.peer = peer == 0 ? Address{} : ipv4(127, 0, 0, 1);
  part.local_port = port;
  part.peer_port = peer;
  return socket;
}

inline void set_memory(Socket& socket, MemoryItem item, std::uint32_t value) {
  socket.memory.known = memory_items;
  socket.memory.values.at(static_cast<std::size_t>(item)) = value;
}

struct TwoLooks {
  SceneBuilder before, now;
  TcpDetails details;
  Patience patience;
  bool time_wanted = false;
  double seconds_apart = 1.5;

  /// What is the same in both.
  template <class Build>
  void both(const Build& build) {
    build(before);
    build(now);
  }
  std::vector<Finding> find(FindRule* rule) { return find_after(rule, {}); }
  std::vector<Finding> find_after(FindRule* rule, std::vector<Finding> findings) {
    before.facts().time_ns = 1'000'000'000;
    now.facts().time_ns = 1'000'000'000 + static_cast<std::int64_t>(seconds_apart * 1e9);
    const SceneIndex index(now.scene(), &before.scene(), patience);
    rule(index, findings);
    time_wanted = index.time_is_wanted();
    return findings;
  }
  /// With the second look alone.
  std::vector<Finding> find_at_once(FindRule* rule) {
    const SceneIndex index(now.scene(), nullptr, patience);
    std::vector<Finding> findings;
    rule(index, findings);
    time_wanted = index.time_is_wanted();
    return findings;
  }
};

inline const Evidence* evidence_of(const Finding& finding, std::string_view field) {
  for (const Evidence& evidence : finding.evidence)
    if (evidence.field == field) return &evidence;
  return nullptr;
}

}  // namespace skq::diagnosing
