// Why a send or connect cannot go on, and how sure that is: the kernel's wait channel, its word on a duplicate of the
// descriptor, the memory rule, or an estimate.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "diagnose/scene_index.h"

namespace skq::diagnosing {

struct Proof {
  Rule rule{};  ///< whose matter it is
  Confidence confidence{};
  std::vector<Evidence> evidence;
};
/// Empty: nothing says that it cannot go on.
std::optional<Proof> proof_of(const SceneIndex& scene, const Waiting& waiting);

/// Datagrams that the receiver may hold at most, from what its connected senders are charged: each takes 768 bytes or
/// more. Senders that are not connected cannot be counted.
std::uint64_t datagrams_bound(const SceneIndex& scene, const Socket& receiver);

/// Two datagram sockets connected to each other, and streams, wait on their own memory alone.
bool receiver_has_own_limit(const Socket& sender);

Evidence number(std::string_view field, double value, std::optional<double> limit = {});
Evidence word(std::string_view field, std::string_view text);

}  // namespace skq::diagnosing
