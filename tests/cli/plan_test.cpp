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

TEST(ListPlan, StatesOfTheFilterReachTheTables) {
  const auto plan = planned({"-t", "state", "established"});
  for (const TableRequest& table : std::get<ListPlan>(plan).tables)
    EXPECT_EQ(table.states, StateSet{State::established});
}

}  // namespace
}  // namespace skq::cli
