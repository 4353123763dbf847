// A name service with a fixed answer to everything.
#pragma once

#include <string_view>
#include <vector>

#include "select/address_prefix.h"
#include "skq/names.h"

namespace skq::test {

class FakeResolver : public Resolver {
 public:
  std::vector<HostAddress> addresses(std::string_view host) override {
    if (host == "localhost") return {v4("127.0.0.1"), v6("::1")};
    if (host == "single.example") return {v4("192.0.2.7")};
    return {};
  }
  std::optional<std::uint16_t> port(std::string_view service, std::string_view protocol) override {
    if (service == "ssh") return 22;
    if (service == "domain") return 53;
    if (service == "differs") return protocol == "tcp" ? 1000 : 2000;
    if (service == "tcponly" && protocol == "tcp") return 3000;
    return std::nullopt;
  }
  std::optional<std::uint32_t> interface(std::string_view name) override {
    if (name == "lo") return 1;
    if (name == "eth0") return 2;
    return std::nullopt;
  }
  std::optional<std::uint64_t> cgroup(std::string_view path) override {
    if (path == "/" || path == "/system.slice/a(b)") return 42;
    return std::nullopt;
  }

 private:
  static HostAddress v4(std::string_view text) { return {Family::inet, select::parse_prefix(text)->address}; }
  static HostAddress v6(std::string_view text) { return {Family::inet6, select::parse_prefix(text)->address}; }
};

}  // namespace skq::test
