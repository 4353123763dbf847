#include "collect/owners.h"

#include <algorithm>
#include <string>

namespace skq::collecting {
namespace {

constexpr Owners nobody{};

// The other end's inode: from its row, or, for a unix peer that this dump does not have, from the kernel's word.
Inode peer_inode_of(const Socket& socket) {
  if (socket.other_end != nullptr) return socket.other_end->inode;
  const UnixPart* part = socket.unix_part();
  return part != nullptr ? part->peer_inode.value_or(Inode{0}) : Inode{0};
}

// A process's netlink socket is listed once it has a port, or by its groups; what has neither is the kernel's own.
bool is_kernels_own(const Socket& socket) {
  const NetlinkPart* part = socket.netlink();
  return part != nullptr && part->portid == 0 &&
         std::all_of(part->groups.begin(), part->groups.end(), [](std::uint32_t word) { return word == 0; });
}

bool has_peer(const Socket& socket) { return socket.other_end != nullptr || peer_inode_of(socket) != Inode{0}; }

std::string describe(std::size_t unknown, const OwnerScan& scan) {
  std::string text = "owners of " + std::to_string(unknown) + (unknown == 1 ? " socket" : " sockets") + " unknown: ";
  if (!scan.unknown_because.empty()) return text + scan.unknown_because;
  if (scan.unreadable == 0) return text + "processes of other namespaces or users are hidden from /proc";
  text += scan.unreadable == 1 ? "descriptors of " + scan.first_unreadable + " could not be read"
                               : "descriptors of " + std::to_string(scan.unreadable) +
                                     " processes could not be read, such as " + scan.first_unreadable;
  return text;
}

}  // namespace

void add_wanted_inodes(const Socket& row, NeedSet needs, std::vector<Inode>& wanted) {
  if (needs.has(Need::owners) && row.inode != Inode{0}) wanted.push_back(row.inode);
  if (needs.has(Need::peer_owners) && peer_inode_of(row) != Inode{0}) wanted.push_back(peer_inode_of(row));
}

// Absence proves that nobody holds a socket only when every process was read.
OwnerTable::OwnerTable(const OwnerScan& scan, std::span<const OwnerScan::Entry> entries, NeedSet needs)
    : scan_(scan),
      needs_(needs),
      knows_all_(scan.unreadable == 0 && !scan.hidden_processes),
      by_inode_(entries.size()) {
  for (const OwnerScan::Entry& entry : entries)
    by_inode_.insert(hash_of(entry.inode), &entry, [&](const OwnerScan::Entry& e) { return e.inode == entry.inode; });
}

const Owners* OwnerTable::owners_of(Inode inode) const {
  if (inode == Inode{0}) return &nobody;
  const auto* entry = by_inode_.find(hash_of(inode), [&](const OwnerScan::Entry& e) { return e.inode == inode; });
  if (entry != nullptr) return &entry->owners;
  return knows_all_ ? &nobody : nullptr;
}

bool OwnerTable::tell(Socket& row) const {
  bool all = true;
  if (needs_.has(Need::owners)) {
    row.owners = is_kernels_own(row) ? &nobody : owners_of(row.inode);
    all = row.owners != nullptr;
  }
  if (needs_.has(Need::peer_owners) && has_peer(row)) {
    row.peer_owners = owners_of(peer_inode_of(row));
    all = all && row.peer_owners != nullptr;
  }
  return all;
}

Gap OwnerTable::gap(std::size_t unknown) const { return {GapKind::owners, describe(unknown, scan_)}; }

std::optional<Gap> join_owners(std::span<Socket* const> shown, const OwnerTable& owners) {
  std::size_t unknown = 0;
  for (Socket* row : shown) unknown += owners.tell(*row) ? 0 : 1;
  if (unknown == 0) return std::nullopt;
  return owners.gap(unknown);
}

}  // namespace skq::collecting
