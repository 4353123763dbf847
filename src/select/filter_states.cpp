#include "select/filter_states.h"

#include <array>

#include "base/nearest_word.h"

namespace skq::select {
namespace {

struct NamedStates {
  std::string_view name;
  StateSet states;
};

constexpr StateSet without(StateSet from, StateSet taken) { return from & ~taken; }

// Linux keeps these as minisockets (struct request_sock, struct inet_timewait_sock).
constexpr StateSet bucket{State::syn_recv, State::time_wait};
constexpr StateSet connected = without(every_state, StateSet(State::close, State::listen));

// The words of ss, then those that stand in the State column.
constexpr std::array<NamedStates, 24> table{{
    {"all", every_state},
    {"connected", connected},
    {"synchronized", without(connected, StateSet(State::syn_sent))},
    {"bucket", bucket},
    {"big", without(every_state, bucket)},
    {"established", StateSet(State::established)},
    {"syn-sent", StateSet(State::syn_sent)},
    {"syn-recv", StateSet(State::syn_recv)},
    {"syn-rcv", StateSet(State::syn_recv)},
    {"fin-wait-1", StateSet(State::fin_wait_1)},
    {"fin-wait-2", StateSet(State::fin_wait_2)},
    {"time-wait", StateSet(State::time_wait)},
    {"closed", StateSet(State::close)},
    {"close", StateSet(State::close)},
    {"unconnected", StateSet(State::close)},
    {"close-wait", StateSet(State::close_wait)},
    {"last-ack", StateSet(State::last_ack)},
    {"listening", StateSet(State::listen)},
    {"closing", StateSet(State::closing)},
    {"bound-inactive", StateSet(State::bound_inactive)},
    {"listen", StateSet(State::listen)},
    {"estab", StateSet(State::established)},
    {"unconn", StateSet(State::close)},
    {"new-syn-recv", StateSet(State::new_syn_recv)},
}};

constexpr auto names = [] {
  std::array<std::string_view, table.size()> list{};
  for (std::size_t i = 0; i < table.size(); ++i) list.at(i) = table.at(i).name;
  return list;
}();

}  // namespace

std::optional<StateSet> states_named(std::string_view name) {
  for (const NamedStates& row : table) {
    if (equal_without_case(name, row.name)) return row.states;
  }
  return std::nullopt;
}

std::span<const std::string_view> state_names() { return names; }

}  // namespace skq::select
