#include "select/push_down.h"

#include <limits>

namespace skq::select {
namespace {

using Kind = KernelTest::Kind;

constexpr std::uint32_t last_port = std::numeric_limits<std::uint16_t>::max();

Comparator opposite(Comparator comparator) {
  switch (comparator) {
    case Comparator::equal:
      return Comparator::not_equal;
    case Comparator::not_equal:
      return Comparator::equal;
    case Comparator::less:
      return Comparator::greater_equal;
    case Comparator::less_equal:
      return Comparator::greater;
    case Comparator::greater:
      return Comparator::less_equal;
    case Comparator::greater_equal:
      return Comparator::less;
  }
  return comparator;
}

/// Appends the tests of one node. `negated`: of its opposite.
class Compiler {
 public:
  Compiler(Family version, std::vector<KernelTest>& to) : version_(version), to_(to) {}

  void compile(const Filter::Expression& expression, bool negated) {
    negated_ = negated;
    std::visit(*this, expression.node);
  }

  void operator()(const And& all) { terms(all.terms, negated_ ? Kind::any : Kind::all); }
  void operator()(const Or& any) { terms(any.terms, negated_ ? Kind::all : Kind::any); }
  void operator()(const Not& negation) { compile(*negation.term, !negated_); }

  void operator()(const InetHost& host) {
    if (!host.families.empty() && !host.families.has(version_)) return decided(false);
    if (host.port && *host.port > last_port) return decided(false);
    // An IPv4 prefix also means mapped addresses of IPv6 sockets, and the kernel reads it so; not the other way round.
    if (host.prefix && host.prefix->family == Family::inet6 && version_ == Family::inet) return decided(false);
    const bool address_or_port = host.prefix || host.port;
    if (address_or_port && host.interface) group(negated_ ? Kind::any : Kind::all, 2);
    if (address_or_port) {
      KernelTest test{.kind = Kind::host, .negated = negated_, .peer = host.side == Side::peer};
      if (host.port) test.port = static_cast<std::uint16_t>(*host.port);
      if (host.prefix) {
        test.family = host.prefix->family;
        test.address = host.prefix->address;
        test.bits = host.prefix->bits;
      }
      to_.push_back(test);
    }
    if (host.interface) return device(*host.interface, negated_);
    if (!address_or_port) decided(true);
  }

  // Tests of other families: no inet socket has what they ask for.
  void operator()(const UnixName&) { decided(false); }
  void operator()(const LinkHost&) { decided(false); }
  void operator()(const NetlinkHost&) { decided(false); }
  void operator()(const VsockHost&) { decided(false); }

  void operator()(const PortTest& test) {
    if (!test.families.empty() && !test.families.has(version_))
      return decided(test.comparator == Comparator::not_equal);
    if (!test.port) return decided(test.comparator == Comparator::equal);
    compare(test.side == Side::peer, negated_ ? opposite(test.comparator) : test.comparator, *test.port);
  }

  void operator()(const DeviceTest& test) { device(test.interface, test.negated != negated_); }

  // A mark that the kernel does not send is in no row equal to anything (TIME-WAIT of some kernels), though the kernel
  // may compare it: only where the mark must be equal are kernel and filter of one mind.
  void operator()(const MarkTest& test) {
    if (test.negated != negated_) return unknown();
    to_.push_back({.kind = Kind::mark, .value = test.value, .mask = test.mask});
  }

  void operator()(const CgroupTest& test) {
    to_.push_back({.kind = Kind::cgroup, .negated = test.negated != negated_, .cgroup = test.id});
  }

  // Not the kernel's INET_DIAG_BC_AUTO: that asks who chose the port, this whether it is one of those that it chooses.
  void operator()(const Autobound& test) {
    group(negated_ ? Kind::any : Kind::all, 2);
    const bool negated = negated_;
    compare(false, negated ? Comparator::less : Comparator::greater_equal, test.ports.first);
    compare(false, negated ? Comparator::greater : Comparator::less_equal, test.ports.last);
  }

 private:
  void group(Kind kind, std::size_t count) {
    to_.push_back({.kind = kind, .count = static_cast<std::uint32_t>(count)});
  }

  void terms(const std::vector<Filter::Expression>& terms, Kind kind) {
    const bool negated = negated_;
    group(kind, terms.size());
    for (const auto& term : terms) compile(term, negated);
  }

  void decided(bool holds) { group(holds != negated_ ? Kind::all : Kind::any, 0); }
  void constant(bool holds) { group(holds ? Kind::all : Kind::any, 0); }
  void unknown() { to_.push_back({.kind = Kind::anything}); }

  void device(std::uint32_t interface, bool negated) {
    to_.push_back({.kind = Kind::device, .negated = negated, .value = interface});
  }

  void compare(bool peer, Comparator comparator, std::uint32_t port) {
    switch (comparator) {
      case Comparator::equal:
      case Comparator::not_equal:
        return equal(peer, comparator == Comparator::not_equal, port);
      case Comparator::less:
        if (port == 0) return constant(false);
        return at_most(peer, port - 1);
      case Comparator::less_equal:
        return at_most(peer, port);
      case Comparator::greater:
        if (port >= last_port) return constant(false);
        return at_least(peer, port + 1);
      case Comparator::greater_equal:
        return at_least(peer, port);
    }
  }

  void equal(bool peer, bool negated, std::uint32_t port) {
    if (port > last_port) return constant(negated);
    to_.push_back({.kind = Kind::host, .negated = negated, .peer = peer, .port = static_cast<std::uint16_t>(port)});
  }
  void at_most(bool peer, std::uint32_t port) {
    if (port >= last_port) return constant(true);
    to_.push_back({.kind = Kind::at_most, .peer = peer, .port = static_cast<std::uint16_t>(port)});
  }
  void at_least(bool peer, std::uint32_t port) {
    if (port > last_port) return constant(false);
    if (port == 0) return constant(true);
    to_.push_back({.kind = Kind::at_least, .peer = peer, .port = static_cast<std::uint16_t>(port)});
  }

  Family version_;
  std::vector<KernelTest>& to_;
  bool negated_ = false;
};

}  // namespace

std::vector<KernelTest> kernel_tests(const Filter::Expression& expression, Family version) {
  std::vector<KernelTest> tests;
  Compiler(version, tests).compile(expression, false);
  return simplified(tests);
}

}  // namespace skq::select

namespace skq {

KernelTests kernel_tests(const Filter& filter) {
  if (filter.expression == nullptr) return {};
  return {select::kernel_tests(*filter.expression, Family::inet),
          select::kernel_tests(*filter.expression, Family::inet6)};
}

}  // namespace skq
