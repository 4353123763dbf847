// The kernel's counters as its text files tell them. Parsers only: they read any bytes, and what is no number or has
// no name is left out.
//
// To read another file: its parser here if its form is new, its row in system_state.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skq::kernel {

struct Counter {
  std::string group, name;
  std::uint64_t value = 0;
};

/// A counter that a kernel does not have is not there.
class Counters {
 public:
  void add(std::string_view group, std::string_view name, std::uint64_t value);
  [[nodiscard]] std::optional<std::uint64_t> find(std::string_view group, std::string_view name) const;
  [[nodiscard]] const std::vector<Counter>& all() const { return list_; }

 private:
  std::vector<Counter> list_;
};

/// "TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 208", as /proc/net/sockstat and sockstat6 have it.
void read_key_values(std::string_view text, Counters& to);

/// A line of names, then a line of values: "TcpExt: A B" above "TcpExt: 1 2", as /proc/net/netstat and snmp have it.
void read_paired_lines(std::string_view text, Counters& to);

/// "Udp6MemErrors   0", as /proc/net/snmp6 has it. The group is "Udp6".
void read_single_lines(std::string_view text, std::string_view prefix, Counters& to);

/// What the kernel accounts for one protocol (net/core/sock.c, proto_seq_printf).
struct Protocol {
  std::string name;
  std::uint64_t sockets = 0;
  std::optional<std::uint64_t> memory_pages;  ///< empty: no accounting, so neither limit nor pressure
  std::optional<bool> pressure;               ///< empty: the protocol does not know pressure
};

/// /proc/net/protocols.
std::vector<Protocol> read_protocols(std::string_view text);

/// Numbers between blanks, "4096 131072 6291456"; empty when anything else is there.
std::vector<std::uint64_t> read_numbers(std::string_view text);

}  // namespace skq::kernel
