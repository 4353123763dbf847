// The committed texts are what the code would write; the words it offers are words it takes.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "cli/commands.h"
#include "cli/generate.h"
#include "cli/help.h"
#include "cli/list_columns.h"
#include "cli/tables.h"
#include "cli/words.h"
#include "parse.h"
#include "skq/select.h"

namespace skq::cli {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(std::string(SKQ_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string block(const std::string& text, const std::string& name) {
  const std::string begin = ".\\\" BEGIN GENERATED " + name + "\n", end = ".\\\" END GENERATED " + name + "\n";
  const std::size_t from = text.find(begin), to = text.find(end);
  if (from == std::string::npos || to == std::string::npos) return "no such block";
  return text.substr(from + begin.size(), to - from - begin.size());
}

TEST(Generated, CompletionsAreUpToDate) {
  EXPECT_EQ(contents("packaging/completions/skq.bash"), bash_completion());
  EXPECT_EQ(contents("packaging/completions/_skq"), zsh_completion());
  EXPECT_EQ(contents("packaging/completions/skq.fish"), fish_completion());
}

TEST(Generated, ManPageIsUpToDate) {
  const std::string page = contents("man/skq.8");
  EXPECT_EQ(block(page, "OPTIONS"), man_options());
  EXPECT_EQ(block(page, "COLUMNS"), man_columns());
}

TEST(Generated, HelpOffersNoFormatThatIsRefused) {
  for (const std::string_view command : {"why", "record", "diff"}) {
    const std::string help = help_text(command);
    EXPECT_NE(help.find("table, json or jsonl"), std::string::npos) << command;
    EXPECT_EQ(help.find("csv"), std::string::npos) << command;
    EXPECT_EQ(help.find("prom"), std::string::npos) << command;
  }
}

TEST(Generated, EveryWordIsKnown) {
  for (const std::string_view what : generate_words) EXPECT_FALSE(generated_text(what).empty()) << what;
  for (const std::string& word : words_of(Values::families)) EXPECT_EQ(parse({"-f", word}).index(), 0U) << word;
  for (const std::string& word : words_of(Values::tables)) EXPECT_EQ(parse({"-A", word}).index(), 0U) << word;
  for (const std::string& word : words_of(Values::formats)) EXPECT_EQ(parse({"--format", word}).index(), 0U) << word;
  for (const std::string& word : words_of(Values::levels)) EXPECT_EQ(parse({"--log-level", word}).index(), 0U) << word;
  for (const std::string& key : words_of(Values::sort_keys)) EXPECT_EQ(parse_sort(key).index(), 0U) << key;
}

TEST(Help, HasEightyColumnsAndFewLines) {
  std::istringstream lines(help_text(""));
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 80U) << line;
  EXPECT_LE(count, 84);
}

/// Whether a line begins with the option; texts may name those of other commands.
bool tells(const std::string& help, const Option& option) {
  const std::string name = "--" + std::string(option.name);
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    const bool begins = line.size() > 6 && line.compare(6, name.size(), name) == 0 && line.find_first_not_of(' ') < 7;
    if (begins && std::string_view(" =[").find(line.append(" ")[6 + name.size()]) != std::string_view::npos)
      return true;
  }
  return false;
}

TEST(Help, OfCommandsHasTheirOptionsInEightyColumns) {
  for (const CommandRow& row : all_commands().subspan(1)) {
    const std::string help = help_text(row.word);
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
    for (const Option& option : all_options())
      EXPECT_EQ(tells(help, option), is_offered(option, row.command)) << row.word << ' ' << option.name;
  }
}

TEST(Help, TellsBuiltOptionsAndUnderAllTheRest) {
  const std::string screen = help_text(""), all = help_text("all");
  for (const Option& option : all_options()) {
    const std::string name = "--" + std::string(option.name);
    EXPECT_EQ(tells(screen, option), is_offered(option, Command::list)) << name;
    EXPECT_EQ(all.find(name) != std::string::npos, !option.hidden) << name;
  }
  for (const std::string_view topic : topic_words) EXPECT_NE(help_text(topic), screen) << topic;
}

TEST(ListColumns, CatalogueIsAscii) {
  for (const std::string_view style : list_style_words)
    for (const char c : list_columns_text(style)) ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
}

TEST(ListColumns, TextHasALineForEachField) {
  const std::string text = list_columns_text("");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), static_cast<std::ptrdiff_t>(all_fields().size()) + 1);
}

}  // namespace
}  // namespace skq::cli
