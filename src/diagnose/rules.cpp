#include "diagnose/rules.h"

#include <array>

#include "diagnose/socket_rules.h"

namespace skq::diagnosing {
namespace {

constexpr std::array rows{
    RuleRow{Rule::wait_cycle, find_wait_cycles},
    RuleRow{Rule::unix_send_blocked, find_blocked_senders},
    RuleRow{Rule::unix_dgram_receiver_full, find_full_receivers},
    RuleRow{Rule::unix_accept_queue_full, find_full_listeners},
    RuleRow{Rule::unix_accept_queue_filling, find_filling_listeners},
    RuleRow{Rule::tcp_peer_not_reading, find_tcp_peer_not_reading},
    RuleRow{Rule::tcp_accept_queue_full, find_tcp_accept_queue_full},
    RuleRow{Rule::udp_receive_full, find_udp_receive_full},
    RuleRow{Rule::peer_gone, find_peer_gone},
    RuleRow{Rule::orphaned_socket, find_orphaned_sockets},
    RuleRow{Rule::unread_data, find_unread_data},
    RuleRow{Rule::close_wait, find_close_wait},
    RuleRow{Rule::netlink_overrun, find_netlink_overruns},
    RuleRow{Rule::packet_drops, find_packet_drops},
    RuleRow{Rule::memory_pressure, find_memory_pressure},
};

}  // namespace

std::span<const RuleRow> all_rules() { return rows; }

}  // namespace skq::diagnosing
