#include "cli/replay_names.h"

#include <limits>

namespace skq::cli {

std::string_view ReplayNames::interface(std::uint32_t index) {
  const std::string_view name = names_->interface(index);
  return name.empty() ? here_.interface(index) : name;  // which knows the loopback of any host
}

std::string_view ReplayNames::process(std::uint32_t pid) {
  if (numeric_) return {};
  const std::string_view name = names_->process(pid);
  return name.empty() && pid == 0 ? here_.process(pid) : name;  // the kernel itself
}

// Names of interfaces and cgroups are recorded with the rows that have them: one that is not there is no row's.
std::optional<std::uint32_t> ReplayNames::interface(std::string_view name) {
  for (const auto& [index, known] : recorded_.interfaces)
    if (known == name) return index;
  return here_.interface(name).value_or(std::numeric_limits<std::uint32_t>::max());
}

std::optional<std::uint64_t> ReplayNames::cgroup(std::string_view path) {
  for (const auto& [id, known] : recorded_.cgroups)
    if (known == path || (known.starts_with('/') && known.substr(1) == path)) return id;
  return std::numeric_limits<std::uint64_t>::max();
}

}  // namespace skq::cli
