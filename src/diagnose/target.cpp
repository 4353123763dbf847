// The words that `skq why` takes, and which sockets and processes each stands for.
#include "skq/target.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "base/nearest_word.h"
#include "base/text_escape.h"
#include "diagnose/named_address.h"
#include "fields/address_print.h"

namespace skq {
namespace {

constexpr std::array<std::string_view, 6> kind_names{"pid", "name", "path", "abstract", "inode", "port"};
constexpr std::uint32_t highest_pid = 4194304;  // PID_MAX_LIMIT of include/linux/threads.h
constexpr std::string_view inode_prefix = "ino:";

std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t highest) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end || number > highest) return std::nullopt;
  return number;
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Address> parse_numeric(int family, std::string_view text) {
  const std::string copy(text);
  Address address;
  if (copy.find('\0') != std::string::npos || inet_pton(family, copy.c_str(), address.bytes.data()) != 1)
    return std::nullopt;
  return address;
}

// "192.0.2.7", "[::1]", "*" or nothing: false when it is no address.
bool parse_host(std::string_view text, Target& target) {
  if (text.empty() || text == "*") return true;
  const bool v6 = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (v6) text = text.substr(1, text.size() - 2);
  target.family = v6 ? Family::inet6 : Family::inet;
  target.address = parse_numeric(v6 ? AF_INET6 : AF_INET, text);
  return target.address.has_value();
}

/// What a word of one kind looks like, and how it is read; the first row that takes it decides.
struct Grammar {
  TargetKind kind{};
  bool (*takes)(std::string_view text) = nullptr;
  /// What is wrong with it; empty: nothing.
  std::string_view (*read)(std::string_view text, Target& target) = nullptr;
};

std::string_view read_pid(std::string_view text, Target& target) {
  const auto pid = parse_number(text, highest_pid);
  if (!pid || *pid == 0) return "a pid is a number from 1 to 4194304";
  target.number = *pid;
  return {};
}

std::string_view read_inode(std::string_view text, Target& target) {
  const auto inode = parse_number(text.substr(inode_prefix.size()), UINT32_MAX);
  if (!inode || *inode == 0) return "an inode is a number from 1 to 4294967295";
  target.number = *inode;
  return {};
}

std::string_view read_abstract(std::string_view text, Target& target) {
  target.name = text.substr(1);
  return target.name.empty() ? "an abstract name has at least one byte behind the @" : std::string_view{};
}

std::string_view read_name(std::string_view text, Target& target) {
  target.name = text;
  return text.empty() ? "it is empty" : std::string_view{};
}

std::string_view read_port(std::string_view text, Target& target) {
  const auto colon = text.rfind(':');
  const auto port = parse_number(text.substr(colon + 1), UINT16_MAX);
  if (!port || *port == 0) return "a port is a number from 1 to 65535";
  target.number = *port;
  return parse_host(text.substr(0, colon), target) ? std::string_view{} : "that is no numeric address";
}

// A comm may have colons, too (kworker/0:1): only what has an address before the last one is a port.
bool looks_like_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  Target scratch;
  return colon == 0 || (is_digits(text.substr(colon + 1)) && parse_host(text.substr(0, colon), scratch));
}

constexpr std::array grammars{
    Grammar{TargetKind::pid, is_digits, read_pid},
    Grammar{TargetKind::inode, [](std::string_view text) { return text.substr(0, 4) == inode_prefix; }, read_inode},
    Grammar{TargetKind::path, [](std::string_view text) { return text.substr(0, 1) == "/"; }, read_name},
    Grammar{TargetKind::abstract, [](std::string_view text) { return text.substr(0, 1) == "@"; }, read_abstract},
    Grammar{TargetKind::port, looks_like_port, read_port},
    Grammar{TargetKind::name, [](std::string_view) { return true; }, read_name},
};

// --- which sockets

// Names that a terminal does not show as they are can be typed as skq prints them.
bool is_called(std::string_view bytes, std::string_view typed) { return bytes == typed || escaped(bytes) == typed; }

bool has_path(const Socket& socket, std::string_view typed) {
  const UnixPart* part = socket.unix_part();
  return part != nullptr && part->has_name && !fields::is_abstract(*part) && is_called(part->name, typed);
}

bool matches_path(const Target& target, const TargetWorld& world, const Socket& socket) {
  if (has_path(socket, target.name)) return true;
  if (!world.canonical_path.empty() && has_path(socket, world.canonical_path)) return true;
  const UnixPart* part = socket.unix_part();
  return part != nullptr && world.file && part->vfs == world.file;
}

