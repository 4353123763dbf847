// Network namespaces that nothing but a socket holds: no process in them, no name, no mount. The way there is through
// the descriptor of whoever holds the socket.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>

#include "kernel/host_namespaces.h"
#include "skq/source.h"

namespace skq::kernel {

/// What the kernel calls a socket's network namespace beside its inode (SO_NETNS_COOKIE, since Linux 5.14): cheap to
/// ask for, no right needed.
std::optional<std::uint64_t> namespace_cookie(int socket);

/// Calls `take` for the namespace of each stranger whose cookie is not among `cookies`, which grows by those met.
/// Sockets that may not be duplicated, or are gone, lead nowhere.
void follow_strangers(std::span<const Stranger> strangers, std::set<std::uint64_t>& cookies, const TakeNamespace& take,
                      MissedNamespaces& missed);

}  // namespace skq::kernel
