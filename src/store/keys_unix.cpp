#include "store/build.h"
#include "store/json_cursor.h"
#include "store/key_chapters.h"
#include "store/text_values.h"

namespace skq::store {
namespace {

bool set_path(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* part = part_of<UnixPart>(b);
  if (part == nullptr || !assign(part->name, cell)) return false;
  part->has_name = true;
  return true;
}

bool set_abstract(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* part = part_of<UnixPart>(b);
  bool abstract = false;
  if (part == nullptr || !part->has_name || !assign(abstract, cell)) return false;
  if (!abstract) return true;
  const std::span<char> name = b.arena.room<char>(part->name.size() + 1);
  name[0] = '\0';
  std::copy(part->name.begin(), part->name.end(), name.begin() + 1);
  part->name = {name.data(), name.size()};
  return true;
}

bool set_vfs_inode(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* part = part_of<UnixPart>(b);
  return part != nullptr && assign(in_place(part->vfs)->inode, cell);
}

bool set_vfs_device(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* part = part_of<UnixPart>(b);
  VfsObject device;
  Words words(cell.text());
  if (part == nullptr || !words.number(device.major) || !words.take(":") || !words.number(device.minor)) return false;
  in_place(part->vfs)->major = device.major;
  part->vfs->minor = device.minor;
  return true;
}

bool set_pending(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* part = part_of<UnixPart>(b);
  std::vector<Inode> inodes;
  JsonCursor json(cell.text());
  const bool read = part != nullptr && json.list([&] {
    std::uint64_t inode = 0;
    if (!json.integer(inode) || inode > UINT32_MAX) return false;
    inodes.push_back(static_cast<Inode>(inode));
    return true;
  });
  if (!read) return false;
  part->pending = b.arena.keep(std::span<const Inode>(inodes));
  part->pending_known = true;
  return true;
}

/// What only BPF tells: one part for all of it, made anew with each member that was recorded.
template <auto member>
bool set_queue(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* part = part_of<UnixPart>(b);
  if (part == nullptr) return false;
  UnixQueue queue = part->queue != nullptr ? *part->queue : UnixQueue{};
  std::remove_cvref_t<decltype(queue.*member)> value{};
  if constexpr (requires { value.emplace(); }) {
    if (!assign(value.emplace(), cell)) return false;
  } else {
    if (!assign(value, cell)) return false;
  }
  queue.*member = value;
  part->queue = b.arena.make<UnixQueue>(queue);
  return true;
}

}  // namespace

std::vector<Key> unix_keys() {
  return {
      of_field("path", set_path),
      of_field("abstract", set_abstract),
      of_field("peer_inode", set<&UnixPart::peer_inode>),
      {.name = "in_pending_list",
       .get = got<&UnixPart::in_pending_list>,
       .set = set<&UnixPart::in_pending_list>,
       .families = FamilySet(Family::unix_domain)},
      of_field("vfs_ino", set_vfs_inode),
      of_field("vfs_dev", set_vfs_device),
      of_field("dgram_queue", set_queue<&UnixQueue::length>),
      of_field("dgram_limit", set_queue<&UnixQueue::limit>),
      of_field("fds_in_flight", set_queue<&UnixQueue::descriptors>),
      of_field("in_flight", set_queue<&UnixQueue::in_flight>),
      of_field("pending", set_pending),
  };
}

}  // namespace skq::store