std::string_view abstract_name(const Socket& socket) {
  const UnixPart* part = socket.unix_part();
  if (part == nullptr || !part->has_name || !fields::is_abstract(*part)) return {};
  return part->name.substr(1);
}

// Some programs bind the whole of sun_path, with all the NULs behind the name.
std::string_view without_padding(std::string_view name) {
  const auto last = name.find_last_not_of('\0');
  return last == std::string_view::npos ? name : name.substr(0, last + 1);
}

bool matches_abstract(const Target& target, const TargetWorld& /*world*/, const Socket& socket) {
  const std::string_view name = abstract_name(socket);
  return !name.empty() && (is_called(name, target.name) || is_called(without_padding(name), target.name));
}

bool matches_port(const Target& target, const TargetWorld& /*world*/, const Socket& socket) {
  const InetPart* part = socket.inet();
  const auto port = static_cast<std::uint16_t>(target.number);
  if (part == nullptr || socket.netid == Netid::raw) return false;
  if (part->local_port != port && part->peer_port != port) return false;
  if (!target.address) return true;
  const auto wanted = diagnosing::inet_address(target.family, *target.address, port);
  const auto is_end = [&](const Address& address, std::uint16_t own_port) {
    const auto own = diagnosing::inet_address(socket.family, address, own_port);
    return own_port == port && own.family == wanted.family && own.address == wanted.address;
  };
  // Whoever is bound to a wildcard serves the address, too.
  return is_end(part->local, part->local_port) || is_end(part->peer, part->peer_port) ||
         (part->peer_port == 0 && diagnosing::takes(socket, wanted));
}

bool matches_inode(const Target& target, const TargetWorld& /*world*/, const Socket& socket) {
  return socket.inode == Inode{target.number};
}

template <class Predicate>
bool is_held(const Socket& socket, const Predicate& by) {
  return socket.owners != nullptr && std::any_of(socket.owners->list.begin(), socket.owners->list.end(), by);
}

void add_holders(const Socket& socket, std::vector<int>& pids) {
  if (socket.owners == nullptr) return;
  for (const Owner& owner : socket.owners->list) pids.push_back(owner.pid);
}

