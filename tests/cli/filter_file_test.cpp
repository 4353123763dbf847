#include "cli/filter_file.h"

#include <gtest/gtest.h>

#include "cli/list_plan.h"
#include "no_names.h"
#include "parse.h"

namespace skq::cli {
namespace {

std::variant<ListPlan, UsageError> planned(const std::string& file, const std::vector<std::string>& words = {}) {
  NoNames names;
  Settings settings = std::get<Settings>(parse(words));
  settings.filter_text = FilterFile{"rules", without_comments(file)};
  return plan_list(settings, names);
}

Socket tcp(std::uint16_t local_port, std::uint16_t peer_port, State state = State::established) {
  Socket socket;
  socket.family = Family::inet;
  socket.netid = Netid::tcp;
  socket.state = state;
  InetPart part;
  part.local_port = local_port;
  part.peer_port = peer_port;
  socket.part = part;
  return socket;
}

bool passes(const std::variant<ListPlan, UsageError>& plan, const Socket& socket) {
  if (const auto* error = std::get_if<UsageError>(&plan)) {
    ADD_FAILURE() << error->text;
    return false;
  }
  return matches(std::get<ListPlan>(plan).filter, socket);
}

std::string mistake_in(const std::string& file, const std::vector<std::string>& words = {}) {
  const auto plan = planned(file, words);
  const auto* error = std::get_if<UsageError>(&plan);
  return error != nullptr ? error->text : "";
}

TEST(FilterFile, LinesRunOnAndCommentsAreLeftOut) {
  const auto plan = planned("# who\nsport = :22\n  # or\n0 as ss skips\n\nor sport = :80\r\n");
  EXPECT_TRUE(passes(plan, tcp(22, 1)));
  EXPECT_TRUE(passes(plan, tcp(80, 1)));
  EXPECT_FALSE(passes(plan, tcp(81, 1)));
}

TEST(FilterFile, AMarkOfUtf8AtTheBeginningIsNoWord) {
  const auto plan = planned("\xef\xbb\xbfsport = :22\r\n");
  EXPECT_TRUE(passes(plan, tcp(22, 1)));
  EXPECT_FALSE(passes(plan, tcp(23, 1)));
}

TEST(FilterFile, TwoLinesAreBothMeant) {
  const auto plan = planned("sport = :22\ndport = :1\n");
  EXPECT_TRUE(passes(plan, tcp(22, 1)));
  EXPECT_FALSE(passes(plan, tcp(22, 2)));
}

TEST(FilterFile, AnEmptyOneLetsEverythingThrough) {
  for (const char* text : {"", "\n", "#\n# x", "0"}) EXPECT_TRUE(passes(planned(text), tcp(1, 1))) << text;
}

TEST(FilterFile, WordsAndFileMustBothHold) {
  const auto plan = planned("sport = :22 or sport = :80", {"dport", "=", ":1", "or", "dport", "=", ":2"});
  EXPECT_TRUE(passes(plan, tcp(80, 1)));
  EXPECT_TRUE(passes(plan, tcp(22, 2)));
  EXPECT_FALSE(passes(plan, tcp(22, 3)));
  EXPECT_FALSE(passes(plan, tcp(23, 1)));
  // and both go down to the kernel
  EXPECT_GE(std::get<ListPlan>(plan).tests.v4.size(), 7U);
}

TEST(FilterFile, StatesOfBoth) {
  const auto plan = planned("state connected", {"exclude", "established"});
  EXPECT_FALSE(passes(plan, tcp(1, 1)));
  EXPECT_TRUE(passes(plan, tcp(1, 1, State::close_wait)));
  EXPECT_FALSE(passes(plan, tcp(1, 1, State::listen)));
  EXPECT_NE(mistake_in("state established", {"state", "listening"}), "");
}

TEST(FilterFile, AMistakeIsShownWithFileLineAndCaret) {
  EXPECT_EQ(mistake_in("# one\nsport = :22\nand dport >= :99999\n# end\n"),
            "rules:3: '99999' is no port; ports are 0 to 65535\nand dport >= :99999\n             ^^^^^^");
  EXPECT_EQ(mistake_in("sprot = 22"),
            "rules:1: unknown word 'sprot' in the filter; did you mean 'sport'?\nsprot = 22\n^^^^^");
}

TEST(FilterFile, WhatIsMissingAtTheEndIsMissingBehindTheLastWord) {
  const std::string text = mistake_in("sport = :22\nand\n\n# more\n");
  EXPECT_EQ(text.substr(0, 8), "rules:2:");
  EXPECT_EQ(text.substr(text.find('\n')), "\nand\n   ^");
}

TEST(FilterFile, HostileBytesAreEscaped) {
  const std::string text = mistake_in("\x1b[31mred\n");
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  FilterFile file{"a\x1b[1mb", "x"};
  EXPECT_EQ(in_file(file, {"bad", "x", 0, 1, {}}).text().find('\x1b'), std::string::npos);
}

TEST(FilterFile, AMistakeAnywhereHasALine) {
  const FilterFile file{"f", "ab\n\ncd\n"};
  for (std::size_t at = 0; at <= 20; ++at) {
    const SyntaxError error = in_file(file, {"m", file.text, at, 5, {}});
    EXPECT_LE(error.at, error.input.size());
    EXPECT_EQ(error.input.find('\n'), std::string::npos);
  }
  EXPECT_EQ(in_file({"f", ""}, {"m", "", 0, 1, {}}).message, "f:1: m");
}

TEST(FilterFile, OneOnly) { EXPECT_TRUE(std::holds_alternative<UsageError>(parse({"-F", "a", "-F", "b"}))); }

}  // namespace
}  // namespace skq::cli
