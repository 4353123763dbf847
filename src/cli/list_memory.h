// What the last listing of a watch showed, cell by cell, so that the next one can mark what is different.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "collect/flat_index.h"
#include "skq/render.h"

namespace skq::cli {

/// Sockets are told apart by their cookies. Holds two listings, never more: of each all cookies, and of the rows that
/// were printed a hash for each cell.
class ListMemory final : public CellMemory {
 public:
  /// A new listing begins: the last one is what it is compared with.
  void begin();
  /// The next row, printed or not; its cells are compared after this.
  void note(const Socket& socket);
  CellMark compare(const Socket& socket, std::size_t column, std::string_view cell) override;

 private:
  std::unordered_map<std::uint64_t, std::size_t> last_cells_, cells_;
  collecting::CookieSet last_sockets_, sockets_;
  std::size_t listings_ = 0;
  bool row_is_new_ = false;
};

}  // namespace skq::cli
