#include <climits>

#include "store/base64.h"
#include "store/build.h"
#include "store/json_cursor.h"
#include "store/key_chapters.h"

namespace skq::store {
namespace {

bool read_int(JsonCursor& json, int& value) {
  std::uint64_t number = 0;
  if (!json.integer(number) || number > INT_MAX) return false;
  value = static_cast<int>(number);
  return true;
}

bool read_text(JsonCursor& json, Arena& arena, std::string_view& value) {
  if (json.take_null()) return true;
  std::string scratch;
  std::string_view text;
  if (!json.string(text, scratch)) return false;
  value = arena.keep(text);
  return true;
}

bool read_bytes(JsonCursor& json, Arena& arena, std::string_view& value) {
  std::string_view text;
  if (!read_text(json, arena, text)) return false;
  const auto bytes = from_base64(text);
  if (bytes) value = arena.keep(*bytes);
  return bytes.has_value();
}

bool read_context(JsonCursor& json, Arena& arena, Owner& owner, std::string_view key) {
  SecurityContext context = owner.security != nullptr ? *owner.security : SecurityContext{};
  const bool of_socket = key == "socket_context";
  context.socket_asked_for = context.socket_asked_for || of_socket;
  if (!read_text(json, arena, of_socket ? context.socket : context.process)) return false;
  owner.security = arena.make<SecurityContext>(context);
  return true;
}

bool read_owner(JsonCursor& json, Arena& arena, Owner& owner) {
  return json.object([&](std::string_view key) {
    if (key == "pid") return read_int(json, owner.pid);
    if (key == "tid") return read_int(json, owner.tid);
    if (key == "fd") return read_int(json, owner.fd);
    if (key == "comm") return read_text(json, arena, owner.comm);
    if (key == "comm_b64") return read_bytes(json, arena, owner.comm);
    if (key == "context" || key == "socket_context") return read_context(json, arena, owner, key);
    std::string_view unknown;
    return json.raw(unknown);
  });
}

bool set_owners(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  std::vector<Owner> list;
  JsonCursor json(cell.text());
  const bool read = json.list([&] { return read_owner(json, b.arena, list.emplace_back()); });
  if (!read) return false;
  b.owners = b.arena.room<Owner>(list.size());
  std::copy(list.begin(), list.end(), b.owners.begin());
  b.socket.owners = b.arena.make<Owners>(Owners{b.owners});
  return true;
}

template <std::string_view Process::*Member>
bool set_process(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  if (b.owners.empty()) return false;
  if (b.process == nullptr) b.owners.front().process = b.process = b.arena.make<Process>();
  return assign(b.process->*Member, cell);
}

}  // namespace

std::vector<Key> owner_keys() {
  return {
      of_field("owners", set_owners),
      of_field("cgroup", set_process<&Process::cgroup>),
      of_field("container", set_process<&Process::container>),
      of_field("cmdline", set_process<&Process::cmdline>),
      of_field("unit", set_process<&Process::unit>),
  };
}

}  // namespace skq::store
