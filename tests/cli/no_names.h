// A name service that knows nothing.
#pragma once

#include "skq/names.h"

namespace skq::cli {

class NoNames : public Resolver {
 public:
  std::vector<HostAddress> addresses(std::string_view) override { return {}; }
  std::optional<std::uint16_t> port(std::string_view, std::string_view) override { return {}; }
  std::optional<std::uint32_t> interface(std::string_view) override { return {}; }
  std::optional<std::uint64_t> cgroup(std::string_view) override { return {}; }
};

}  // namespace skq::cli
