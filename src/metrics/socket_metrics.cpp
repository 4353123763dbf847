// How many sockets of which kind and in which state, what they hold, how full they are.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "metrics/metric_table.h"
#include "model/derived.h"

namespace skq::metrics {
namespace {

using Kind = std::pair<Family, Netid>;

/// A sum of what was said; empty while nobody said anything.
struct Sum {
  std::optional<double> value;
  void add(std::optional<std::uint64_t> more) {
    if (more) value = value.value_or(0) + static_cast<double>(*more);
  }
};

struct StateTotals {
  std::uint64_t sockets = 0;
  Sum receive_queue, send_queue;
};

struct FillStep {
  std::string_view label;
  double percent;
};
constexpr std::array steps{FillStep{"0.8", 80}, FillStep{"1", 100}};

struct Fills {
  std::array<std::uint64_t, steps.size()> reached{};
  std::optional<double> fullest;

  void add(std::optional<Percent> fill) {
    if (!fill) return;
    for (std::size_t at = 0; at < steps.size(); ++at)
      if (fill->value >= steps[at].percent) ++reached[at];
    fullest = std::max(fullest.value_or(0), fill->value);
  }
};

struct KindTotals {
  Sum send, receive, forward, drops;
  Fills send_fill, receive_fill;
};

struct Totals {
  std::map<std::tuple<Family, Netid, State>, StateTotals> states;
  std::map<Kind, KindTotals> kinds;
};

std::optional<std::uint64_t> known(std::optional<Bytes> bytes) {
  return bytes ? std::optional(bytes->value) : std::nullopt;
}

void count_memory(const Socket& socket, KindTotals& kind) {
  kind.send.add(known(send_mem(socket)));
  // The kernel says 0 of unix, for it charges the sender.
  if (socket.family != Family::unix_domain) kind.receive.add(socket.memory.at(MemoryItem::rmem_alloc));
  kind.forward.add(socket.memory.at(MemoryItem::fwd_alloc));
  if (socket.family != Family::unix_domain) kind.drops.add(socket.memory.at(MemoryItem::drops));
  if (socket.state == State::listen) return;
  kind.send_fill.add(send_fill(socket));
  kind.receive_fill.add(recv_fill(socket));
}

void count(const Socket& socket, Totals& totals) {
  StateTotals& state = totals.states[{socket.family, socket.netid, socket.state}];
  ++state.sockets;
  // Of a listener they are lengths and limits of its queue.
  if (socket.state != State::listen) {
    state.receive_queue.add(socket.recv_q);
    state.send_queue.add(socket.send_q);
  }
  count_memory(socket, totals.kinds[{socket.family, socket.netid}]);
}

/// The states of TCP are worth an alarm when they grow, so that they are there before they do. A hole in the look may
/// be anywhere, and what nobody saw is not 0.
void add_zeros(const MetricsInput& input, Totals& totals) {
  const auto hides_sockets = [](const Gap& gap) {
    return gap.kind == GapKind::family || gap.kind == GapKind::dump || gap.kind == GapKind::netns ||
           gap.kind == GapKind::recording;
  };
  if (std::any_of(input.gaps.begin(), input.gaps.end(), hides_sockets)) return;
  for (const CountedTable& table : input.tables) {
    if (table.netid != Netid::tcp) continue;
    for (auto state = State::established; state <= State::closing;
         state = static_cast<State>(static_cast<std::uint8_t>(state) + 1))
      if (table.states.has(state)) totals.states.try_emplace({table.family, table.netid, state});
  }
}

std::vector<MetricLabel> labels_of(const Kind& kind) {
  return {label("family", to_text(kind.first)), label("proto", to_text(kind.second))};
}

std::string text_of(State state) {
  const std::string_view name = to_text(state);
  return name.empty() ? "unknown(" + std::to_string(static_cast<unsigned>(state)) + ")" : std::string(name);
}

void add_fills(const Kind& kind, std::string_view side, const Fills& fills, Exposition& to) {
  if (!fills.fullest) return;
  auto labels = labels_of(kind);
  labels.push_back(label("side", side));
  to.add(Metric::fill_fullest, labels, *fills.fullest / 100);
  for (std::size_t at = 0; at < steps.size(); ++at) {
    auto with_step = labels;
    with_step.push_back(label("fill", steps[at].label));
    to.add(Metric::fill_sockets, std::move(with_step), static_cast<double>(fills.reached[at]));
  }
}

void add_sum(Metric metric, std::vector<MetricLabel> labels, const Sum& sum, Exposition& to) {
  if (sum.value) to.add(metric, std::move(labels), *sum.value);
}

}  // namespace

void add_sockets(const MetricsInput& input, Exposition& to) {
  Totals totals;
  for (const Socket* socket : input.sockets) count(*socket, totals);
  add_zeros(input, totals);
  for (const auto& [key, state] : totals.states) {
    auto labels = labels_of({std::get<Family>(key), std::get<Netid>(key)});
    labels.push_back({"state", text_of(std::get<State>(key))});
    add_sum(Metric::receive_queue, labels, state.receive_queue, to);
    add_sum(Metric::send_queue, labels, state.send_queue, to);
    to.add(Metric::sockets, std::move(labels), static_cast<double>(state.sockets));
  }
  for (const auto& [kind, sums] : totals.kinds) {
    add_sum(Metric::send_memory, labels_of(kind), sums.send, to);
    add_sum(Metric::receive_memory, labels_of(kind), sums.receive, to);
    add_sum(Metric::forward_memory, labels_of(kind), sums.forward, to);
    add_sum(Metric::drops, labels_of(kind), sums.drops, to);
    add_fills(kind, "send", sums.send_fill, to);
    add_fills(kind, "receive", sums.receive_fill, to);
  }
}

}  // namespace skq::metrics
