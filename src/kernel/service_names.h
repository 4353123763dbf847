// Names of ports. The C library reads all of /etc/services for each port that is asked, so where there are many, and
// all names are in files, they are read once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace skq::kernel {

class ServiceNames {
 public:
  /// `protocol` as in /etc/services. Empty: the port has no name. The view lives as long as this.
  std::string_view name(std::uint16_t port, const char* protocol);

 private:
  static std::string key_of(std::uint16_t port, std::string_view protocol);
  void read_all();

  std::unordered_map<std::string, std::string> names_;  ///< that were asked for, and all where all were read
  std::size_t asked_ = 0;
  bool may_read_all_ = true, all_read_ = false;
};

/// Whether a line of nsswitch.conf(5) has a database's names in files on this host, which can be listed; other services
/// may know names that they list to nobody.
bool lists_all_services(std::string_view nsswitch);

}  // namespace skq::kernel
