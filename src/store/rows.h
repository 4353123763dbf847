// The rows of one snapshot as cells: what is compared, written and read. Sockets become rows here and rows sockets.
#pragma once

#include <memory>
#include <vector>

#include "skq/arena.h"
#include "skq/store.h"
#include "store/cell.h"
#include "store/recorded_keys.h"

namespace skq::store {

struct Rows {
  std::vector<Row> list;
  std::shared_ptr<Arena> arena = std::make_shared<Arena>();  ///< sockets made of them share their text
};

/// As many values a socket has at least; and a row without any takes as much memory.
inline constexpr std::uint64_t values_of_row = 2;

/// What a look has to fetch for the columns to be recorded.
NeedSet needs_for(std::span<const Field* const> columns);
/// The keys that these columns are made of; all for none.
std::vector<KeyId> keys_for(std::span<const Field* const> columns);

Rows rows_of(std::span<const Socket* const> sockets, std::span<const KeyId> keys, NameService* names);

/// Null where the row says no family or kind that is known here. `impossible` counts values that are none of their key.
Socket* socket_of(const Row& row, Arena& arena, RecordedNames& names, std::size_t& impossible);

/// Equal for the same socket in two snapshots of one host; of sockets without a cookie by their addresses. Two sockets
/// with the same one are an accident that costs bytes, never truth.
std::uint64_t identity_of(const Row& row);

/// How many rows are of a socket that another row before them tells of already, by cookie: a look has each once.
std::size_t count_repeated(const Rows& rows);

/// What of a row it is made of, rising.
std::vector<KeyId> identity_keys_of_rows();

}  // namespace skq::store
