// FILTER: what is read as what, and the whole message where it is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "fake_resolver.h"
#include "select/filter_expression.h"
#include "select/filter_states.h"

namespace skq {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr FilterScope anything{};
constexpr FilterScope only_unix{FamilySet(Family::unix_domain), {}};
constexpr FilterScope only_netlink{FamilySet(Family::netlink), {}};
constexpr FilterScope only_packet{FamilySet(Family::packet), {}};

Parsed<Filter> parse(std::string_view text, const FilterScope& scope = anything) {
  test::FakeResolver resolver;
  return parse_filter(std::span(&text, 1), resolver, scope);
}

/// The tree in the printer's words, or the error's text.
std::string read(std::string_view text, const FilterScope& scope = anything) {
  auto parsed = parse(text, scope);
  if (auto* error = std::get_if<SyntaxError>(&parsed)) return error->text();
  const Filter& filter = std::get<Filter>(parsed);
  return filter.expression ? select::print(*filter.expression) : "everything";
}

struct Row {
  std::string_view text, meaning;
};

TEST(FilterParse, ReadsWhatSsReads) {
  constexpr Row rows[] = {
      {"", "everything"},
      {" \t ", "everything"},
      {"sport = :22", "sport = :22"},
      {"sport :22", "sport = :22"},
      {"sport 22", "sport = :22"},
      {"sport = ssh", "sport = :22"},
      {"sport = :ssh", "sport = :22"},
      {"sport == 0x16", "sport = :22"},
      {"sport eq 026", "sport = :22"},
      {"sport = +22", "sport = :22"},
      {"dport != 22", "dport != :22"},
      {"dport ne 22", "dport != :22"},
      {"dport neq 22", "dport != :22"},
      {"dport > 22", "dport > :22"},
      {"dport gt 22", "dport > :22"},
      {"dport < 22", "dport < :22"},
      {"dport lt 22", "dport < :22"},
      {"dport >= 22", "dport >= :22"},
      {"dport ge 22", "dport >= :22"},
      {"dport geq 22", "dport >= :22"},
      {"dport <= 22", "dport <= :22"},
      {"dport le 22", "dport <= :22"},
      {"dport leq 65535", "dport <= :65535"},
      {"sport = *", "sport = :*"},
      {"sport = :", "sport = :*"},
      {"sport = *:22", "sport = :22"},
      {"sport = inet6:22", "sport = inet6::22"},
      {"src 127.0.0.1", "src 127.0.0.1"},
      {"src = 127.0.0.1", "src 127.0.0.1"},
      {"src eq 127.0.0.1", "src 127.0.0.1"},
      {"src != 127.0.0.1", "not src 127.0.0.1"},
      {"dst 127/8", "dst 127.0.0.0/8"},
      {"dst 10.1", "dst 10.1.0.0"},
      {"dst 10.0.0.0/255.255.0.0", "dst 10.0.0.0/16"},
      {"dst 10.0.0.1:ssh", "dst 10.0.0.1:22"},
      {"dst 10.0.0.0/8:22", "dst 10.0.0.0/8:22"},
      {"src [::1]:22", "src [::1]:22"},
      {"src [::1]", "src [::1]"},
      {"src [::1]:*", "src [::1]"},
      {"src ::1", "src [::1]"},
      {"src ::", "src [::]"},
      {"src 2001:db8::1", "src [2001:db8::1]"},
      {"src [fd00::/8]:22", "src [fd00::/8]:22"},
      {"src fd00::/8", "src [fd00::/8]"},
      {"src ::ffff:127.0.0.1:22", "src [::ffff:127.0.0.1]:22"},
      {"src [fe80::1]%eth0:22", "src [fe80::1]%2:22"},
      {"src fe80::1%eth0", "src [fe80::1]%2"},
      {"src 127.0.0.53%lo:53", "src 127.0.0.53%1:53"},
      {"src *:22", "src *:22"},
      {"src :22", "src *:22"},
      {"src *", "src *"},
      {"src *:*", "src *"},
      {"src any", "src *"},
      {"src inet:127.0.0.1", "src inet:127.0.0.1"},
      {"src inet6:*", "src inet6:*"},
      {"src localhost", "src 127.0.0.1 or src [::1]"},
      {"src localhost:22", "src 127.0.0.1:22 or src [::1]:22"},
      {"src inet6:localhost", "src inet6:[::1]"},
      {"dst single.example", "dst 192.0.2.7"},
      {"src /run/x*", "src unix:/run/x*"},
      {"src @abstract", "src unix:@abstract"},
      {"dst unix:foo", "dst unix:foo"},
      {"src unix:", "src unix:"},
      {R"(src /a\ b)", R"(src unix:/a\ b)"},
      {"src link:ip", "src link:2048:*"},
      {"src link:ipv6:lo", "src link:34525:1"},
      {"src link:*:eth0", "src link:*:2"},
      {"src netlink:rtnl", "src netlink:0:*"},
      {"src netlink:rtnl:kernel", "src netlink:0:0"},
      {"src netlink:4:77", "src netlink:4:77"},
      {"src netlink:rtnl:-1", "src netlink:0:4294967295"},
      {"src vsock:2:1024", "src vsock:2:1024"},
      {"dev lo", "dev = 1"},
      {"dev = 7", "dev = 7"},
      {"dev != eth0", "dev != 2"},
      {"fwmark 5", "fwmark = 5/4294967295"},
      {"fwmark = 0x01/0x03", "fwmark = 1/3"},
      {"fwmark != 1/3", "fwmark != 1/3"},
      {"cgroup /", "cgroup = /"},
      {"cgroup != /", "cgroup != /"},
      {"autobound", "autobound"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.text), row.meaning) << row.text;
}

TEST(FilterParse, JoinsAsTheManualSays) {
  constexpr Row rows[] = {
      {"sport = 1 and dport = 2", "sport = :1 and dport = :2"},
      {"sport = 1 & dport = 2", "sport = :1 and dport = :2"},
      {"sport = 1 && dport = 2", "sport = :1 and dport = :2"},
      {"sport = 1 dport = 2", "sport = :1 and dport = :2"},
      {"sport = 1 or dport = 2", "sport = :1 or dport = :2"},
      {"sport = 1 | dport = 2", "sport = :1 or dport = :2"},
      {"sport = 1 || dport = 2", "sport = :1 or dport = :2"},
      {"not sport = 1", "not sport = :1"},
      {"! sport = 1", "not sport = :1"},
      {"! ! sport = 1", "not not sport = :1"},
      {"not sport = 1 dport = 2", "not sport = :1 and dport = :2"},
      {"not ( sport = 1 or dport = 2 )", "not (sport = :1 or dport = :2)"},
      {"( sport = 1 or dport = 2 ) dev lo", "(sport = :1 or dport = :2) and dev = 1"},
      {"sport = 1 and dport = 2 or dev lo", "(sport = :1 and dport = :2) or dev = 1"},
      {"sport = 1 or dport = 2 and dev lo", "sport = :1 or (dport = :2 and dev = 1)"},
      {"( ( sport = 1 ) )", "sport = :1"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.text), row.meaning) << row.text;
}

TEST(FilterParse, TakesGluedWords) {
  constexpr Row rows[] = {
      {"(sport = :22)", "sport = :22"},
      {"!sport=:22", "not sport = :22"},
      {"sport=:22", "sport = :22"},
      {"sport =:22", "sport = :22"},
      {"sport>=22", "sport >= :22"},
      {"sport!=22", "sport != :22"},
      {"(sport=22||dport=80)&&!(dev=lo)", "(sport = :22 or dport = :80) and not dev = 1"},
      {"(src /a)", "src unix:/a"},
      {"( src /a(b) )", R"(src unix:/a\(b\))"},
      {"(src /a(b))", R"(src unix:/a\(b\))"},
      {"((src /a) or dev lo)", "src unix:/a or dev = 1"},
      {"( src /a) )", R"(src unix:/a\))"},
      {R"(( src /a\) ))", R"(src unix:/a\))"},
      {"cgroup /system.slice/a(b)", R"(cgroup = /system.slice/a\(b\))"},
      {"(autobound)", "autobound"},
      {R"(sport \= \2\2)", "sport = :22"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.text), row.meaning) << row.text;
}

TEST(FilterParse, ReadsWordsAsTheTablesThatWereAskedFor) {
  EXPECT_EQ(read("src *", only_unix), "src unix:*");
  EXPECT_EQ(read("src 127.0.0.1", only_unix), "src unix:127.0.0.1");
  EXPECT_EQ(read("src =x", only_unix), R"(src unix:\=x)");
  EXPECT_EQ(read("sport = 99999", only_unix), "sport = :99999");
  EXPECT_EQ(read("src rtnl:kernel", only_netlink), "src netlink:0:0");
  EXPECT_EQ(read("sport = -1", only_netlink), "sport = :4294967295");
  EXPECT_EQ(read("src ip:lo", only_packet), "src link:2048:1");
  EXPECT_EQ(read("sport = lo", only_packet), "sport = :1");
  const FilterScope tcp{FamilySet(Family::inet, Family::inet6), NetidSet(Netid::tcp)};
  EXPECT_EQ(read("sport = differs", tcp), "sport = :1000");
  EXPECT_EQ(read("src /run", tcp), "'/run' is no address\nsrc /run\n    ^^^^");
}

TEST(FilterParse, ArgumentsAreJoinedBySpaces) {
  test::FakeResolver resolver;
  const std::string_view words[] = {"state", "listening", "( sport", "=", ":22 )"};
  auto parsed = parse_filter(words, resolver);
  ASSERT_TRUE(std::holds_alternative<Filter>(parsed));
  EXPECT_EQ(select::print(*std::get<Filter>(parsed).expression), "sport = :22");
  EXPECT_EQ(std::get<Filter>(parsed).states, StateSet(State::listen));
  EXPECT_TRUE(std::holds_alternative<Filter>(parse_filter({}, resolver)));
}

StateSet all_but(std::initializer_list<State> gone) {
  StateSet set = select::every_state;
  for (const State state : gone) set.remove(state);
  return set;
}

TEST(FilterParse, KnowsEveryStateAndGroup) {
  const std::pair<std::string_view, StateSet> rows[] = {
      {"established", StateSet(State::established)},
      {"syn-sent", StateSet(State::syn_sent)},
      {"syn-recv", StateSet(State::syn_recv)},
      {"syn-rcv", StateSet(State::syn_recv)},
      {"fin-wait-1", StateSet(State::fin_wait_1)},
      {"fin-wait-2", StateSet(State::fin_wait_2)},
      {"time-wait", StateSet(State::time_wait)},
      {"closed", StateSet(State::close)},
      {"close", StateSet(State::close)},
      {"unconnected", StateSet(State::close)},
      {"close-wait", StateSet(State::close_wait)},
      {"last-ack", StateSet(State::last_ack)},
      {"listening", StateSet(State::listen)},
      {"listen", StateSet(State::listen)},
      {"closing", StateSet(State::closing)},
      {"bound-inactive", StateSet(State::bound_inactive)},
      {"all", all_but({})},
      {"connected", all_but({State::close, State::listen})},
      {"synchronized", all_but({State::close, State::listen, State::syn_sent})},
      {"bucket", StateSet(State::syn_recv, State::time_wait)},
      {"big", all_but({State::syn_recv, State::time_wait})},
      {"ESTABLISHED", StateSet(State::established)},
      {"Time-Wait", StateSet(State::time_wait)},
  };
  for (const auto& [name, states] : rows) {
    const std::string text = "state " + std::string(name);
    auto parsed = parse(text);
    ASSERT_TRUE(std::holds_alternative<Filter>(parsed)) << name;
    EXPECT_EQ(std::get<Filter>(parsed).states, states) << name;
    parsed = parse("exclude " + std::string(name));
    EXPECT_EQ(std::get<Filter>(parsed).states, select::every_state & ~states) << name;
  }
}

TEST(FilterParse, StatesAccumulate) {
  const auto states = [](std::string_view text) { return std::get<Filter>(parse(text)).states; };
  EXPECT_EQ(states("sport = 22"), std::nullopt);
  EXPECT_EQ(states("state listening state established"), StateSet(State::listen, State::established));
  EXPECT_EQ(states("state all exclude listening"), all_but({State::listen}));
  EXPECT_EQ(states("excl listening excl close"), all_but({State::listen, State::close}));
  EXPECT_EQ(states("exclude listening state listening"), all_but({}));
  EXPECT_EQ(states("state listening exclude listening"), StateSet{});
}

TEST(FilterParse, WarnsOnceWhereSsReadsDifferently) {
  const auto warnings = [](std::string_view text) { return std::get<Filter>(parse(text)).warnings; };
  EXPECT_THAT(
      warnings("sport = 1 or sport = 2 and dst 10.0.0.1"),
      ElementsAre(
          "ss reads 'and' and 'or' from left to right; skq reads: sport = :1 or (sport = :2 and dst 10.0.0.1)"));
  EXPECT_THAT(warnings("sport = 1 or sport = 2 dst 10.0.0.1"), testing::SizeIs(1));
  EXPECT_THAT(warnings("not ( sport = 1 or sport = 2 dev lo ) or dev lo and dev eth0"), testing::SizeIs(1));
  EXPECT_THAT(warnings("sport = 1 and sport = 2 or dst 10.0.0.1"), IsEmpty());
  EXPECT_THAT(warnings("sport = 1 or ( sport = 2 and dst 10.0.0.1 )"), IsEmpty());
  EXPECT_THAT(warnings("( sport = 1 or sport = 2 ) and dst 10.0.0.1"), IsEmpty());
  EXPECT_THAT(warnings("sport = 1 or sport = 2 or sport = 3"), IsEmpty());
  EXPECT_THAT(warnings("src fe80::1:22"), ElementsAre("'fe80::1:22' is read as address 'fe80::1' and port '22', as ss "
                                                      "does; write [ADDRESS] for the address alone"));
  EXPECT_THAT(warnings("src fe80::1:abcd"), IsEmpty());
}

TEST(FilterParse, RejectsWithACaretUnderTheWord) {
  constexpr Row rows[] = {
      {"state", "a state must follow 'state'\nstate\n     ^"},
      {"state establish", "unknown state 'establish'; did you mean 'established'?\nstate establish\n      ^^^^^^^^^"},
      {"state listening,established",
       "unknown state 'listening,established'\nstate listening,established\n      ^^^^^^^^^^^^^^^^^^^^^"},
      {"state foobarbaz sport = 1", "unknown state 'foobarbaz'\nstate foobarbaz sport = 1\n      ^^^^^^^^^"},
      {"sport = 1 state listening",
       "states must be named before the expression\nsport = 1 state listening\n          ^^^^^"},
      {"state listening and sport = 1",
       "an expression must stand here\nstate listening and sport = 1\n                ^^^"},
      {"sport = 99999", "'99999' is no port; ports are 0 to 65535\nsport = 99999\n        ^^^^^"},
      {"sport = :65536", "'65536' is no port; ports are 0 to 65535\nsport = :65536\n        ^^^^^^"},
      {"sport = -1", "'-1' is no port; ports are 0 to 65535\nsport = -1\n        ^^"},
      {"sport = 080", "'080' is no port; ports are 0 to 65535\nsport = 080\n        ^^^"},
      {"sport = 99999999999999999999999",
       "'99999999999999999999999' is no port; ports are 0 to 65535\nsport = 99999999999999999999999\n        "
       "^^^^^^^^^^^^^^^^^^^^^^^"},
      {"sport = nope", "unknown service 'nope'\nsport = nope\n        ^^^^"},
      {"sport = differs",
       "service 'differs' is port 1000 of tcp but 2000 of udp; write the number\nsport = differs\n        ^^^^^^^"},
      {"sport > *", "any port can be neither less nor greater; a number is missing\nsport > *\n        ^"},
      {"sport", "a port must follow\nsport\n     ^"},
      {"sport =", "a port must follow\nsport =\n       ^"},
      {"sport = =", "a port must follow\nsport = =\n        ^"},
      {"sport = and dport = 1", "a port must follow\nsport = and dport = 1\n        ^^^"},
      {"sport = ( 22 )", "a port must follow\nsport = ( 22 )\n        ^"},
      {"src", "an address must follow\nsrc\n   ^"},
      {"src > 127.0.0.1", "src has no order; only = and != can follow\nsrc > 127.0.0.1\n    ^"},
      {"src 256.0.0.1", "'256.0.0.1' is no address\nsrc 256.0.0.1\n    ^^^^^^^^^"},
      {"src 127.0.0.1/33", "'127.0.0.1/33' has no prefix length from 0 to 32\nsrc 127.0.0.1/33\n    ^^^^^^^^^^^^"},
      {"src 127.0.0.1/255.0.255.0",
       "'127.0.0.1/255.0.255.0' has no prefix length from 0 to 32\nsrc 127.0.0.1/255.0.255.0\n    "
       "^^^^^^^^^^^^^^^^^^^^^"},
      {"src [::1/129]", "'::1/129' has no prefix length from 0 to 128\nsrc [::1/129]\n    ^^^^^^^^^"},
      {"src [::1", "']' is missing\nsrc [::1\n    ^^^^"},
      {"src inet:::1", "'::1' is no address of inet\nsrc inet:::1\n    ^^^^^^^^"},
      {"src nosuch.example", "unknown host 'nosuch.example'\nsrc nosuch.example\n    ^^^^^^^^^^^^^^"},
      {"src 127.0.0.1:nope", "unknown service 'nope'\nsrc 127.0.0.1:nope\n    ^^^^^^^^^^^^^^"},
      {"src link:nope", "unknown ethernet protocol 'nope'\nsrc link:nope\n    ^^^^^^^^^"},
      {"src link:ip:nope", "unknown interface 'nope'\nsrc link:ip:nope\n    ^^^^^^^^^^^^"},
      {"src netlink:nope", "unknown netlink protocol 'nope'\nsrc netlink:nope\n    ^^^^^^^^^^^^"},
      {"src netlink:0:x", "'x' is no netlink port id\nsrc netlink:0:x\n    ^^^^^^^^^^^"},
      {"src vsock:x", "'x' is no vsock cid\nsrc vsock:x\n    ^^^^^^^"},
      {"dev = nope", "unknown interface 'nope'\ndev = nope\n      ^^^^"},
      {"dev > lo", "dev has no order; only = and != can follow\ndev > lo\n    ^"},
      {"fwmark = x", "'x' is no mark; write NUMBER or NUMBER/MASK\nfwmark = x\n         ^"},
      {"fwmark = 1/", "'1/' is no mark; write NUMBER or NUMBER/MASK\nfwmark = 1/\n         ^^"},
      {"fwmark = 4294967296",
       "'4294967296' is no mark; write NUMBER or NUMBER/MASK\nfwmark = 4294967296\n         ^^^^^^^^^^"},
      {"cgroup nope", "unknown cgroup 'nope'\ncgroup nope\n       ^^^^"},
      {"127.0.0.1", "unknown word '127.0.0.1' in the filter\n127.0.0.1\n^^^^^^^^^"},
      {"sprot = 1", "unknown word 'sprot' in the filter; did you mean 'sport'?\nsprot = 1\n^^^^^"},
      {"and sport = 1", "an expression must stand here\nand sport = 1\n^^^"},
      {"sport = 1 and or", "an expression must stand here\nsport = 1 and or\n              ^^"},
      {"sport = 1 and",
       "the expression ends where src, dst, sport, dport, dev, fwmark, cgroup or autobound must follow\nsport = 1 "
       "and\n             ^"},
      {"( sport = 1", "this '(' is never closed\n( sport = 1\n^"},
      {"sport = 1 )", "there is no '(' that this ')' could close\nsport = 1 )\n          ^"},
      {"( )", "an expression must stand here\n( )\n  ^"},
      {"= 5", "an expression must stand here\n= 5\n^"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.text), row.meaning) << row.text;
}

TEST(FilterParse, EndsOnHostileInput) {
  EXPECT_THAT(read(std::string(1000000, '(')), testing::StartsWith("the filter is longer than 524288 bytes\n"));
  EXPECT_THAT(read(std::string(60000, '(')),
              testing::StartsWith("the expression is nested too deeply, over 100 levels\n"));
  EXPECT_THAT(read(std::string(60000, '!')),
              testing::StartsWith("the expression is nested too deeply, over 100 levels\n"));
  EXPECT_THAT(read(std::string(60000, ')')), testing::StartsWith("an expression must stand here\n"));
  std::string deep = std::string(99, '(') + "autobound" + std::string(99, ')');
  EXPECT_EQ(read(deep), "autobound");
  std::string chain = "autobound";
  while (chain.size() < 60000) chain += " or autobound";
  EXPECT_THAT(read(chain), testing::StartsWith("autobound or autobound"));
  EXPECT_EQ(read(std::string_view("a\0b", 3)), "unknown word 'a\\x00b' in the filter\na\\x00b\n^^^^^^");
  EXPECT_EQ(read("sport = \xff\x1b"), "unknown service '\\xff\\x1b'\nsport = \\xff\\x1b\n        ^^^^^^^^");
  EXPECT_EQ(read("\\"), "unknown word '\\\\' in the filter\n\\\\\n^^");
}

TEST(FilterParse, SaysWhatItNeeds) {
  const auto needs = [](std::string_view text, const FilterScope& scope = anything) {
    return std::get<Filter>(parse(text, scope)).needs;
  };
  EXPECT_EQ(needs("src 127.0.0.1 sport = 22"), NeedSet{});
  EXPECT_EQ(needs("src /run/*"), NeedSet(Need::name));
  EXPECT_EQ(needs("not ( dev lo or dst /run/* )"), NeedSet(Need::name, Need::peer_inode, Need::peer));
  EXPECT_EQ(needs("dport = 22"), NeedSet(Need::peer_inode));
  const FilterScope tcp{FamilySet(Family::inet, Family::inet6), NetidSet(Netid::tcp)};
  EXPECT_EQ(needs("dport = 22", tcp), NeedSet{});
  EXPECT_EQ(needs("autobound"), NeedSet(Need::name));
}

}  // namespace
}  // namespace skq
