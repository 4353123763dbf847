// Whether an expression chooses at all: "src *" does not, nor does what a shell makes of "dport ge $UNSET".
#include <algorithm>

#include "model/address_text.h"
#include "select/filter_expression.h"

namespace skq::select {
namespace {

constexpr std::uint32_t last_port = 65535;

/// Which inet sockets pass. An `and` reaches as far as its least term, an `or` as its greatest.
enum class Reach : std::uint8_t {
  none,
  some,
  family,  ///< told apart by their IP version only
  all
};

Reach reach(const Filter::Expression& expression, bool negated);

Reach constant(bool holds) { return holds ? Reach::all : Reach::none; }

/// The tree is read with every `not` carried down to the tests, where it can be decided.
struct Folder {
  bool negated;

  Reach operator()(const And& all) const { return negated ? any_of(all.terms) : all_of(all.terms); }
  Reach operator()(const Or& any) const { return negated ? all_of(any.terms) : any_of(any.terms); }
  Reach operator()(const Not& negation) const { return reach(*negation.term, !negated); }

  Reach operator()(const InetHost& host) const {
    if (host.port || host.interface) return Reach::some;
    if (host.prefix) return is_whole_family(*host.prefix) ? Reach::family : Reach::some;
    return host.families.empty() ? constant(!negated) : Reach::family;
  }
  // Tests of other families hold for no inet socket.
  Reach operator()(const UnixName&) const { return constant(negated); }
  Reach operator()(const LinkHost&) const { return constant(negated); }
  Reach operator()(const NetlinkHost&) const { return constant(negated); }
  Reach operator()(const VsockHost&) const { return constant(negated); }

  Reach operator()(const PortTest& test) const {
    const bool v4 = test.families.empty() || test.families.has(Family::inet);
    const bool v6 = test.families.empty() || test.families.has(Family::inet6);
    const bool lets_others = (test.comparator == Comparator::not_equal) != negated;
    if (!v4 && !v6) return constant(lets_others);
    if (!(v4 && v6) && lets_others) return Reach::family;
    const std::optional<bool> holds = holds_always(test);
    if (!holds) return Reach::some;
    return v4 && v6 ? constant(*holds != negated) : Reach::family;
  }
  Reach operator()(const DeviceTest&) const { return Reach::some; }
  Reach operator()(const MarkTest& test) const {
    if ((test.value & ~test.mask) != 0) return constant(test.negated != negated);
    return test.mask == 0 ? constant(test.negated == negated) : Reach::some;
  }
  Reach operator()(const CgroupTest&) const { return Reach::some; }
  Reach operator()(const Autobound&) const { return Reach::some; }

 private:
  [[nodiscard]] Reach all_of(const std::vector<Filter::Expression>& terms) const {
    Reach least = Reach::all;
    for (const auto& term : terms) least = std::min(least, reach(term, negated));
    return least;
  }
  [[nodiscard]] Reach any_of(const std::vector<Filter::Expression>& terms) const {
    Reach most = Reach::none;
    for (const auto& term : terms) most = std::max(most, reach(term, negated));
    return most;
  }

  /// ::ffff:0:0/96 is all of IPv4, too.
  static bool is_whole_family(const Prefix& prefix) {
    if (prefix.bits == 0) return true;
    return prefix.family == Family::inet6 && prefix.bits == 96 && is_v4_mapped(prefix.address);
  }

  /// Of a socket in one of the test's families; empty: it depends.
  static std::optional<bool> holds_always(const PortTest& test) {
    if (!test.port) return test.comparator == Comparator::equal;
    const std::uint32_t port = *test.port;
    const bool beyond = port > last_port;
    switch (test.comparator) {
      case Comparator::equal:
        return beyond ? std::optional(false) : std::nullopt;
      case Comparator::not_equal:
        return beyond ? std::optional(true) : std::nullopt;
      case Comparator::less:
        if (port == 0) return false;
        return beyond ? std::optional(true) : std::nullopt;
      case Comparator::less_equal:
        return port >= last_port ? std::optional(true) : std::nullopt;
      case Comparator::greater:
        return port >= last_port ? std::optional(false) : std::nullopt;
      case Comparator::greater_equal:
        if (port == 0) return true;
        return beyond ? std::optional(false) : std::nullopt;
    }
    return std::nullopt;
  }
};

Reach reach(const Filter::Expression& expression, bool negated) { return std::visit(Folder{negated}, expression.node); }

}  // namespace
}  // namespace skq::select

namespace skq {

bool restricts(const Filter& filter) {
  if (!filter.expression) return false;
  return select::reach(*filter.expression, false) < select::Reach::family;
}

}  // namespace skq