template <class T>
void make_set(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

using Sockets = std::span<const Socket* const>;

template <class Predicate>
TargetMatch sockets_that(Sockets sockets, const Predicate& match_one) {
  TargetMatch match;
  for (const Socket* socket : sockets) {
    if (!match_one(*socket)) continue;
    add_holders(*socket, match.pids);
    if (socket->inode == Inode{0})
      match.unowned = true;
    else
      match.sockets.push_back(socket->inode);
  }
  make_set(match.pids);
  make_set(match.sockets);
  return match;
}

/// Processes that are like that, and all their sockets.
template <class IsOwner, class IsProcess>
TargetMatch processes_that(Sockets sockets, const TargetWorld& world, const IsOwner& owns,
                           const IsProcess& is_process) {
  TargetMatch match;
  for (const ProcessName& process : world.processes)
    if (is_process(process)) match.pids.push_back(process.pid);
  for (const Socket* socket : sockets) {
    if (socket->owners == nullptr) continue;
    for (const Owner& owner : socket->owners->list)
      if (owns(owner)) match.pids.push_back(owner.pid);
  }
  make_set(match.pids);
  const auto is_one = [&](const Owner& owner) {
    return std::binary_search(match.pids.begin(), match.pids.end(), owner.pid);
  };
  for (const Socket* socket : sockets)
    if (socket->inode != Inode{0} && is_held(*socket, is_one)) match.sockets.push_back(socket->inode);
  make_set(match.sockets);
  return match;
}

TargetMatch resolve_pid(const Target& target, Sockets sockets, const TargetWorld& world) {
  const int pid = static_cast<int>(target.number);
  return processes_that(
      sockets, world, [&](const Owner& owner) { return owner.pid == pid; },
      [&](const ProcessName& process) { return process.pid == pid; });
}

// "nginx" is nginx.service, too; a container may be given by the first 12 digits of its id, as its own tools print it.
bool is_unit_or_container(const Process* process, std::string_view word, bool unit) {
  if (process == nullptr) return false;
  if (unit) return process->unit == word || process->unit == std::string(word) + ".service";
  constexpr std::size_t short_id = 12;
  return process->container == word || (word.size() >= short_id && process->container.substr(0, word.size()) == word);
}

TargetMatch resolve_name(const Target& target, Sockets sockets, const TargetWorld& world) {
  const auto no_process = [](const ProcessName&) { return false; };
  TargetMatch match = processes_that(
      sockets, world, [&](const Owner& owner) { return is_called(owner.comm, target.name); },
      [&](const ProcessName& process) { return is_called(process.comm, target.name); });
  match.meaning = "process";
  for (const bool unit : {false, true}) {
    if (match.found()) return match;
    match = processes_that(
        sockets, world, [&](const Owner& owner) { return is_unit_or_container(owner.process, target.name, unit); },
        no_process);
    match.meaning = unit ? "unit" : "container";
  }
  if (match.found()) return match;
  match = sockets_that(sockets, [&](const Socket& socket) { return has_path(socket, target.name); });
  if (match.found()) match.meaning = "path";
  return match;
}

template <bool (*matches)(const Target&, const TargetWorld&, const Socket&)>
TargetMatch resolve_sockets(const Target& target, Sockets sockets, const TargetWorld& world) {
  return sockets_that(sockets, [&](const Socket& socket) { return matches(target, world, socket); });
}

// --- what else it may have been

std::set<std::string> known_words(TargetKind kind, Sockets sockets, const TargetWorld& world) {
  std::set<std::string> words;
  if (kind == TargetKind::name) {
    for (const ProcessName& process : world.processes) words.emplace(process.comm);
    for (const Socket* socket : sockets)
      if (socket->owners != nullptr)
        for (const Owner& owner : socket->owners->list) words.emplace(owner.comm);
  }
  for (const Socket* socket : sockets) {
    const UnixPart* part = socket->unix_part();
    if (part == nullptr || !part->has_name) continue;
    if (kind == TargetKind::path && !fields::is_abstract(*part)) words.emplace(part->name);
    if (kind == TargetKind::abstract && fields::is_abstract(*part))
      words.emplace("@" + std::string(part->name.substr(1)));
  }
  return words;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string> near_words(const Target& target, Sockets sockets, const TargetWorld& world) {
  constexpr std::size_t enough = 3;
  const std::set<std::string> words = known_words(target.kind, sockets, world);
  std::vector<std::string_view> known;
  std::vector<std::string> near;
  for (const std::string& word : words) {
    const bool same_file = target.kind == TargetKind::path && last_part(word) == last_part(target.text);
    if (same_file && near.size() < enough)
      near.push_back(word);
    else
      known.push_back(word);
  }
  while (near.size() < enough) {
    const std::string_view word = nearest_word(target.text, known);
    if (word.empty()) break;
    near.emplace_back(word);
    known.erase(std::find(known.begin(), known.end(), word));
  }
  return near;
}

using Resolve = TargetMatch (*)(const Target& target, Sockets sockets, const TargetWorld& world);
/// In the order of TargetKind.
constexpr std::array<Resolve, kind_names.size()> resolvers{resolve_pid,
                                                           resolve_name,
                                                           resolve_sockets<matches_path>,
                                                           resolve_sockets<matches_abstract>,
                                                           resolve_sockets<matches_inode>,
                                                           resolve_sockets<matches_port>};

}  // namespace

std::string_view to_text(TargetKind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

Result<Target> parse_target(std::string_view text) {
  Target target;
  target.text = text;
  for (const Grammar& grammar : grammars) {
    if (!grammar.takes(text)) continue;
    target.kind = grammar.kind;
    if (const std::string_view wrong = grammar.read(text, target); !wrong.empty()) return Error{std::string(wrong), 0};
    return target;
  }
  return target;
}

TargetMatch resolve_target(const Target& target, std::span<const Socket* const> sockets, const TargetWorld& world) {
  TargetMatch match = resolvers.at(static_cast<std::size_t>(target.kind))(target, sockets, world);
  if (!match.found()) match.near = near_words(target, sockets, world);
  return match;
}

std::vector<int> pids_to_look_at(const TargetMatch& match, std::span<const Socket* const> sockets) {
  constexpr std::size_t few = 64;
  std::vector<int> others;
  for (const Socket* socket : sockets)
    if (socket->other_end != nullptr && std::binary_search(match.sockets.begin(), match.sockets.end(), socket->inode))
      add_holders(*socket->other_end, others);
  make_set(others);
  if (others.size() > few) others.resize(few);
  others.insert(others.end(), match.pids.begin(), match.pids.end());
  make_set(others);
  return others;
}

}  // namespace skq
