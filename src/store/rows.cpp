#include "store/rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <string>

#include "base/text_json.h"
#include "base/text_utf8.h"
#include "fields/print.h"
#include "model/address_text.h"
#include "store/base64.h"
#include "store/build.h"

namespace skq::store {
namespace {

void append_owner(std::string& out, const Owner& owner) {
  fields::append_number(out += "{\"pid\":", static_cast<std::uint64_t>(owner.pid));
  if (owner.tid != 0) fields::append_number(out += ",\"tid\":", static_cast<std::uint64_t>(owner.tid));
  append_json_string(out += ",\"comm\":", owner.comm);
  if (!is_valid_utf8(owner.comm)) {
    append_base64(out += ",\"comm_b64\":\"", owner.comm);
    out += '"';
  }
  fields::append_number(out += ",\"fd\":", static_cast<std::uint64_t>(owner.fd));
  if (owner.security != nullptr) {
    append_json_string(out += ",\"context\":", owner.security->process);
    if (owner.security->socket_asked_for) append_json_string(out += ",\"socket_context\":", owner.security->socket);
  }
  out += '}';
}

/// A value of the catalogue as a cell; false where there is none.
class CellMaker {
 public:
  CellMaker(Cell& cell, Arena& arena, std::string& scratch) : cell_(cell), arena_(arena), scratch_(scratch) {}

  bool operator()(std::monostate /*none*/) { return false; }
  bool operator()(bool value) { return number(CellKind::boolean, value ? 1 : 0); }
  bool operator()(std::uint64_t value) { return number(CellKind::number, value); }
  bool operator()(double value) {
    constexpr double exact = 0x1p53;
    if (!std::isfinite(value)) return false;
    // A whole number reads back as one.
    if (value >= 0 && value < exact && value == std::floor(value)) {
      return number(CellKind::number, static_cast<std::uint64_t>(value));
    }
    cell_.kind = CellKind::real;
    cell_.real = value;
    return true;
  }
  bool operator()(std::string_view value) { return text(CellKind::text, value); }
  bool operator()(const AddressValue& value) {
    if (value.address == nullptr) return false;
    scratch_.clear();
    append_address(scratch_, value.family, *value.address);
    return text(CellKind::text, scratch_);
  }
  bool operator()(std::span<const Owner> owners) {
    return list(owners, [&](const Owner& owner) { append_owner(scratch_, owner); });
  }
  bool operator()(std::span<const Inode> inodes) {
    return list(inodes, [&](Inode inode) { fields::append_number(scratch_, static_cast<std::uint32_t>(inode)); });
  }

 private:
  bool number(CellKind kind, std::uint64_t value) {
    cell_.kind = kind;
    cell_.number = value;
    return true;
  }
  bool text(CellKind kind, std::string_view value) {
    const std::string_view kept = arena_.keep(value);
    cell_.kind = kind;
    cell_.size = static_cast<std::uint32_t>(kept.size());
    cell_.bytes = kept.data();
    return true;
  }
  template <class Elements, class Append>
  bool list(const Elements& elements, Append append) {
    scratch_ = "[";
    for (const auto& element : elements) {
      if (scratch_.size() > 1) scratch_ += ',';
      append(element);
    }
    scratch_ += ']';
    return text(CellKind::json, scratch_);
  }

  Cell& cell_;
  Arena& arena_;
  std::string& scratch_;
};

/// The keys that rows of one kind can have.
std::vector<KeyId> applying(std::span<const KeyId> keys, Family family, Netid netid) {
  std::vector<KeyId> some;
  for (const KeyId id : keys) {
    const Key& key = recorded_keys()[id];
    if (key.families.has(family) && (key.netids.empty() || key.netids.has(netid))) some.push_back(id);
  }
  return some;
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
  return hash ^ hash >> 29U;
}

std::uint64_t mixed(std::uint64_t hash, const Cell& cell) {
  hash = mixed(hash, cell.key);
  if (!cell.holds_text()) return mixed(hash, cell.number);
  std::string_view text = cell.text();
  for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data(), sizeof eight);
    hash = mixed(hash, eight);
  }
  for (const char c : text) hash = mixed(hash, static_cast<unsigned char>(c) + 256U);
  return hash;
}

KeyId key_named(std::string_view name) { return find_key(name).value(); }

std::vector<KeyId> keys_named(std::initializer_list<std::string_view> names) {
  std::vector<KeyId> keys;
  for (const std::string_view name : names) keys.push_back(key_named(name));
  return keys;
}

}  // namespace

NeedSet needs_for(std::span<const Field* const> columns) {
  NeedSet needs;
  for (const Field* column : columns) needs = needs | column->needs;
  // Owners of the other end are those of its own row, once both ends are joined again.
  if (needs.has(Need::peer_owners)) needs = needs | NeedSet(Need::owners, Need::peer, Need::peer_inode);
  return needs;
}

