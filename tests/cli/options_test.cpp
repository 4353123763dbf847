#include "cli/options.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace skq::cli {
namespace {

// A command's own option may take a letter from the list's: check's are those of every monitoring plugin.
TEST(OptionTable, NamesAndLettersAreUnique) {
  std::set<std::string_view> names;
  std::map<Command, std::set<char>> own;
  std::set<char> letters;
  for (const Option& option : all_options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    if (!option.alias.empty()) {
      EXPECT_TRUE(names.insert(option.alias).second) << option.alias;
    }
    if (option.letter != 0) {
      const bool is_own = option.commands == Commands(Command::check);
      EXPECT_TRUE((is_own ? own[Command::check] : letters).insert(option.letter).second) << option.letter;
    }
    if (option.other_letter != 0) {
      EXPECT_TRUE(letters.insert(option.other_letter).second) << option.other_letter;
    }
  }
}

TEST(OptionTable, EveryRowIsTold) {
  for (const Option& option : all_options()) {
    EXPECT_FALSE(option.help.empty()) << option.name;
    // The help screen has 80 columns.
    EXPECT_TRUE(option.hidden || option.help.size() <= 51) << option.name;
    EXPECT_EQ(option.metavar.empty(), option.argument == Argument::none) << option.name;
    if (is_built(option)) {
      EXPECT_FALSE(option.man.empty()) << option.name;
    }
  }
}

// A letter that ss owns is never given another meaning: ss's letters and long names up to iproute2 7.1.
TEST(OptionTable, LettersOfSsKeepTheirMeaning) {
  const std::map<char, std::string_view> of_ss{
      {'h', "help"},     {'V', "version"},  {'H', "no-header"}, {'Q', "no-queues"}, {'O', "oneline"},
      {'n', "numeric"},  {'r', "resolve"},  {'a', "all"},       {'l', "listening"}, {'B', "bound-inactive"},
      {'o', "options"},  {'e', "extended"}, {'m', "memory"},    {'p', "processes"}, {'T', "threads"},
      {'i', "info"},     {'s', "summary"},  {'b', "bpf"},       {'E', "events"},    {'Z', "context"},
      {'z', "contexts"}, {'N', "net"},      {'4', "ipv4"},      {'6', "ipv6"},      {'0', "packet"},
      {'t', "tcp"},      {'M', "mptcp"},    {'S', "sctp"},      {'u', "udp"},       {'d', "dccp"},
      {'w', "raw"},      {'x', "unix"},     {'f', "family"},    {'K', "kill"},      {'A', "query"},
      {'D', "diag"},     {'F', "filter"}};
  std::map<char, std::string_view> ours;
  for (const Option& option : all_options())
    if (option.origin == Origin::ss && option.letter != 0) ours[option.letter] = option.name;
  EXPECT_EQ(ours, of_ss);
  const std::set<char> free_in_ss{'c', 'C', 'g', 'G', 'I', 'j', 'J', 'k', 'L', 'P', 'q', 'R', 'U', 'W', 'X', 'y', 'Y'};
  for (const Option& option : all_options())
    if (option.origin == Origin::skq && letter_in(option, Command::list) != 0) {
      EXPECT_TRUE(free_in_ss.contains(option.letter)) << option.letter;
    }
}

TEST(OptionTable, LettersOfACommandAreItsOwn) {
  const auto name_of = [](char letter, Command command) { return option_of_letter(letter, command)->name; };
  EXPECT_EQ(name_of('t', Command::list), "tcp");
  EXPECT_EQ(name_of('t', Command::record), "tcp");
  EXPECT_EQ(name_of('t', Command::check), "timeout");
  EXPECT_EQ(name_of('w', Command::check), "warning");
  EXPECT_EQ(name_of('c', Command::check), "critical");
  EXPECT_EQ(name_of('c', Command::list), "columns");
  EXPECT_EQ(name_of('x', Command::check), "unix");
}

TEST(OptionTable, LongNamesOfSsAreThere) {
  const std::set<std::string_view> expected{"tipc",         "vsock",    "xdp",        "tipcinfo", "tos", "cgroup",
                                            "inet-sockopt", "bpf-maps", "bpf-map-id", "query",    "net"};
  std::set<std::string_view> ours;
  for (const Option& option : all_options())
    if (option.origin == Origin::ss) ours.insert(option.name);
  for (const std::string_view name : expected) EXPECT_TRUE(ours.contains(name)) << name;
}

}  // namespace
}  // namespace skq::cli
