// Sockets of every kind and state that ss lists, all quiet: two looks at them see the same.
#pragma once

#include <string>
#include <vector>

#include "sockets.h"

namespace live {

/// Keeps them until it goes. `failures` names what could not be made.
class Zoo {
 public:
  explicit Zoo(const std::string& folder);

  [[nodiscard]] std::size_t size() const { return kept_.size(); }
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

 private:
  int keep(UniqueFd fd, const char* what);
  void keep_pair(Pair pair, const char* what);

  void add_unix(const std::string& folder);
  void add_unix_names(const std::string& folder);
  void add_unix_pairs();
  void add_tcp_listeners();
  void add_tcp_connections(const std::string& listener_host, const std::string& host, std::uint16_t port);
  void add_half_open(const std::string& host, std::uint16_t port);
  void add_tcp_options(const std::string& host, std::uint16_t port);
  void add_udp();
  void add_raw();
  void add_netlink();
  void add_packet();

  std::vector<UniqueFd> kept_;
  std::vector<std::string> failures_;
};

}  // namespace live
