#include "cli/list_memory.h"

#include <functional>

namespace skq::cli {
namespace {

/// What /proc/net told has no cookie; an inode is the next best. Neither: nobody can say whether it is the same.
std::uint64_t identity_of(const Socket& socket) {
  if (socket.cookie != Cookie{0}) return static_cast<std::uint64_t>(socket.cookie);
  const auto inode = static_cast<std::uint64_t>(static_cast<std::uint32_t>(socket.inode));
  return inode == 0 ? 0 : inode | std::uint64_t{1} << 63;
}

}  // namespace

void ListMemory::begin() {
  last_cells_.swap(cells_);
  cells_.clear();
  std::swap(last_sockets_, sockets_);
  sockets_.clear();
  ++listings_;
}

void ListMemory::note(const Socket& socket) {
  const std::uint64_t identity = identity_of(socket);
  sockets_.add(Cookie{identity});
  // add() is true for what was not there. That it is there from now on harms nobody: the next begin() forgets it.
  row_is_new_ = identity != 0 && listings_ > 1 && last_sockets_.add(Cookie{identity});
}

CellMark ListMemory::compare(const Socket& socket, std::size_t column, std::string_view cell) {
  const std::uint64_t identity = identity_of(socket);
  if (identity == 0) return CellMark::none;
  const std::uint64_t key = collecting::mix(identity + collecting::mix(column + 1));
  const std::size_t now = std::hash<std::string_view>{}(cell);
  cells_[key] = now;
  if (row_is_new_) return CellMark::added;
  const auto before = last_cells_.find(key);
  return before == last_cells_.end() || before->second == now ? CellMark::none : CellMark::changed;
}

}  // namespace skq::cli
