#include "collect/owner_look.h"

#include <utility>

#include "collect/inode_order.h"

namespace skq::collecting {

std::optional<Result<OwnerScan>> OwnerLook::scan(const std::vector<Inode>* seen) {
  // What has no inode nobody holds: that needs no look.
  if (wanted_.empty() && seen == nullptr) return asked_ ? std::optional<Result<OwnerScan>>(OwnerScan{}) : std::nullopt;
  sort_unique(wanted_);
  const NeedSet needs = request_.needs;
  return source_.owners({.wanted = wanted_,
                         .threads = request_.threads,
                         .process_details = needs.has(Need::process),
                         .contexts = needs.has(Need::context),
                         .socket_contexts = needs.has(Need::socket_context),
                         .seen = seen},
                        storage_.arena);
}

void OwnerLook::take(OwnerScan scan) {
  storage_.owners = std::move(scan.entries);
  scan_ = std::move(scan);
  table_.emplace(scan_, storage_.owners, request_.needs);
  none_unknown_ = table_->knows_all() || storage_.owners.size() == wanted_.size();
}

}  // namespace skq::collecting
