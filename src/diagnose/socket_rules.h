// The rules that need no wait-for graph: each looks at sockets one by one, at their counters in both looks, and at who
// holds them.
#pragma once

#include <vector>

#include "diagnose/scene_index.h"
#include "skq/diagnose.h"

namespace skq::diagnosing {

void find_tcp_peer_not_reading(const SceneIndex& scene, std::vector<Finding>& findings);
void find_tcp_accept_queue_full(const SceneIndex& scene, std::vector<Finding>& findings);
void find_udp_receive_full(const SceneIndex& scene, std::vector<Finding>& findings);
void find_peer_gone(const SceneIndex& scene, std::vector<Finding>& findings);
void find_orphaned_sockets(const SceneIndex& scene, std::vector<Finding>& findings);
/// Runs behind the others: what they have told of already is left out.
void find_unread_data(const SceneIndex& scene, std::vector<Finding>& findings);
void find_close_wait(const SceneIndex& scene, std::vector<Finding>& findings);
void find_netlink_overruns(const SceneIndex& scene, std::vector<Finding>& findings);
void find_packet_drops(const SceneIndex& scene, std::vector<Finding>& findings);
void find_memory_pressure(const SceneIndex& scene, std::vector<Finding>& findings);

}  // namespace skq::diagnosing
