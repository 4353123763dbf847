// From raw datagrams to rows: the walk over the messages of one dump. Pure, so that the live socket, a capture and the
// fuzzer run the very same code.
#pragma once

#include <functional>

#include "kernel/bytes.h"
#include "kernel/family_table.h"
#include "skq/source.h"

namespace skq::kernel {

/// Who talks with whom: messages of other conversations are left out.
struct Conversation {
  std::uint32_t sequence = 0;
  std::uint32_t portid = 0;
};

enum class Step : std::uint8_t {
  more,      ///< the dump goes on in the next datagram
  finished,  ///< NLMSG_DONE or NLMSG_ERROR came: nothing follows
  stopped,   ///< the row handler wants no more; datagrams are left over
};

class DumpReader {
 public:
  using RowHandler = std::function<bool(Socket&)>;

  /// `filter_states`: drop rows whose state was not asked for, where the kernel did not.
  DumpReader(const DumpRequest& request, Conversation conversation, bool filter_states, Arena& arena,
             const RowHandler& row)
      : request_(request),
        family_(row_of(request.family)),
        conversation_(conversation),
        filter_states_(filter_states || !family_.has_states),
        arena_(arena),
        row_(row) {}

  /// Hands over the rows of one datagram. `cut`: the datagram was longer than the buffer.
  Step feed(ByteSpan datagram, bool cut);

  /// Notes that receiving itself failed. ENOBUFS is the kernel's word for an overrun receive buffer.
  void fail(int error);

  [[nodiscard]] const DumpEnd& end() const { return end_; }

 private:
  Step read_message(const nlmsghdr& header, ByteSpan payload);
  Step read_row(ByteSpan payload);

  const DumpRequest& request_;
  const FamilyRow& family_;
  Conversation conversation_;
  bool filter_states_;
  Arena& arena_;
  const RowHandler& row_;
  DumpEnd end_;
};

}  // namespace skq::kernel
