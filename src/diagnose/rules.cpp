#include "diagnose/rules.h"

#include <array>

namespace skq::diagnosing {
namespace {

constexpr std::array rows{
    RuleRow{Rule::wait_cycle, find_wait_cycles},
    RuleRow{Rule::unix_send_blocked, find_blocked_senders},
    RuleRow{Rule::unix_dgram_receiver_full, find_full_receivers},
    RuleRow{Rule::unix_accept_queue_full, find_full_listeners},
    RuleRow{Rule::unix_accept_queue_filling, find_filling_listeners},
};

}  // namespace

std::span<const RuleRow> all_rules() { return rows; }

}  // namespace skq::diagnosing
