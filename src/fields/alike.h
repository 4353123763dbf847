// Most sockets of a host are idle and alike: kind, state, empty queues and the same limits, row after row. What a row
// has in common with the one before it need not be made again.
//
// To add a field: its name in alike.cpp, if its value hangs on nothing but what Alike compares; alike_test tries each.
#pragma once

#include "skq/fields.h"

namespace skq::fields {

/// Whether two sockets that Alike calls the same have the same value here (in one TextContext).
bool hangs_on_common(const Field& field);

/// What a row and its other end say that many rows say as well.
class Alike {
 public:
  /// Whether the row is as the one before it was.
  bool as_before(const Socket& row);
  void forget() { known_ = false; }

 private:
  struct Common {
    Family family{};
    Netid netid{};
    State state{};
    bool joined = false;
    std::optional<Shutdown> shutdown;
    std::optional<std::uint32_t> recv_q, send_q, uid, other_recv_q;
    Memory memory, other_memory;
  };

  bool known_ = false;
  Common last_;
};

}  // namespace skq::fields
