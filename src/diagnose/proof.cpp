#include "diagnose/proof.h"
#include "diagnose/thresholds.h"

#include <algorithm>
#include <array>

#include "model/derived.h"

namespace skq::diagnosing {
namespace {

// Where a sleeper hangs. Compilers inline static functions, so one wait may be told under several names.
enum class Channel : std::uint8_t { hidden, other, own_memory, peer_queue };

struct ChannelName {
  std::string_view prefix;
  Channel channel{};
};
constexpr std::array channel_names{
    ChannelName{"sock_alloc_send_pskb", Channel::own_memory},   // net/core/sock.c: sock_wait_for_wmem, inlined
    ChannelName{"sock_wait_for_wmem", Channel::own_memory},     // the same where it is not
    ChannelName{"sk_stream_wait_memory", Channel::own_memory},  // net/core/stream.c
    ChannelName{"unix_wait_for_peer", Channel::peer_queue},     // net/unix/af_unix.c: datagrams and connect
};

Channel channel_of(const ThreadActivity& thread) {
  if (thread.wchan.empty()) return Channel::hidden;
  for (const ChannelName& name : channel_names)
    if (thread.wchan.substr(0, name.prefix.size()) == name.prefix) return name.channel;
  return Channel::other;
}

Proof proof(Rule rule, Confidence confidence, const Waiting& waiting) {
  Proof made{rule, confidence, {}};
  if (!waiting.thread->wchan.empty()) made.evidence.push_back(word("wchan", waiting.thread->wchan));
  if (const auto fill = send_fill(*waiting.socket)) made.evidence.push_back(number("send_fill", fill->value, 100));
  return made;
}

/// What BPF alone can count.
void add_queue(const Socket* receiver, Proof& made) {
  if (receiver == nullptr || !dgram_queue(*receiver)) return;
  const auto limit = dgram_limit(*receiver);
  made.evidence.push_back(
      number("dgram_queue", *dgram_queue(*receiver), limit ? std::optional<double>(*limit) : std::nullopt));
}

bool has_no_room(const Socket& socket) { return writable(socket) == false; }

Proof full_receiver(const SceneIndex& scene, Confidence confidence, const Waiting& waiting) {
  Proof made = proof(Rule::unix_dgram_receiver_full, confidence, waiting);
  add_queue(scene.other_side(waiting).socket, made);
  return made;
}

std::optional<Proof> blocked_in_send(const SceneIndex& scene, const Waiting& waiting) {
  const Socket& socket = *waiting.socket;
  const bool datagrams = receiver_has_own_limit(socket);
  switch (channel_of(*waiting.thread)) {
    case Channel::own_memory:
      return proof(Rule::unix_send_blocked, Confidence::certain, waiting);
    case Channel::peer_queue:
      return full_receiver(scene, Confidence::certain, waiting);
    case Channel::hidden:
    case Channel::other:
      break;
  }
  // The call alone is left, and two things that may hold it up: where its memory has room it is the other one.
  if (has_no_room(socket)) return proof(Rule::unix_send_blocked, Confidence::likely, waiting);
  if (!datagrams) return std::nullopt;
  const bool is_counted = receiver_has_room(socket) == false;
  return full_receiver(scene, is_counted ? Confidence::certain : Confidence::likely, waiting);
}

// What poll(POLLOUT) answers for unix sockets follows from numbers that the kernel told (unix_writable), but for a
// datagram receiver's queue, which only the kernel can look at.
std::optional<Proof> polls_for_room(const SceneIndex& scene, const Waiting& waiting) {
  const Socket& socket = *waiting.socket;
  if (waiting.wait->edge_triggered || waiting.wait->ready == true) return std::nullopt;
  if (has_no_room(socket)) return proof(Rule::unix_send_blocked, Confidence::certain, waiting);
  if (!receiver_has_own_limit(socket) || socket.other_end == nullptr) return std::nullopt;
  Proof made = full_receiver(scene, Confidence::certain, waiting);
  if (waiting.wait->ready == false) {
    made.evidence.push_back(word("pollout", "no, asked on a duplicate of the descriptor"));
    return made;
  }
  if (const auto has_room = receiver_has_room(socket)) return *has_room ? std::nullopt : std::optional(made);
  const std::uint64_t bound = datagrams_bound(scene, *socket.other_end);
  if (bound <= thresholds::usual_datagrams) return std::nullopt;
  made.confidence = Confidence::possible;
  made.evidence.push_back(number("datagrams_at_most", static_cast<double>(bound), thresholds::usual_datagrams + 1));
  return made;
}

std::optional<Proof> blocked_in_connect(const SceneIndex& scene, const Waiting& waiting) {
  const Socket* listener = scene.other_side(waiting).socket;
  const bool is_full = listener != nullptr && accept_fill(*listener).value_or(Percent{}).value >= 100;
  if (channel_of(*waiting.thread) == Channel::peer_queue)
    return proof(Rule::unix_accept_queue_full, Confidence::certain, waiting);
  if (!is_full) return std::nullopt;
  return proof(Rule::unix_accept_queue_full, Confidence::likely, waiting);
}

// Its request may also be on something that is no socket, and the full socket nobody's worry.
std::optional<Proof> inferred_proof(const Waiting& waiting) {
  if (!waiting.inferred || !has_no_room(*waiting.socket)) return std::nullopt;
  const bool is_tcp = waiting.socket->netid == Netid::tcp;
  if (!is_tcp && waiting.socket->family != Family::unix_domain) return std::nullopt;
  Proof made = proof(is_tcp ? Rule::tcp_peer_not_reading : Rule::unix_send_blocked, Confidence::likely, waiting);
  made.evidence.push_back(word("inferred",
                               "which socket the io_uring's request is on is not to be seen; of those that the process "
                               "holds only this one has no room"));
  return made;
}

std::optional<Proof> tcp_proof(const Waiting& waiting) {
  if (waiting.wait->what == WaitFor::connect) return proof(Rule::tcp_accept_queue_full, Confidence::likely, waiting);
  if (!has_no_room(*waiting.socket)) return std::nullopt;
  return proof(Rule::tcp_peer_not_reading, Confidence::certain, waiting);
}

}  // namespace

Evidence number(std::string_view field, double value, std::optional<double> limit) {
  Evidence evidence;
  evidence.field = field;
  evidence.value = value;
  evidence.limit = limit;
  return evidence;
}

Evidence word(std::string_view field, std::string_view text) {
  Evidence evidence;
  evidence.field = field;
  evidence.text = text;
  return evidence;
}

bool receiver_has_own_limit(const Socket& sender) {
  if (sender.netid != Netid::u_dgr) return false;
  const UnixPart* other = sender.other_end != nullptr ? sender.other_end->unix_part() : nullptr;
  return other == nullptr || other->peer_inode != sender.inode;
}

std::uint64_t datagrams_bound(const SceneIndex& scene, const Socket& receiver) {
  return scene.datagrams_to(receiver).bytes / thresholds::smallest_datagram;
}

std::optional<Proof> proof_of(const SceneIndex& scene, const Waiting& waiting) {
  const SocketWait& wait = *waiting.wait;
  if (wait.what != WaitFor::send && wait.what != WaitFor::connect) return std::nullopt;
  if (wait.by == WaitBy::io_uring) return inferred_proof(waiting);
  if (waiting.socket->netid == Netid::tcp) return tcp_proof(waiting);
  if (waiting.socket->family != Family::unix_domain) return std::nullopt;
  if (wait.what == WaitFor::connect) return blocked_in_connect(scene, waiting);
  return wait.by == WaitBy::call ? blocked_in_send(scene, waiting) : polls_for_room(scene, waiting);
}

}  // namespace skq::diagnosing
