// Names for several threads: one question at a time goes to the service behind, whose answers live as long as it does.
#pragma once

#include <mutex>
#include <string_view>

#include "skq/names.h"

namespace skq::cli {

class SharedNames final : public NameService {
 public:
  explicit SharedNames(NameService& names) : names_(names) {}

  std::string_view service(Netid netid, std::uint16_t port) override {
    const std::lock_guard lock(mutex_);
    return names_.service(netid, port);
  }
  std::string_view host(Family family, const Address& address) override {
    const std::lock_guard lock(mutex_);
    return names_.host(family, address);
  }
  std::string_view interface(std::uint32_t index) override {
    const std::lock_guard lock(mutex_);
    return names_.interface(index);
  }
  std::string_view user(std::uint32_t uid) override {
    const std::lock_guard lock(mutex_);
    return names_.user(uid);
  }
  std::string_view netlink_protocol(std::uint8_t protocol) override {
    const std::lock_guard lock(mutex_);
    return names_.netlink_protocol(protocol);
  }
  std::string_view ethernet_protocol(std::uint16_t protocol) override {
    const std::lock_guard lock(mutex_);
    return names_.ethernet_protocol(protocol);
  }
  std::string_view ip_protocol(std::uint8_t protocol) override {
    const std::lock_guard lock(mutex_);
    return names_.ip_protocol(protocol);
  }
  std::string_view process(std::uint32_t pid) override {
    const std::lock_guard lock(mutex_);
    return names_.process(pid);
  }
  std::string_view cgroup(std::uint64_t id) override {
    const std::lock_guard lock(mutex_);
    return names_.cgroup(id);
  }

 private:
  NameService& names_;
  std::mutex mutex_;
};

}  // namespace skq::cli
