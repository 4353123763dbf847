// One look at the whole host for `skq why`: all sockets with both ends and owners, then, round by round, the threads of
// those processes that matter for what is found.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/system_state.h"
#include "skq/arena.h"
#include "skq/collect.h"
#include "skq/diagnose.h"
#include "skq/fields.h"
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
  std::vector<const Socket*> others;  ///< of kinds that no rule is about, only where somebody wished for them
  Activity activity;
  std::vector<SharedMemory> memory;
  std::string remark;           ///< Source::remark()
  std::vector<int> about_pids;  ///< what `choose` chose
  std::vector<Inode> about_sockets;
};

/// Which processes and sockets are asked about, told by the host's sockets; called once, before any thread is read.
using Choose = std::function<void(HostLook& look)>;

/// Of the protocols that account for it.
std::vector<SharedMemory> shared_memory(const kernel::SystemState& state);

/// What somebody wants of the same look beside what the diagnosis needs.
struct LookWishes {
  std::vector<TableRequest> tables;  ///< sockets of other kinds go to HostLook::others
  NeedSet needs;
  bool threads = false;
};

/// What it fetches of every socket.
NeedSet needs_of_look();
/// What it brings of every socket; all else of a row would be null for no reason.
std::vector<const Field*> fields_of_look();

/// `look` is fresh. An Error means that nothing could be read.
Status look_at_host(Source& source, HostLook& look, const Choose& choose = {}, const LookWishes& wishes = {});

}  // namespace skq::cli
