// The queues of listeners and of those who receive unix datagrams: the fullest by name, the others as one.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "metrics/label_text.h"
#include "metrics/metric_table.h"
#include "model/derived.h"

namespace skq::metrics {
namespace {

using Kind = std::pair<Family, Netid>;

/// Sockets on one address (SO_REUSEPORT, other network namespaces), or those that are not told by name.
struct Queue {
  std::string address;
  double length = 0, limit = 0;
  double fill = 0;  ///< of the fullest socket, as a ratio

  void add(double more_length, double more_limit, double other_fill) {
    length += more_length;
    limit += more_limit;
    fill = std::max(fill, other_fill);
  }
};

struct Listeners {
  std::map<std::string, Queue> by_address;
  std::size_t sockets = 0;
  double fullest = 0;
};

constexpr std::string_view the_others = "other";

/// A relative path may be called so, too.
std::string address_of(const Socket& socket, const PortRange& ephemeral) {
  std::string text = listener_text(socket, ephemeral);
  return text == the_others ? "./" + text : text;
}

/// What a socket says of its queue.
struct Said {
  std::optional<std::uint32_t> length, limit;
  std::optional<Percent> fill;
};

Said of_listener(const Socket& socket) { return {accept_queue(socket), accept_limit(socket), accept_fill(socket)}; }

/// Nobody can send to a socket without a name unless it is connected, and then this is not its limit.
Said of_receiver(const Socket& socket) {
  if (socket.unix_part() == nullptr || !socket.unix_part()->has_name) return {};
  return {dgram_queue(socket), dgram_limit(socket), dgram_fill(socket)};
}

std::map<Kind, Listeners> queues_of(const MetricsInput& input, Said (*said_of)(const Socket&)) {
  std::map<Kind, Listeners> kinds;
  for (const Socket* socket : input.sockets) {
    const auto [length, limit, fill] = said_of(*socket);
    if (!length || !limit || !fill) continue;
    Listeners& kind = kinds[{socket->family, socket->netid}];
    Queue& queue = kind.by_address[address_of(*socket, input.ephemeral)];
    queue.add(*length, *limit, fill->value / 100);
    ++kind.sockets;
    kind.fullest = std::max(kind.fullest, fill->value / 100);
  }
  return kinds;
}

/// The fullest first, and no two alike, so that the choice is the same each time.
bool comes_first(const Queue& a, const Queue& b) {
  return std::tuple(-a.fill, -a.length, std::string_view(a.address)) <
         std::tuple(-b.fill, -b.length, std::string_view(b.address));
}

std::vector<Queue> chosen(Listeners& kind, std::size_t top) {
  std::vector<Queue> all;
  for (auto& [address, queue] : kind.by_address) {
    queue.address = address;
    all.push_back(std::move(queue));
  }
  std::sort(all.begin(), all.end(), comes_first);
  if (all.size() <= top) return all;
  Queue others{.address = std::string(the_others)};
  for (std::size_t at = top; at < all.size(); ++at) others.add(all[at].length, all[at].limit, all[at].fill);
  all.resize(top);
  all.push_back(std::move(others));
  return all;
}

struct QueueMetrics {
  std::string_view label;
  Metric length, limit, fill;
};

void add_queues(const QueueMetrics& metrics, const std::vector<MetricLabel>& labels, std::vector<Queue> queues,
                Exposition& to) {
  for (Queue& queue : queues) {
    auto with_address = labels;
    with_address.push_back({metrics.label, std::move(queue.address)});
    to.add(metrics.length, with_address, queue.length);
    to.add(metrics.limit, with_address, queue.limit);
    to.add(metrics.fill, std::move(with_address), queue.fill);
  }
}

std::vector<MetricLabel> labels_of(const Kind& kind) {
  return {label("family", to_text(kind.first)), label("proto", to_text(kind.second))};
}

}  // namespace

void add_listeners(const MetricsInput& input, Exposition& to) {
  constexpr QueueMetrics accepting{"listener", Metric::listen_length, Metric::listen_limit, Metric::listen_fill};
  for (auto& [kind, listeners] : queues_of(input, of_listener)) {
    const std::vector<MetricLabel> labels = labels_of(kind);
    to.add(Metric::listeners, labels, static_cast<double>(listeners.sockets));
    to.add(Metric::listen_fullest, labels, listeners.fullest);
    add_queues(accepting, labels, chosen(listeners, input.top_listeners), to);
  }
  constexpr QueueMetrics receiving{"receiver", Metric::dgram_length, Metric::dgram_limit, Metric::dgram_fill};
  for (auto& [kind, receivers] : queues_of(input, of_receiver))
    add_queues(receiving, labels_of(kind), chosen(receivers, input.top_listeners), to);
}

}  // namespace skq::metrics
