#include "cli/list_plan.h"

#include <gtest/gtest.h>

#include <string>

#include "no_names.h"
#include "parse.h"

namespace skq::cli {
namespace {

std::variant<ListPlan, UsageError> planned(const std::vector<std::string>& words) {
  NoNames names;
  return plan_list(std::get<Settings>(parse(words)), names);
}

NeedSet needs(const std::vector<std::string>& words) { return std::get<ListPlan>(planned(words)).needs; }

TEST(ListPlan, OwnersAreLookedForOnlyWhenSomethingAsks) {
  EXPECT_FALSE(needs({}).has(Need::owners));
  EXPECT_TRUE(needs({"-p"}).has(Need::owners));
  EXPECT_TRUE(needs({"-p"}).has(Need::peer_owners));
  EXPECT_TRUE(needs({"--where", "comm == 'x'"}).has(Need::owners));
  EXPECT_TRUE(needs({"--sort=pid"}).has(Need::owners));
  EXPECT_TRUE(needs({"-c", "pid"}).has(Need::owners));
}

TEST(ListPlan, AnExpressionOverOwnersWaitsForThem) {
  EXPECT_TRUE(std::get<ListPlan>(planned({"--where", "pid > 1"})).where_is_late);
  EXPECT_FALSE(std::get<ListPlan>(planned({"--where", "fill > 1"})).where_is_late);
}

TEST(ListPlan, FilterNeedsNamesAndForDstThePeer) {
  EXPECT_FALSE(needs({"-c", "inode", "-x"}).has(Need::name));
  EXPECT_TRUE(needs({"-c", "inode", "-x", "src", "/run/*"}).has(Need::name));
  EXPECT_FALSE(needs({"-c", "inode", "-x", "src", "/run/*"}).has(Need::peer));
  EXPECT_TRUE(needs({"-c", "inode", "-x", "dst", "/run/*"}).has(Need::peer));
  EXPECT_TRUE(needs({"-c", "inode", "-x", "not dst /run/*"}).has(Need::peer));
}

std::string mistake_in(const std::vector<std::string>& words) {
  const auto plan = planned(words);
  const auto* error = std::get_if<UsageError>(&plan);
  return error == nullptr ? "none" : error->text;
}

TEST(ListPlan, MistakesAreFoundBeforeAnythingIsDumped) {
  EXPECT_NE(mistake_in({"-c", "nosuch"}), "none");
  EXPECT_NE(mistake_in({"--where", "fill >"}), "none");
  EXPECT_NE(mistake_in({"--sort=nosuch"}), "none");
  EXPECT_NE(mistake_in({"state", "nosuch"}), "none");
  EXPECT_EQ(mistake_in({"exclude", "all"}), "state and exclude leave no state to show");
  EXPECT_EQ(mistake_in({"-A", "tcp,!tcp"}), "no socket table is left to show");
  EXPECT_EQ(mistake_in({"-0", "state", "established"}), "none");
}

TEST(ListPlan, RatesNeedLooksToCompare) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--where", "send_rate >= 0"},
                                                {"--where", "fill > 1 or send_rate > recv_rate"},
                                                {"--sort=-send_rate"},
                                                {"-c", "local,recv_rate"},
                                                {"-c", "+send_rate"}}) {
    EXPECT_NE(mistake_in(words).find("needs -W"), std::string::npos) << words.back();
    std::vector<std::string> watched = words;
    watched.emplace_back("-W");
    EXPECT_EQ(mistake_in(watched).find("needs -W"), std::string::npos) << words.back();
  }
  EXPECT_EQ(mistake_in({"-c", "@all"}), "none");
  EXPECT_EQ(mistake_in({"-J"}), "none");
  EXPECT_EQ(mistake_in({"-c", "-send_rate"}), "none");
}

TEST(ListPlan, WhatStandsInTheWrongPlaceIsToldWhereItBelongs) {
  const auto says = [](const std::vector<std::string>& words, const std::string& what) {
    EXPECT_NE(mistake_in(words).find(what), std::string::npos) << mistake_in(words);
  };
  says({"fill > 80"}, "it is a column, for --where='fill > 80'");
  says({"pid = 4"}, "--where='pid == 4'");
  says({"comm = nginx"}, "--where='comm == \"nginx\"'");
  says({"--where", "sport = :22"}, "'sport' is a word of FILTER");
  says({"--where", "state == ESTABLISHED"}, "did you mean 'ESTAB'?");
  says({"--where", "state == listening"}, "did you mean 'LISTEN'?");
  says({"src", "10.0.0.0/40"}, "prefix length from 0 to 32");
  says({"src", "fd00::/129"}, "prefix length from 0 to 128");
  says({"dst", "[fd00::]/64"}, "within the brackets");
  EXPECT_EQ(mistake_in({"dst", "[fd00::/64]:22"}), "none");
}

TEST(ListPlan, StatesOfTheFilterReachTheTables) {
  const auto plan = planned({"-t", "state", "established"});
  for (const TableRequest& table : std::get<ListPlan>(plan).tables)
    EXPECT_EQ(table.states, StateSet{State::established});
}

}  // namespace
}  // namespace skq::cli
