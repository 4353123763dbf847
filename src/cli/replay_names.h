// Names for the rows of one recorded snapshot, and numbers for the words of a FILTER: interfaces, users, cgroups and
// processes as they were there and then, services and hosts as this host knows them.
#pragma once

#include <memory>

#include "kernel/host_names.h"
#include "skq/names.h"
#include "skq/store.h"

namespace skq::cli {

class ReplayNames final : public NameService, public Resolver {
 public:
  /// Both must outlive it.
  ReplayNames(const RecordedNames& recorded, kernel::HostNames& here, bool numeric)
      : recorded_(recorded), names_(names_of(recorded, &here)), here_(here), numeric_(numeric) {}

  std::string_view service(Netid netid, std::uint16_t port) override { return names_->service(netid, port); }
  std::string_view host(Family family, const Address& address) override { return names_->host(family, address); }
  std::string_view interface(std::uint32_t index) override;
  std::string_view user(std::uint32_t uid) override { return names_->user(uid); }
  std::string_view netlink_protocol(std::uint8_t protocol) override { return names_->netlink_protocol(protocol); }
  std::string_view ethernet_protocol(std::uint16_t protocol) override { return names_->ethernet_protocol(protocol); }
  std::string_view ip_protocol(std::uint8_t protocol) override { return names_->ip_protocol(protocol); }
  std::string_view process(std::uint32_t pid) override;
  std::string_view cgroup(std::uint64_t id) override { return names_->cgroup(id); }

  std::vector<HostAddress> addresses(std::string_view host) override { return here_.addresses(host); }
  std::optional<std::uint16_t> port(std::string_view service, std::string_view protocol) override {
    return here_.port(service, protocol);
  }
  std::optional<std::uint32_t> interface(std::string_view name) override;
  std::optional<std::uint64_t> cgroup(std::string_view path) override;
  PortRange ephemeral_ports() override { return here_.ephemeral_ports(); }

 private:
  const RecordedNames& recorded_;
  std::unique_ptr<NameService> names_;
  kernel::HostNames& here_;
  bool numeric_;
};

}  // namespace skq::cli
