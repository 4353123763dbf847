// What was known of sockets while they lived, by cookie: an event tells neither inode nor user nor owners, and when it
// comes there is nothing left to ask. Only what a look really saw is ever told.
#pragma once

#include <array>
#include <optional>
#include <unordered_map>

#include "skq/collect.h"

namespace skq::collecting {

class KnownSockets {
 public:
  /// Of the needs, those for owners count; without them looks are cheap.
  KnownSockets(std::vector<TableRequest> tables, NeedSet needs, bool threads);

  /// Looks at everything that lives now. What the look before saw stays known until the next one, for the ends of its
  /// sockets may still wait to be read.
  Result<Summary> look(Source& source);

  /// Gives the row what the looks saw of it: inode, uid, cgroup, owners. They live until the look after the next.
  void tell(Socket& row) const;

 private:
  struct Known {
    Inode inode{};
    std::optional<std::uint32_t> uid;
    std::optional<std::uint64_t> cgroup_id;
    const Owners* owners = nullptr;
    const Owners* peer_owners = nullptr;
  };
  struct Look {
    Snapshot storage;  ///< holds the owners
    std::unordered_map<std::uint64_t, Known> by_cookie;
  };

  Request request_;
  std::array<Look, 2> looks_;  ///< the newest first
};

}  // namespace skq::collecting