std::vector<KeyId> keys_for(std::span<const Field* const> columns) {
  const NeedSet fetched = needs_for(columns);
  NeedSet whole;  // for what the whole structs are needed
  std::vector<bool> named(recorded_keys().size());
  for (const Field* column : columns) {
    const auto key = find_key(column->name);
    if (key) named[*key] = true;
    if (!key) whole = whole | column->needs;
  }
  std::vector<KeyId> keys;
  for (KeyId id = 0; id < recorded_keys().size(); ++id) {
    const Key& key = recorded_keys()[id];
    const bool wanted = key.member ? named[id] || whole.has(Need::tcp_info) : (key.needs & ~fetched).empty();
    if (columns.empty() || wanted) keys.push_back(id);
  }
  return keys;
}

Rows rows_of(std::span<const Socket* const> sockets, std::span<const KeyId> keys, NameService* names) {
  constexpr std::size_t kinds = 256;
  std::array<std::vector<KeyId>, 2 * kinds> applying_to;  // inet6 apart
  const std::span<const Key> table = recorded_keys();
  TextContext context{.names = names};
  std::string scratch;
  Rows rows;
  rows.list.reserve(sockets.size());
  for (const Socket* socket : sockets) {
    auto& some = applying_to[static_cast<std::size_t>(socket->netid) + (socket->family == Family::inet6 ? kinds : 0)];
    if (some.empty()) some = applying(keys, socket->family, socket->netid);
    Row& row = rows.list.emplace_back();
    row.reserve(some.size());
    for (const KeyId id : some) {
      Cell cell;
      cell.key = id;
      if (std::visit(CellMaker(cell, *rows.arena, scratch), table[id].get(*socket, context))) {
        row.push_back(cell);
      }
    }
  }
  return rows;
}

Socket* socket_of(const Row& row, Arena& arena, RecordedNames& names, std::size_t& impossible) {
  auto* socket = arena.make<Socket>();
  Build build{*socket, arena, names};
  std::size_t kind = 0, refused = 0;
  for (const Cell& cell : row) {
    const Key& key = recorded_keys()[cell.key];
    const bool done = key.set(build, cell, key.argument);
    if (cell.key < 2 && done) ++kind;
    refused += done ? 0 : 1;
  }
  if (kind != 2) return nullptr;
  impossible += refused;
  return socket;
}

namespace {

/// What tells sockets apart; the later ones only where the earlier ones do not.
struct IdentityKeys {
  std::vector<KeyId> always = keys_named({"netns", "family", "netid", "cookie"});
  std::vector<KeyId> ends = keys_named({"local_addr", "local_port", "peer_addr", "peer_port"});
  std::vector<KeyId> without_cookie = keys_named(
      {"inode", "ifindex", "path", "abstract", "nl_protocol", "nl_portid", "packet_protocol", "local_cid", "peer_cid"});
  KeyId cookie = key_named("cookie"), association = key_named("sctp_association");
};

const IdentityKeys& identity_keys_known() {
  static const IdentityKeys keys;
  return keys;
}

}  // namespace

std::vector<KeyId> identity_keys_of_rows() {
  const IdentityKeys& of = identity_keys_known();
  std::vector<KeyId> keys = of.always;
  keys.insert(keys.end(), of.ends.begin(), of.ends.end());
  keys.insert(keys.end(), of.without_cookie.begin(), of.without_cookie.end());
  keys.push_back(of.association);
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::uint64_t identity_of(const Row& row) {
  const IdentityKeys& keys = identity_keys_known();
  std::uint64_t hash = 0;
  const auto add = [&](const std::vector<KeyId>& some) {
    for (const KeyId key : some) {
      if (const Cell* cell = find_cell(row, key)) hash = mixed(hash, *cell);
    }
  };
  add(keys.always);
  const Cell* associated = find_cell(row, keys.association);
  const bool shares_cookie = associated != nullptr && associated->number != 0;
  const bool has_cookie = find_cell(row, keys.cookie) != nullptr;
  if (shares_cookie || !has_cookie) add(keys.ends);
  if (!has_cookie) add(keys.without_cookie);
  return hash;
}

std::size_t count_repeated(const Rows& rows) {
  const KeyId key = identity_keys_known().cookie;
  std::vector<std::uint64_t> known;
  known.reserve(rows.list.size());
  const auto repeated = [&] {
    std::sort(known.begin(), known.end());
    return static_cast<std::size_t>(known.end() - std::unique(known.begin(), known.end()));
  };
  for (const Row& row : rows.list)
    if (const Cell* cookie = find_cell(row, key)) known.push_back(std::hash<std::string_view>()(cookie->text()));
  if (repeated() == 0) return 0;
  // Sockets of two network namespaces may have the same one, and those of an association have.
  known.clear();
  for (const Row& row : rows.list)
    if (find_cell(row, key) != nullptr) known.push_back(identity_of(row));
  return repeated();
}

}  // namespace skq::store
