// FILTER: what must hold for every expression, tried on generated ones. The seed is fixed, so a failure comes again.
#include <gtest/gtest.h>

#include <random>

#include "fake_resolver.h"
#include "sample_sockets.h"
#include "select/filter_expression.h"

namespace skq {
namespace {

using namespace test;
using namespace select;
using Expression = Filter::Expression;

/// Random trees, and random sockets that have a fair chance to match them.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  bool coin() { return below(2) == 0; }

  Expression expression(unsigned depth) {
    const std::uint32_t kind = depth == 0 ? 3 : below(6);
    if (kind == 0) return {And{terms(depth - 1)}};
    if (kind == 1) return {Or{terms(depth - 1)}};
    if (kind == 2) return {Not{std::make_unique<Expression>(expression(depth - 1))}};
    return leaf();
  }

  Expression leaf() {
    const Side side = coin() ? Side::local : Side::peer;
    switch (below(9)) {
      case 0:
        return {inet_host(side)};
      case 1:
        return {UnixName{side, name()}};
      case 2:
        return {LinkHost{side, maybe<std::uint16_t>(0x0800), maybe<std::uint32_t>(1)}};
      case 3:
        return {NetlinkHost{side, maybe<std::uint8_t>(4), maybe<std::uint32_t>(0xfffffffeU)}};
      case 4:
        return {VsockHost{side, maybe<std::uint32_t>(2), maybe<std::uint32_t>(70000)}};
      case 5:
        return {DeviceTest{coin(), below(3)}};
      case 6:
        return {MarkTest{coin(), below(4), below(4)}};
      case 7:
        return {Autobound{}};
      default:
        return {PortTest{side, static_cast<Comparator>(below(6)), {}, 20 + below(4)}};
    }
  }

  Socket socket() {
    switch (below(4)) {
      case 0:
        return inet_socket(coin() ? "10.0.0.1" : "10.0.0.2", port(), "10.1.0.1", port());
      case 1:
        return inet_socket(coin() ? "fe80::1" : "::ffff:10.0.0.1", port(), "fe80::2", port());
      case 2:
        return unix_socket(names[below(names.size())], 20 + below(4), 20 + below(4));
      default:
        return netlink_socket(4, coin() ? 0xfffffffeU : 20);
    }
  }

 private:
  static constexpr std::array<std::string_view, 6> names{"/run/a b",       "@x",    "",
                                                         "a)(|&!='\"\\\n", "*?[x]", "\xff\xc3\xa4"};

  std::vector<Expression> terms(unsigned depth) {
    std::vector<Expression> list;
    for (std::uint32_t n = 2 + below(2); n > 0; --n) list.push_back(expression(depth));
    return list;
  }
  template <class T>
  std::optional<T> maybe(T value) {
    return coin() ? std::optional(value) : std::nullopt;
  }
  std::uint16_t port() { return static_cast<std::uint16_t>(20 + below(4)); }
  std::string name() { return std::string(names[below(names.size())]); }
  InetHost inet_host(Side side) {
    constexpr std::array<std::string_view, 6> prefixes{"10.0.0.1",  "10.0.0.0/31", "0.0.0.0/0",
                                                       "fe80::/10", "::/0",        "::ffff:10.0.0.1"};
    InetHost host{side, {}, {}, maybe<std::uint32_t>(port()), maybe<std::uint32_t>(2)};
    if (coin()) host.prefix = parse_prefix(prefixes[below(prefixes.size())]);
    if (below(4) == 0) host.families = FamilySet(host.prefix ? host.prefix->family : Family::inet6);
    return host;
  }

  std::mt19937 random_;
};

Filter parsed(std::string_view text) {
  FakeResolver resolver;
  auto result = parse_filter(std::span(&text, 1), resolver);
  if (const auto* error = std::get_if<SyntaxError>(&result)) {
    ADD_FAILURE() << error->text();
    return {};
  }
  return std::move(std::get<Filter>(result));
}

TEST(FilterProperty, WhatIsPrintedReadsBackTheSame) {
  Generator generator(1);
  for (int i = 0; i < 3000; ++i) {
    const Expression expression = generator.expression(5);
    const std::string text = print(expression);
    const Filter again = parsed(text);
    ASSERT_TRUE(again.expression) << text;
    ASSERT_TRUE(*again.expression == expression) << text << "\n" << print(*again.expression);
    ASSERT_TRUE(again.warnings.empty()) << text;
  }
}

bool holds(const std::string& text, const Socket& socket) { return matches(parsed(text), socket); }

TEST(FilterProperty, LawsOfLogic) {
  Generator generator(2);
  for (int i = 0; i < 1500; ++i) {
    const std::string a = print(generator.expression(2)), b = print(generator.expression(2));
    const std::string in_a = "( " + a + " )", in_b = "( " + b + " )";
    const Socket socket = generator.socket();
    const bool is_a = holds(a, socket), is_b = holds(b, socket);
    EXPECT_EQ(holds("not " + in_a, socket), !is_a);
    EXPECT_EQ(holds("not not " + in_a, socket), is_a);
    EXPECT_EQ(holds(in_a + " and " + in_b, socket), is_a && is_b);
    EXPECT_EQ(holds(in_a + " " + in_b, socket), is_a && is_b);
    EXPECT_EQ(holds(in_a + " or " + in_b, socket), is_a || is_b);
    EXPECT_EQ(holds("not ( " + in_a + " and " + in_b + " )", socket), !is_a || !is_b);
    EXPECT_EQ(holds("not ( " + in_a + " or " + in_b + " )", socket), !is_a && !is_b);
  }
}

TEST(FilterProperty, AndBindsTighterThanOr) {
  Generator generator(3);
  for (int i = 0; i < 1000; ++i) {
    const std::string a = print(generator.leaf()), b = print(generator.leaf()), c = print(generator.leaf());
    const Socket socket = generator.socket();
    const bool is_a = holds(a, socket), is_b = holds(b, socket), is_c = holds(c, socket);
    EXPECT_EQ(holds(a + " or " + b + " and " + c, socket), is_a || (is_b && is_c));
    EXPECT_EQ(holds(a + " and " + b + " or " + c, socket), (is_a && is_b) || is_c);
    EXPECT_EQ(holds("not " + a + " and " + b, socket), !is_a && is_b);
    EXPECT_EQ(holds("not " + a + " or " + b, socket), !is_a || is_b);
  }
}

/// The order of words that ss's grammar gives: without parentheses strictly from left to right.
TEST(FilterProperty, WarnsExactlyWhereTheOrderFromLeftToRightIsAnother) {
  Generator generator(4);
  for (int i = 0; i < 500; ++i) {
    std::string text = "dev 1";
    bool differs = false, after_or = false;
    for (std::uint32_t n = generator.below(6); n > 0; --n) {
      const bool is_or = generator.coin();
      differs = differs || (after_or && !is_or);
      after_or = after_or || is_or;
      text += is_or ? " or dev 2" : " and dev 3";
    }
    EXPECT_EQ(parsed(text).warnings.size(), differs ? 1U : 0U) << text;
  }
}

}  // namespace
}  // namespace skq
