// One look at the whole host for `skq why`: all sockets with both ends and owners, then, round by round, the threads of
// those processes that matter for what is found.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "skq/arena.h"
#include "skq/collect.h"
#include "skq/diagnose.h"
#include "skq/result.h"

namespace skq::cli {

/// Holds all that the scene points into, so it neither moves nor is copied.
struct HostLook {
  HostLook() = default;
  HostLook(const HostLook&) = delete;
  HostLook& operator=(const HostLook&) = delete;

  Circumstances circumstances;
  Summary summary;  ///< gaps of sockets, owners and threads together
  Scene scene;

  Snapshot storage;
  Arena arena;  ///< what threads do
  std::vector<const Socket*> sockets;
  Activity activity;
  std::vector<SharedMemory> memory;
  std::string remark;           ///< Source::remark()
  std::vector<int> about_pids;  ///< what `choose` chose
  std::vector<Inode> about_sockets;
};

/// Which processes and sockets are asked about, told by the host's sockets; called once, before any thread is read.
using Choose = std::function<void(HostLook& look)>;

/// What it fetches of every socket.
NeedSet needs_of_look();

/// `look` is fresh. An Error means that nothing could be read.
Status look_at_host(Source& source, HostLook& look, const Choose& choose = {});

}  // namespace skq::cli
