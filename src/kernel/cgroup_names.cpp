#include "kernel/cgroup_names.h"

#include <algorithm>
#include <array>
#include <optional>

namespace skq::kernel {
namespace {

// Units that systemd puts processes into; a slice only holds other units.
constexpr std::array<std::string_view, 5> unit_suffixes = {".service", ".scope", ".socket", ".mount", ".swap"};

// "docker-<id>.scope" and the like: container engines that ask systemd for a scope.
constexpr std::array<std::string_view, 4> scope_prefixes = {"docker-", "crio-", "cri-containerd-", "libpod-"};

// Directories below which a bare id is a container's: engines that make cgroups themselves.
constexpr std::array<std::string_view, 4> id_parents = {"docker", "libpod_parent", "ecs", "crio"};

constexpr std::string_view deleted_mark = " (deleted)";  // kernel/cgroup/cgroup.c, proc_cgroup_show

bool strip_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool strip_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

/// Takes the last component off the path.
std::string_view take_last(std::string_view& path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  return last;
}

bool is_container_id(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// systemd.unit(5): \x2d stands for the byte 0x2d.
std::string unescape_unit(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape = text.substr(at).starts_with("\\x") && at + 3 < text.size();
    const int high = escape ? hex_digit(text[at + 2]) : -1;
    const int low = escape ? hex_digit(text[at + 3]) : -1;
    if (high >= 0 && low >= 0) {
      plain += static_cast<char>(high * 16 + low);
      at += 3;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

/// True below a directory that holds containers by their bare id.
bool holds_ids(std::string_view parents) {
  while (!parents.empty()) {
    const std::string_view name = take_last(parents);
    if (name.starts_with("kubepods")) return true;
    if (std::find(id_parents.begin(), id_parents.end(), name) != id_parents.end()) return true;
  }
  return false;
}

std::optional<std::string> engine_container(std::string_view name, std::string_view parents) {
  if (is_container_id(name) && holds_ids(parents)) return std::string(name);
  // containerd told to use systemd's notation while it makes the cgroups itself: "kubepods-….slice:cri-containerd:<id>"
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && is_container_id(name.substr(colon + 1)))
    return std::string(name.substr(colon + 1));
  strip_suffix(name, ".scope");
  for (const std::string_view prefix : scope_prefixes) {
    if (name.starts_with(prefix) && is_container_id(name.substr(prefix.size())))
      return std::string(name.substr(prefix.size()));
  }
  return std::nullopt;
}

/// LXC and systemd-nspawn: containers that have a name instead of an id.
std::optional<std::string> named_container(std::string_view name, std::string_view parents) {
  if (strip_prefix(name, "lxc.payload.") && !name.empty()) return std::string(name);
  const std::string_view parent = take_last(parents);
  if (parent == "lxc" && !name.empty()) return std::string(name);
  if (strip_prefix(name, "systemd-nspawn@") && strip_suffix(name, ".service")) return unescape_unit(name);
  // A virtual machine is in machine.slice too, but it is no container: its processes have a kernel of their own.
  if (parent == "machine.slice" && strip_prefix(name, "machine-") && strip_suffix(name, ".scope") &&
      !name.starts_with("qemu")) {
    return unescape_unit(name);
  }
  return std::nullopt;
}

}  // namespace

std::string unit_of(std::string_view cgroup) {
  strip_suffix(cgroup, deleted_mark);
  while (!cgroup.empty()) {
    std::string_view name = take_last(cgroup);
    // systemd puts a '_' before names that would clash with the kernel's own files, such as memory.service.
    strip_prefix(name, "_");
    for (const std::string_view suffix : unit_suffixes) {
      if (name.ends_with(suffix) && name.size() > suffix.size()) return std::string(name);
    }
  }
  return {};
}

std::string container_of(std::string_view cgroup) {
  strip_suffix(cgroup, deleted_mark);
  while (!cgroup.empty()) {
    const std::string_view name = take_last(cgroup);
    if (auto id = engine_container(name, cgroup)) return *id;
    if (auto known = named_container(name, cgroup)) return *known;
  }
  return {};
}

}  // namespace skq::kernel
