// What the kernel throws away or refuses: messages to netlink and packet sockets, memory for a protocol's buffers.
#include <map>
#include <utility>

#include "diagnose/finding_parts.h"
#include "diagnose/socket_rules.h"
#include "diagnose/thresholds.h"

namespace skq::diagnosing {
namespace {

struct Dropping {
  const Socket* worst = nullptr;
  /// Drops of the worst: by what happens now first, a count since the start may be years old.
  std::pair<std::uint32_t, std::uint32_t> worst_drops;
  std::uint64_t ever = 0, lately = 0;  ///< since the sockets were opened; between the looks
  std::size_t sockets = 0;
};

/// What differs between the two rules.
struct DropWords {
  Rule rule{};
  std::string_view one, many, advice;
};

constexpr DropWords netlink_words{
    Rule::netlink_overrun, "netlink message", "netlink messages",
    "What it knows of the system may be out of date: after ENOBUFS it must ask for everything anew. A larger buffer "
    "(SO_RCVBUF, with CAP_NET_ADMIN SO_RCVBUFFORCE) takes longer bursts."};
constexpr DropWords packet_words{
    Rule::packet_drops, "packet", "packets",
    "Its capture has holes. A larger ring or SO_RCVBUF takes longer bursts, a filter spares what it does not want, and "
    "PACKET_FANOUT shares the work among several sockets."};

std::map<std::vector<int>, Dropping> drops_by_holders(const SceneIndex& scene, NetidSet kinds) {
  std::map<std::vector<int>, Dropping> causes;
  for (const Socket* socket : scene.now().sockets) {
    if (!kinds.has(socket->netid)) continue;
    const std::uint32_t ever = socket->memory.at(MemoryItem::drops).value_or(0);
    if (ever == 0) continue;
    // Whoever holds it is not to be told apart from others whom nobody sees: each such socket would be a cause.
    const auto pids = holding_pids(*socket);
    if (pids.empty()) continue;
    const std::uint32_t lately = drops_between(scene, *socket).value_or(0);
    Dropping& cause = causes[pids];
    if (cause.worst == nullptr || std::pair(lately, ever) > cause.worst_drops) {
      cause.worst = socket;
      cause.worst_drops = {lately, ever};
    }
    cause.ever += ever;
    cause.lately += lately;
    ++cause.sockets;
  }
  return causes;
}

std::string drops_title(const SceneIndex& scene, const Dropping& cause, const DropWords& words, std::string who) {
  const std::uint64_t count = cause.lately > 0 ? cause.lately : cause.ever;
  std::string title = std::move(who) + " missed " + plural(count, words.one, words.many) + " on " +
                      (cause.sockets == 1 ? name_of(*cause.worst) : std::to_string(cause.sockets) + " sockets");
  if (cause.lately > 0) return title + " just now, for want of room in its buffer";
  title += cause.sockets == 1 ? " since it was opened" : " since they were opened";
  return scene.before() == nullptr ? title : title + ", and none between two looks";
}

Finding finding_of(const SceneIndex& scene, const Dropping& cause, const DropWords& words) {
  const Socket& socket = *cause.worst;
  Finding finding;
  finding.rule = words.rule;
  finding.severity = cause.lately > 0 ? Severity::warning : Severity::info;
  finding.confidence = Confidence::certain;
  finding.socket = &socket;
  finding.sockets = cause.sockets;
  finding.culprits = culprits_for(scene, socket);
  add(finding.evidence, "drops", std::optional(cause.ever));
  if (cause.lately > 0) add(finding.evidence, "drops_between_looks", std::optional(cause.lately));
  add(finding.evidence, "rmem_alloc", socket.memory.at(MemoryItem::rmem_alloc),
      as_limit(socket.memory.at(MemoryItem::rcvbuf)));
  finding.title = drops_title(scene, cause, words, culprits_text(finding.culprits, "a process"));
  finding.advice = words.advice;
  return finding;
}

void find_drops(const SceneIndex& scene, NetidSet kinds, const DropWords& words, std::vector<Finding>& findings) {
  const auto causes = drops_by_holders(scene, kinds);
  if (!causes.empty()) both_looks_tell(scene);
  for (const auto& [pids, cause] : causes) findings.push_back(finding_of(scene, cause, words));
}

// --- memory-pressure

const SharedMemory* earlier_memory(const SceneIndex& scene, std::string_view protocol) {
  if (scene.before() == nullptr) return nullptr;
  for (const SharedMemory& memory : scene.before()->memory)
    if (memory.protocol == protocol) return &memory;
  return nullptr;
}

std::string memory_title(const SharedMemory& memory, bool exhausted, bool above) {
  const std::string protocol = memory.protocol == "udp" ? "UDP" : "TCP";
  if (exhausted) return protocol + "'s shared memory is used up: the kernel refuses buffers to all its sockets";
  if (above) return protocol + "'s shared memory is under pressure: the kernel shrinks its sockets' buffers";
  return protocol + "'s shared memory came under pressure between two looks";
}

Finding memory_finding(const SharedMemory& memory, bool exhausted, bool above, std::uint64_t events) {
  Finding finding;
  finding.rule = Rule::memory_pressure;
  finding.severity = exhausted ? Severity::critical : Severity::warning;
  finding.confidence = Confidence::certain;
  add(finding.evidence, "pages", memory.pages, as_limit(memory.limit));
  add(finding.evidence, "pages_pressure", memory.pressure);
  if (events > 0) add(finding.evidence, "pressure_events_between_looks", std::optional(events));
  finding.title = memory_title(memory, exhausted, above);
  const bool is_udp = memory.protocol == "udp";
  finding.advice = "Find who holds the memory: skq -m --sort -rmem_alloc. If there is memory to spare, raise net.ipv4.";
  finding.advice += is_udp ? "udp_mem (in pages)." : "tcp_mem (in pages).";
  if (exhausted)
    finding.advice +=
        is_udp ? " Every socket of the host loses datagrams now, so no single thread is named."
               : " Senders of every TCP socket of the host may be held up now, so no single thread is named.";
  return finding;
}

void examine(const SceneIndex& scene, const SharedMemory& memory, std::vector<Finding>& findings) {
  const auto reaches = [&](std::optional<std::uint64_t> bound, double share) {
    return memory.pages && bound && *bound > 0 &&
           static_cast<double>(*memory.pages) >= static_cast<double>(*bound) * share;
  };
  const SharedMemory* before = earlier_memory(scene, memory.protocol);
  const auto events = before == nullptr ? std::nullopt : growth(before->pressure_events, memory.pressure_events);
  const bool exhausted = reaches(memory.limit, thresholds::memory_exhausted);
  const bool above = reaches(memory.pressure, 1);
  if (exhausted || above || events.value_or(0) > 0)
    findings.push_back(memory_finding(memory, exhausted, above, events.value_or(0)));
}

}  // namespace

void find_netlink_overruns(const SceneIndex& scene, std::vector<Finding>& findings) {
  find_drops(scene, NetidSet(Netid::nl), netlink_words, findings);
}

void find_packet_drops(const SceneIndex& scene, std::vector<Finding>& findings) {
  find_drops(scene, NetidSet(Netid::p_raw, Netid::p_dgr), packet_words, findings);
}

void find_memory_pressure(const SceneIndex& scene, std::vector<Finding>& findings) {
  for (const SharedMemory& memory : scene.now().memory) examine(scene, memory, findings);
}

}  // namespace skq::diagnosing
