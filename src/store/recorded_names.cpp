#include "skq/store.h"

namespace skq {
namespace {

class Names final : public NameService {
 public:
  Names(const RecordedNames& names, NameService* others) : names_(names), others_(others) {}

  std::string_view service(Netid netid, std::uint16_t port) override {
    return others_ != nullptr ? others_->service(netid, port) : std::string_view();
  }
  std::string_view host(Family family, const Address& address) override {
    return others_ != nullptr ? others_->host(family, address) : std::string_view();
  }
  std::string_view interface(std::uint32_t index) override { return find(names_.interfaces, index); }
  std::string_view user(std::uint32_t uid) override { return find(names_.users, uid); }
  std::string_view netlink_protocol(std::uint8_t protocol) override {
    return others_ != nullptr ? others_->netlink_protocol(protocol) : std::string_view();
  }
  std::string_view ethernet_protocol(std::uint16_t protocol) override {
    return others_ != nullptr ? others_->ethernet_protocol(protocol) : std::string_view();
  }
  std::string_view ip_protocol(std::uint8_t protocol) override {
    return others_ != nullptr ? others_->ip_protocol(protocol) : std::string_view();
  }
  // Never the processes of now: a pid of then may be anybody's.
  std::string_view process(std::uint32_t pid) override { return find(names_.processes, pid); }
  std::string_view cgroup(std::uint64_t id) override { return find(names_.cgroups, id); }

 private:
  template <class Map, class Number>
  static std::string_view find(const Map& map, Number number) {
    const auto found = map.find(number);
    return found != map.end() ? found->second : std::string_view();
  }

  const RecordedNames& names_;
  NameService* others_;
};

}  // namespace

std::unique_ptr<NameService> names_of(const RecordedNames& names, NameService* others) {
  return std::make_unique<Names>(names, others);
}

}  // namespace skq
