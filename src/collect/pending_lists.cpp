#include "collect/pending_lists.h"

#include <string>

#include "collect/peers.h"

namespace skq::collecting {

void PendingLists::read() { whole_ = dump_listeners(true, lists_); }

void PendingLists::give_to(std::span<Socket* const> rows, bool asked) {
  const std::size_t missing = join_pending_lists(rows, lists_);
  if (!asked || missing == 0) return;
  gaps_.add(GapKind::pending, "pending clients of " + std::to_string(missing) +
                                  (missing == 1 ? " listener" : " listeners") +
                                  " unknown: the kernel does not hand over lists that long");
}

std::optional<std::vector<Inode>> PendingLists::clients() {
  std::vector<Socket*> listeners;
  const bool all = dump_listeners(false, listeners) && whole_ && join_pending_lists(listeners, lists_) == 0;
  if (all) return clients_of(lists_);
  gaps_.add(GapKind::pending,
            "some unix clients may be gone or not accepted yet: the kernel does not hand over all lists");
  return std::nullopt;
}

template <class Row>
bool PendingLists::dump_listeners(bool with_lists, std::vector<Row*>& listeners) {
  const DumpRequest request{.family = Family::unix_domain,
                            .netid = Netid::u_str,
                            .states = StateSet(State::listen),
                            .needs = NeedSet(Need::queues),
                            .listeners_pending = with_lists};
  const auto end = source_.dump(request, arena_, [&](Socket& row) {
    listeners.push_back(arena_.make<Socket>(row));
    return true;
  });
  return end && end->error == 0 && !end->interrupted && !end->truncated;
}

}  // namespace skq::collecting
