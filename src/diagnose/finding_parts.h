// What findings are put together from: numbers of a socket, names of sockets and processes in a sentence, evidence.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/proof.h"
#include "diagnose/scene_index.h"
#include "diagnose/words.h"
#include "skq/diagnose.h"

namespace skq::diagnosing {

/// A member of struct tcp_info; empty where the kernel did not send it.
std::optional<std::uint64_t> tcp_info(const Socket& socket, std::string_view member);
/// Bytes that wait to be read, without the FIN that the kernel counts as one (kernel: rcv_nxt includes it).
std::optional<std::uint32_t> unread(const Socket& socket);
/// How much a counter grew since the look before; empty where one of the values is missing, 0 where it shrank.
template <std::unsigned_integral T>
std::optional<T> growth(std::optional<T> before, std::optional<T> now) {
  if (!before || !now) return std::nullopt;
  return *now > *before ? *now - *before : T{0};
}
/// Of the socket's own SK_MEMINFO.
std::optional<std::uint32_t> drops_between(const SceneIndex& scene, const Socket& socket);

/// Whether there was something to read in both looks, and nothing of it was taken in between.
bool stayed_unread(const SceneIndex& scene, const Socket& socket);

/// Whether what both looks show has lasted long enough to be no busy moment. Where it has not, or there is but one
/// look, asks for time.
bool both_looks_tell(const SceneIndex& scene);

/// Known to be held by nobody, not just by nobody who is visible.
bool nobody_holds(const SceneIndex& scene, const Socket& socket);
/// Pids of the holders, sorted, each once.
std::vector<int> holding_pids(const Socket& socket);
/// Those who could take what waits in the socket, each process once. Nobody holds it: one culprit that is gone. Not
/// known: none. Of a connection that is not accepted yet it is the listener's business.
std::vector<Culprit> culprits_for(const SceneIndex& scene, const Socket& socket,
                                  const ProcessActivity* waiter = nullptr);

std::string local_address(const Socket& socket);
std::string peer_address(const Socket& socket);
/// In a sentence: a path, "@abstract", an address, "socket 4711". Of a connection without a name the other end's.
std::string name_of(const Socket& socket);
/// The first of them, and how many more: "postgres (pid 640) and 2 others"; `none` where there is none.
std::string culprits_text(std::span<const Culprit> culprits, std::string_view none);
/// Adds nothing where there is no value.
template <class T>
void add(std::vector<Evidence>& evidence, std::string_view field, std::optional<T> value,
         std::optional<double> limit = {}) {
  if (!value) return;
  Evidence row;
  row.field = field;
  row.value = static_cast<double>(*value);
  row.limit = limit;
  evidence.push_back(std::move(row));
}
template <class T>
std::optional<double> as_limit(std::optional<T> value) {
  return value ? std::optional<double>(static_cast<double>(*value)) : std::nullopt;
}

/// Takes the longest of the waiters, and of what is there already.
void set_since(Finding& finding);

}  // namespace skq::diagnosing
