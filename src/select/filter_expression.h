// The syntax tree of ss's FILTER: plain data with every word decoded (addresses, ports, indexes), so that a reader
// needs no more look-ups, be it the matcher, the printer, or a compiler to INET_DIAG_REQ_BYTECODE.
//
// To add a predicate: a struct here and in Node, a keyword in filter_parser.cpp, a case in filter_match.cpp and
// filter_print.cpp (std::visit will not compile without them).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "select/address_prefix.h"
#include "skq/select.h"
#include "skq/socket.h"

namespace skq::select {

enum class Side : std::uint8_t { local, peer };

enum class Comparator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

/// src, dst with an inet address, or none at all ("*", ":22"). Every member that is there must hold.
struct InetHost {
  Side side{};
  FamilySet families;  ///< as named by inet: or inet6:; empty: any family
  std::optional<Prefix> prefix;
  std::optional<std::uint32_t> port;       ///< for other families what sport and dport compare
  std::optional<std::uint32_t> interface;  ///< [fe80::1]%eth0
  bool operator==(const InetHost&) const = default;
};

/// src, dst with a pattern of unix names. An abstract name's NULs read as '@', an unnamed socket's name is empty.
struct UnixName {
  Side side{};
  std::string pattern;
  bool operator==(const UnixName&) const = default;
};

/// link:PROTOCOL:DEVICE
struct LinkHost {
  Side side{};
  std::optional<std::uint16_t> protocol;
  std::optional<std::uint32_t> interface;
  bool operator==(const LinkHost&) const = default;
};

/// netlink:PROTOCOL:PORTID
struct NetlinkHost {
  Side side{};
  std::optional<std::uint8_t> protocol;
  std::optional<std::uint32_t> portid;
  bool operator==(const NetlinkHost&) const = default;
};

/// vsock:CID:PORT
struct VsockHost {
  Side side{};
  std::optional<std::uint32_t> cid, port;
  bool operator==(const VsockHost&) const = default;
};

/// sport, dport. What other families have in that place is compared: unix an inode, netlink a port id, packet an
/// ifindex, xdp a queue.
struct PortTest {
  Side side{};
  Comparator comparator{};
  FamilySet families;                 ///< empty: any
  std::optional<std::uint32_t> port;  ///< empty: any port
  bool operator==(const PortTest&) const = default;
};

struct DeviceTest {
  bool negated = false;
  std::uint32_t interface = 0;
  bool operator==(const DeviceTest&) const = default;
};

struct MarkTest {
  bool negated = false;
  std::uint32_t value = 0, mask = 0;
  bool operator==(const MarkTest&) const = default;
};

struct CgroupTest {
  bool negated = false;
  std::uint64_t id = 0;
  std::string path;  ///< as given, for printing
  bool operator==(const CgroupTest&) const = default;
};

/// The name or port was chosen by the kernel.
struct Autobound {
  PortRange ports;
  bool operator==(const Autobound& other) const {
    return ports.first == other.ports.first && ports.last == other.ports.last;
  }
};

// Two or more terms, so that a long chain is wide and not deep.
struct And {
  std::vector<Filter::Expression> terms;
};
struct Or {
  std::vector<Filter::Expression> terms;
};
struct Not {
  std::unique_ptr<Filter::Expression> term;
};

using Node = std::variant<And, Or, Not, InetHost, UnixName, LinkHost, NetlinkHost, VsockHost, PortTest, DeviceTest,
                          MarkTest, CgroupTest, Autobound>;

bool operator==(const And& a, const And& b);
bool operator==(const Or& a, const Or& b);
bool operator==(const Not& a, const Not& b);

}  // namespace skq::select

namespace skq {

struct Filter::Expression {
  select::Node node;
};

bool operator==(const Filter::Expression& a, const Filter::Expression& b);

namespace select {

/// In words that parse_filter reads back as the same tree, with every mixture of `and` and `or` in parentheses.
std::string print(const Filter::Expression& expression);

bool matches(const Filter::Expression& expression, const Socket& socket);

}  // namespace select
}  // namespace skq
