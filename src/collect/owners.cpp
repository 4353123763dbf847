#include "collect/owners.h"

#include <algorithm>
#include <string>

#include "collect/flat_index.h"

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

std::vector<Inode> wanted_inodes(std::span<Socket* const> shown, NeedSet needs) {
  std::vector<Inode> wanted;
  wanted.reserve(shown.size() * (needs.has(Need::peer_owners) ? 2 : 1));
  for (const Socket* row : shown) {
    if (needs.has(Need::owners) && row->inode != Inode{0}) wanted.push_back(row->inode);
    if (needs.has(Need::peer_owners) && peer_inode_of(*row) != Inode{0}) wanted.push_back(peer_inode_of(*row));
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

std::optional<Gap> join_owners(std::span<Socket* const> shown, const OwnerScan& scan,
                               std::span<const OwnerScan::Entry> entries, NeedSet needs) {
  FlatIndex<const OwnerScan::Entry> by_inode(entries.size());
  for (const OwnerScan::Entry& entry : entries) {
    by_inode.insert(mix(static_cast<std::uint32_t>(entry.inode)), &entry,
                    [&](const OwnerScan::Entry& e) { return e.inode == entry.inode; });
  }

  // Absence proves that nobody holds a socket only when every process was read.
  const bool saw_all = scan.unreadable == 0 && !scan.hidden_processes;
  std::size_t unknown = 0;
  const auto owners_of = [&](Inode inode) -> const Owners* {
    if (inode == Inode{0}) return &nobody;
    const auto* entry = by_inode.find(mix(static_cast<std::uint32_t>(inode)),
                                      [&](const OwnerScan::Entry& e) { return e.inode == inode; });
    if (entry != nullptr) return &entry->owners;
    if (saw_all) return &nobody;
    return nullptr;
  };
  for (Socket* row : shown) {
    bool incomplete = false;
    if (needs.has(Need::owners)) {
      row->owners = is_kernels_own(*row) ? &nobody : owners_of(row->inode);
      incomplete = row->owners == nullptr;
    }
    if (needs.has(Need::peer_owners) && has_peer(*row)) {
      row->peer_owners = owners_of(peer_inode_of(*row));
      incomplete = incomplete || row->peer_owners == nullptr;
    }
    unknown += incomplete ? 1 : 0;
  }
  if (unknown == 0) return std::nullopt;
  return Gap{GapKind::owners, describe(unknown, scan)};
}

}  // namespace skq::collecting
