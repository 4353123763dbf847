// The public face of FILTER.
#include "model/derived.h"
#include "select/filter_expression.h"
#include "select/filter_parser.h"
#include "skq/select.h"

namespace skq {
namespace {

constexpr std::size_t longest_input = std::size_t{512} << 10U;

using namespace select;

NeedSet needs_of(const Filter::Expression& expression, const FilterScope& scope);

struct NeedsOf {
  const FilterScope& scope;

  NeedSet operator()(const And& all) const { return of_terms(all.terms); }
  NeedSet operator()(const Or& any) const { return of_terms(any.terms); }
  NeedSet operator()(const Not& negation) const { return needs_of(*negation.term, scope); }
  NeedSet operator()(const InetHost& host) const { return host.port ? of_port(host.side, host.families) : NeedSet{}; }
  NeedSet operator()(const UnixName& name) const {
    return name.side == Side::local ? NeedSet(Need::name) : NeedSet(Need::name, Need::peer_inode, Need::peer);
  }
  NeedSet operator()(const LinkHost&) const { return {}; }
  NeedSet operator()(const NetlinkHost&) const { return {}; }
  NeedSet operator()(const VsockHost&) const { return {}; }
  NeedSet operator()(const PortTest& test) const { return of_port(test.side, test.families); }
  NeedSet operator()(const DeviceTest&) const { return {}; }
  NeedSet operator()(const MarkTest&) const { return NeedSet(Need::mark); }
  NeedSet operator()(const CgroupTest&) const { return {}; }
  NeedSet operator()(const Autobound&) const { return NeedSet(Need::name); }

 private:
  [[nodiscard]] NeedSet of_terms(const std::vector<Filter::Expression>& terms) const {
    NeedSet needs;
    for (const auto& term : terms) needs = needs | needs_of(term, scope);
    return needs;
  }
  // dport of a unix socket is its peer's inode.
  [[nodiscard]] NeedSet of_port(Side side, FamilySet families) const {
    const bool is_unix = (families.empty() || families.has(Family::unix_domain)) &&
                         (scope.families.empty() || scope.families.has(Family::unix_domain));
    return side == Side::peer && is_unix ? NeedSet(Need::peer_inode) : NeedSet{};
  }
};

NeedSet needs_of(const Filter::Expression& expression, const FilterScope& scope) {
  return std::visit(NeedsOf{scope}, expression.node);
}

}  // namespace

Filter::Filter() = default;
Filter::~Filter() = default;
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;

Parsed<Filter> parse_filter(std::span<const std::string_view> words, Resolver& resolver, const FilterScope& scope) {
  std::string input;
  for (const std::string_view word : words) {
    if (!input.empty()) input += ' ';
    input += word;
  }
  if (input.size() > longest_input) {
    return SyntaxError{
        "the filter is longer than " + std::to_string(longest_input) + " bytes", input, longest_input, 1, {}};
  }
  Filter filter;
  FilterParser parser(input, {resolver, scope});
  if (!parser.parse(filter)) return parser.take_error();
  if (filter.expression) filter.needs = needs_of(*filter.expression, scope);
  return filter;
}

Filter both(Filter first, Filter second) {
  if (first.states && second.states) first.states = *first.states & *second.states;
  if (!first.states) first.states = second.states;
  first.needs = first.needs | second.needs;
  for (std::string& warning : second.warnings) first.warnings.push_back(std::move(warning));
  if (!first.expression) {
    first.expression = std::move(second.expression);
  } else if (second.expression) {
    And all;
    all.terms.push_back(std::move(*first.expression));
    all.terms.push_back(std::move(*second.expression));
    first.expression = std::make_unique<Filter::Expression>(Filter::Expression{std::move(all)});
  }
  return first;
}

bool matches(const Filter& filter, const Socket& socket) {
  if (filter.states && !is_in(socket, *filter.states)) return false;
  return !filter.expression || select::matches(*filter.expression, socket);
}

}  // namespace skq
