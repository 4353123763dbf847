// One look at the sockets: dumps what is asked, repairs what the kernel gets wrong, joins both ends, finds owners.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "skq/arena.h"
#include "skq/needs.h"
#include "skq/rates.h"
#include "skq/result.h"
#include "skq/snapshot.h"
#include "skq/socket.h"
#include "skq/source.h"

namespace skq {

/// One table of sockets, in the order it shall be shown.
struct TableRequest {
  Netid netid{};
  Family family{};
  StateSet states;     ///< rows in other states are not shown
  bool named = false;  ///< the user asked for this one by name: its absence from the kernel is a gap
};

/// Receives rows in batches, and in the kernel's order; but where rows of AF_UNIX want their other end, connections
/// come first, both ends together, in the order in which they are complete, and last those whose other end is not
/// there. Of a dump that the kernel cut and that was asked again, what all tries showed. Rows live until the call
/// returns; where Request::keep is set, as long as the Snapshot.
using RowSink = std::function<void(std::span<const Socket* const> rows)>;

/// Takes rows part by part, so that several parts can be worked on at the same time.
class RowCrew {
 public:
  virtual ~RowCrew() = default;
  /// Hands the rows of one part to a sink. Called once, on whatever thread, beside those of other parts.
  using Part = std::function<void(const RowSink& sink)>;
  /// Parts stand in the order in which they are given. May return before the part was called.
  virtual void take(Part part) = 0;
  /// Returns when every part was called, and what it gave is no longer needed.
  virtual void finish() = 0;
};

struct Request {
  std::vector<TableRequest> tables;
  NeedSet needs;
  bool threads = false;
  bool keep = false;                      ///< rows must outlive the sink's call, for instance to be sorted
  bool kernels_order = false;             ///< of all that is kept: for whom pairs mean nothing, or who finds them anew
  std::optional<std::size_t> limit = {};  ///< stop after that many rows were handed to the sink
  /// Which rows shall be shown, as far as that can be said without owners (FILTER, --where). Empty: all.
  std::function<bool(const Socket&)> wanted;
  /// What `wanted` looks at. Where that is no join, and no row is wanted, none is made.
  NeedSet wanted_needs = NeedSet(Need::peer);
  /// Rows that fail these are not wanted, and the kernel may leave them out where no join needs them. Null: it shall
  /// not.
  const KernelTests* tests = nullptr;
  /// What the looks before counted; gives rows their InetDetail::rates. Null: this look stands alone.
  RateMemory* rates = nullptr;
  /// Called once before the sink gets its first row, when all is read: the Summary is final by then. Rows wait for it.
  std::function<void(const Summary&)> known = {};
  /// Takes all rows in place of the sink, unless `wanted` or `limit` has to see each before the next. Null: the sink
  /// does.
  RowCrew* crew = nullptr;
};

/// Holds the rows of one look and all their text.
struct Snapshot {
  Arena arena;
  std::vector<Socket*> rows;
  std::vector<OwnerScan::Entry> owners;  ///< what Socket::owners and peer_owners point into
};

/// Runs a request. Rows go to the sink as they become final: at once where no join is needed, else at the end. An Error
/// means that nothing could be read; what is merely missing stands in the Summary's gaps.
Result<Summary> collect(const Request& request, Source& source, Snapshot& storage, const RowSink& sink);

}  // namespace skq
