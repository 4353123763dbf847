#include "collect/known_sockets.h"

#include <utility>

namespace skq::collecting {
namespace {

// That nobody held it then says nothing of the end: somebody may have accepted it since.
const Owners* somebody(const Owners* owners) { return owners != nullptr && !owners->list.empty() ? owners : nullptr; }

}  // namespace

KnownSockets::KnownSockets(std::vector<TableRequest> tables, NeedSet needs, bool threads) {
  request_.tables = std::move(tables);
  for (TableRequest& table : request_.tables) {
    table.states = ~StateSet();
    // What cannot be listed has no events either: that must not go unsaid.
    table.named = true;
  }
  request_.needs = needs & owner_needs;
  request_.threads = threads;
  request_.keep = !request_.needs.empty();
}

Result<Summary> KnownSockets::look(Source& source) {
  std::swap(looks_[0], looks_[1]);
  looks_[0] = {};
  Look& now = looks_[0];
  return collect(request_, source, now.storage, [&](std::span<const Socket* const> rows) {
    for (const Socket* const row : rows) {
      if (row->cookie == Cookie{0}) continue;
      const InetPart* const part = row->inet();
      now.by_cookie.insert_or_assign(static_cast<std::uint64_t>(row->cookie),
                                     Known{row->inode, row->uid, part == nullptr ? std::nullopt : part->cgroup_id,
                                           somebody(row->owners), somebody(row->peer_owners)});
    }
  });
}

void KnownSockets::tell(Socket& row) const {
  for (const Look& look : looks_) {
    const auto found = look.by_cookie.find(static_cast<std::uint64_t>(row.cookie));
    if (found == look.by_cookie.end()) continue;
    const Known& known = found->second;
    row.inode = known.inode;
    row.uid = known.uid;
    row.owners = known.owners;
    row.peer_owners = known.peer_owners;
    if (auto* const part = std::get_if<InetPart>(&row.part); part != nullptr && !part->cgroup_id)
      part->cgroup_id = known.cgroup_id;
    return;
  }
}

}  // namespace skq::collecting
