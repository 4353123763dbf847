#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/conflicts.h"
#include "cli/options.h"
#include "cli/words.h"
#include "parse.h"

namespace skq::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Settings good(const std::vector<std::string>& words) {
  auto parsed = parse(words);
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    ADD_FAILURE() << error->text;
    return {};
  }
  return std::get<Settings>(std::move(parsed));
}

std::string refused(const std::vector<std::string>& words) {
  const auto parsed = parse(words);
  if (const auto* error = std::get_if<UsageError>(&parsed)) return error->text;
  ADD_FAILURE() << "accepted: " << testing::PrintToString(words);
  return {};
}

TEST(Arguments, NothingIsTheDefaultList) {
  const Settings settings = good({});
  EXPECT_EQ(settings.action, Action::list);
  EXPECT_EQ(settings.format, Format::table);
  EXPECT_FALSE(settings.tables.chosen);
  EXPECT_TRUE(settings.header);
  EXPECT_THAT(settings.filter, IsEmpty());
}

TEST(Arguments, LettersCluster) {
  const Settings settings = good({"-tulpnH4"});
  EXPECT_TRUE(settings.tables.tables.has(Netid::tcp));
  EXPECT_TRUE(settings.tables.tables.has(Netid::udp));
  EXPECT_TRUE(settings.processes);
  EXPECT_TRUE(settings.numeric);
  EXPECT_FALSE(settings.header);
  EXPECT_EQ(settings.tables.last_family, Family::inet);
}

TEST(Arguments, OptionsMayFollowTheFilter) {
  const Settings settings = good({"state", "listening", "-t", "sport", "=", ":22", "--limit=3", "!", "dst", "::1"});
  EXPECT_THAT(settings.filter, ElementsAre("state", "listening", "sport", "=", ":22", "!", "dst", "::1"));
  EXPECT_TRUE(settings.tables.tables.has(Netid::tcp));
  EXPECT_EQ(settings.limit, 3U);
}

TEST(Arguments, TwoDashesEndTheOptions) {
  EXPECT_THAT(good({"-t", "--", "-x", "--json"}).filter, ElementsAre("-x", "--json"));
}

TEST(Arguments, LongNamesMayBeCut) {
  EXPECT_TRUE(good({"--ext"}).extended);
  EXPECT_EQ(good({"--out=f"}).output, "f");
  EXPECT_EQ(good({"--whe", "fill > 8"}).where, "fill > 8");
}

TEST(Arguments, WhereAShortFormFitsBothSsIsMeant) {
  EXPECT_TRUE(good({"--lis"}).tables.asked.has_value());
  EXPECT_EQ(good({"--lis"}).action, Action::list);
  EXPECT_EQ(good({"--l"}).tables.asked, good({"-l"}).tables.asked);
  EXPECT_TRUE(good({"--ex"}).extended);
  EXPECT_EQ(good({"--a"}).tables.asked, good({"-a"}).tables.asked);
  EXPECT_EQ(good({"--list-columns"}).action, Action::list_columns);
  // An argument in the next word is taken with it, and what follows is still read.
  const Settings settings = good({"--q", "tcp", "-n", "src", "::1"});
  EXPECT_TRUE(settings.tables.tables.has(Netid::tcp));
  EXPECT_TRUE(settings.numeric);
  EXPECT_THAT(settings.filter, ElementsAre("src", "::1"));
}

TEST(Arguments, AnAmbiguousShortFormIsRefusedWithWhatItMayMean) {
  EXPECT_EQ(refused({"--no"}), "--no may mean --no-header --no-queues --no-findings");
  EXPECT_THAT(refused({"--js"}), HasSubstr("--json --json-lines"));
  EXPECT_EQ(refused({"--log", "x"}), "--log may mean --log-level --log-file");
  EXPECT_EQ(refused({"record", "--li"}), "--li may mean --listening --list")
      << "or it would record where a list was meant";
  EXPECT_EQ(refused({"help", "record"}), "help is an option: skq --help, or skq COMMAND --help");
}

TEST(Arguments, ColorTakesItsWordOnlyBehindAnEqualsSign) {
  const Settings settings = good({"--color", "dst", "1.1.1.1"});
  EXPECT_EQ(settings.color, Color::always);
  EXPECT_THAT(settings.filter, ElementsAre("dst", "1.1.1.1"));
  EXPECT_EQ(good({"--color=never"}).color, Color::never);
  EXPECT_EQ(good({"--color=auto"}).color, Color::automatic);
}

TEST(Arguments, FormatsLastWins) {
  EXPECT_EQ(good({"-J"}).format, Format::json);
  EXPECT_EQ(good({"--json-lines"}).format, Format::jsonl);
  EXPECT_EQ(good({"-J", "--format=csv"}).format, Format::csv);
}

TEST(Arguments, ColumnListsMayBeginWithASign) {
  EXPECT_EQ(good({"-c", "-mem,fill"}).columns, "-mem,fill");
  EXPECT_EQ(good({"-c", "+inode"}).columns, "+inode");
  EXPECT_EQ(good({"-c@ss"}).columns, "@ss");
}

TEST(Arguments, ThreadsImplyProcesses) { EXPECT_TRUE(good({"-T"}).processes); }

TEST(Arguments, HelpAndVersionAnswerAtOnce) {
  EXPECT_EQ(good({"-t", "-h", "--nonsense"}).action, Action::help);
  EXPECT_EQ(good({"--help=filter"}).topic, "filter");
  EXPECT_EQ(good({"-v"}).action, Action::version);
  EXPECT_EQ(good({"-f", "help"}).action, Action::family_help);
  EXPECT_EQ(good({"-A", "help"}).action, Action::query_help);
}

TEST(Arguments, AMistypedCommandIsNoFilter) {
  for (const std::string word : {"wy", "whyy", "WHY", "hwy"})
    EXPECT_EQ(refused({word}), "'" + word + "' is neither a command nor the beginning of a filter; did you mean why?");
  for (const std::string_view word : filter_words) EXPECT_EQ(good({std::string(word), "x"}).filter.front(), word);
  for (const std::string word : {"(", "!", "x", "=", "dport", "10.0.0.1"}) EXPECT_EQ(good({word}).filter.front(), word);
}

TEST(Arguments, WhatCannotBeHadIsRefusedByNameWithTheReason) {
  EXPECT_EQ(refused({"--bpf-maps"}), "--bpf-maps cannot be had: this build has no libbpf");
  EXPECT_EQ(refused({"--bpf-map-id=3"}), "--bpf-map-id cannot be had: this build has no libbpf");
}

TEST(Arguments, EveryOptionWithoutAnActionIsRefused) {
  for (const Option& option : all_options()) {
    if (is_built(option)) continue;
    std::vector<std::string> words{"--" + std::string(option.name)};
    if (option.argument == Argument::required) words.emplace_back("1");
    EXPECT_EQ(refused(words), refusal_of(option));
    if (option.letter == 0) continue;
    words.front() = std::string("-") + option.letter;
    EXPECT_EQ(refused(words), refusal_of(option));
  }
}

TEST(Arguments, WatchTakesSeconds) {
  EXPECT_EQ(good({"-W"}).watch, 1.0);
  EXPECT_EQ(good({"-W2"}).watch, 2.0);
  EXPECT_EQ(good({"-tW.5"}).watch, 0.5);
  EXPECT_EQ(good({"--watch=0.25"}).watch, 0.25);
  const Settings cluster = good({"-Wnc", "pid"});
  EXPECT_EQ(cluster.watch, 1.0);
  EXPECT_TRUE(cluster.numeric);
  EXPECT_EQ(cluster.columns, "pid");
  EXPECT_THAT(refused({"-Wn?"}), HasSubstr("unknown option -?"));
  EXPECT_THAT(refused({"-Wc"}), HasSubstr("needs an argument"));
  EXPECT_THAT(refused({"-W2x"}), HasSubstr("seconds are needed"));
  for (const std::string wrong : {"--watch=0", "--watch=-1", "--watch=nan", "--watch=inf", "--watch=1s", "--watch=1e9"})
    EXPECT_THAT(refused({wrong}), HasSubstr("seconds are needed"));
}

TEST(Why, IsTheFirstWordThatIsNoOption) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"why", "-J", "nginx", "--", "-1"}, {"-J", "why", "nginx", "--", "-1"}}) {
    const Settings settings = good(words);
    EXPECT_EQ(settings.action, Action::why);
    EXPECT_EQ(settings.format, Format::json);
    EXPECT_THAT(settings.operands, ElementsAre("nginx", "-1"));
    EXPECT_THAT(settings.filter, IsEmpty());
  }
  EXPECT_THAT(good({"why", "why"}).operands, ElementsAre("why"));
  EXPECT_EQ(good({"src", "why"}).action, Action::list);
  EXPECT_EQ(good({"--", "why"}).action, Action::why);
}

TEST(Why, HelpIsItsOwn) {
  EXPECT_EQ(good({"why", "--help"}).topic, "why");
  EXPECT_EQ(good({"why", "-h", "--nonsense"}).topic, "why");
  EXPECT_EQ(good({"-t", "--help=filter", "why"}).topic, "filter");
  EXPECT_EQ(good({"why", "--help=columns"}).topic, "columns");
  EXPECT_EQ(good({"why", "-V"}).action, Action::version);
}

TEST(Why, EachOptionIsTakenOrRefusedByName) {
  for (const Option& option : all_options()) {
    if (!is_built(option) || option.hidden || option.name == "help" || option.name == "version") continue;
    std::string word = "--" + std::string(option.name);
    if (option.argument == Argument::required) {
      const auto values = option.values;
      word += values == Values::formats    ? "=table"
              : values == Values::levels   ? "=info"
              : values == Values::families ? "=inet"
              : values == Values::tables   ? "=tcp"
                                           : "=1";
    }
    if (option.values == Values::bpf_uses) word += "=auto";  // alone it is the list's
    if (option.commands.has(Command::why)) {
      EXPECT_EQ(good({"why", word}).action, Action::why) << word;
    } else if (option.name != "list") {  // but in record, that is short for ss's --listening
      EXPECT_THAT(refused({"why", word}), HasSubstr(display_name(option) + " cannot go with why: ")) << word;
      EXPECT_THAT(refused({word, "why"}), HasSubstr(display_name(option) + " cannot go with why: ")) << word;
    }
  }
}

TEST(Commands, StandFirstWhereTheirLettersAreTheirOwn) {
  const Settings check = good({"check", "count", "-w", "5", "-c", "~:7", "-t", "2", "--tcp", "dport", "=", ":22"});
  EXPECT_EQ(check.action, Action::check);
  EXPECT_EQ(check.check.warning, "5");
  EXPECT_EQ(check.check.critical, "~:7");
  EXPECT_EQ(check.check.timeout, 2.0);
  EXPECT_THAT(check.operands, ElementsAre("count", "dport", "=", ":22"));
  EXPECT_THAT(refused({"-J", "check", "count"}), HasSubstr("check stands before its options"));
  EXPECT_THAT(refused({"--list", "record"}), HasSubstr("record stands before its options"));
  EXPECT_TRUE(good({"record", "--list"}).record.list);
  EXPECT_FALSE(good({"--list"}).record.list);
  EXPECT_THAT(good({"record", "--max-bytes=2G", "state", "listening"}).filter, ElementsAre("state", "listening"));
  EXPECT_EQ(good({"record", "--max-bytes=2G"}).record.most_bytes, std::uint64_t{2} << 30U);
  EXPECT_THAT(good({"diff", "a", "b"}).operands, ElementsAre("a", "b"));
  EXPECT_THAT(refused({"diff", "-p"}), HasSubstr("-p (--processes) cannot go with diff"));
}

TEST(Why, SettleIsItsOwn) {
  EXPECT_EQ(good({"why", "--settle=0.25"}).settle, 0.25);
  EXPECT_EQ(good({"why", "--settle", "0", "x"}).settle, 0.0);
  EXPECT_EQ(good({"why", "--settle=60"}).settle, 60.0);
  for (const std::string wrong : {"--settle=-1", "--settle=61", "--settle=nan", "--settle=1s", "--settle="})
    EXPECT_THAT(refused({"why", wrong}), HasSubstr("seconds are needed, from 0 to 60")) << wrong;
  EXPECT_EQ(good({"--format=prom", "--settle=1"}).settle, 1.0);
}

TEST(Why, AValueThatStandsApartIsNoTarget) {
  EXPECT_EQ(refused({"why", "-W", "2"}), "'2' stands apart from -W (--watch): write -W2 or --watch=2");
  EXPECT_EQ(refused({"why", "--color", "never"}), "'never' stands apart from --color: write --color=never");
  EXPECT_THAT(good({"why", "2", "-W"}).operands, ElementsAre("2"));
  EXPECT_THAT(good({"-W", "why", "2"}).operands, ElementsAre("2"));
  EXPECT_THAT(good({"why", "-W", "nginx", "2"}).operands, ElementsAre("nginx", "2"));
}

TEST(Why, FormatsOfRowsAreRefused) {
  for (const std::string format : {"raw", "csv"}) {
    const Problem problem = conflict_in(good({"why", "--format=" + format}));
    ASSERT_TRUE(problem) << format;
    EXPECT_THAT(problem->text, HasSubstr("--format=" + format + " is for rows"));
  }
  const Problem metrics = conflict_in(good({"why", "--format=prom"}));
  ASSERT_TRUE(metrics);
  EXPECT_THAT(metrics->text, HasSubstr("--format=prom is of the list"));
  for (const std::string format : {"table", "json", "jsonl"})
    EXPECT_FALSE(conflict_in(good({"why", "-W", "--format=" + format}))) << format;
}

TEST(Arguments, UnknownOptionsAreRefusedWithTheNearest) {
  EXPECT_EQ(refused({"--colunms=a"}), "unknown option --colunms; did you mean --columns?");
  EXPECT_EQ(refused({"--zzzzzzzzz"}), "unknown option --zzzzzzzzz; see skq --help");
  EXPECT_EQ(refused({"-tq"}), "unknown option -q; see skq --help");
  EXPECT_EQ(refused({"--\x1b[31m"}), "unknown option --\\x1b[31m; see skq --help");
  EXPECT_EQ(refused({"-\x1b"}), "unknown option -\\x1b; see skq --help");
}

TEST(Arguments, MissingAndSuperfluousArguments) {
  EXPECT_EQ(refused({"-f"}), "-f (--family) needs an argument");
  EXPECT_EQ(refused({"--limit"}), "--limit needs an argument");
  EXPECT_EQ(refused({"--json=1"}), "-J (--json) takes no argument");
}

struct Wrong {
  std::vector<std::string> words;
  std::string text;
};

TEST(Arguments, WrongValuesAreShown) {
  const std::vector<Wrong> wrongs{
      {{"--format=jsno"}, "unknown format 'jsno'; did you mean 'json'?\n--format=jsno\n         ^^^^"},
      {{"--limit=-3"}, "a number of rows is needed, 0 or more\n--limit=-3\n        ^^"},
      {{"--limit="}, "a number of rows is needed, 0 or more\n--limit=\n        ^"},
      {{"--limit", "99999999999999999999"},
       "the number is too large\n--limit=99999999999999999999\n        ^^^^^^^^^^^^^^^^^^^^"},
      {{"-f", "inet5"}, "unknown family 'inet5'; did you mean 'inet'?\n-f inet5\n   ^^^^^"},
      {{"-A", "tcp,udpp"}, "unknown socket table 'udpp'; did you mean 'udp'?\n-A tcp,udpp\n       ^^^^"},
      {{"-A", "tcp,"}, "a socket table's name is missing\n-A tcp,\n       ^"},
      {{"--log-level=debgu"}, "unknown log level 'debgu'; did you mean 'debug'?\n--log-level=debgu\n            ^^^^^"},
  };
  for (const Wrong& wrong : wrongs) EXPECT_EQ(refused(wrong.words), wrong.text);
  EXPECT_THAT(refused({"--color=x"}),
              HasSubstr("unknown colour mode 'x'; known are auto always never\n--color=x\n        ^"));
  EXPECT_THAT(refused({"--help=zz"}), HasSubstr("unknown help topic 'zz'"));
  EXPECT_THAT(refused({"--output="}), HasSubstr("is empty"));
}

TEST(Arguments, BpfAloneIsThatOfSs) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--bpf"}, {"-b"}, {"-bn"}, {"-nb", "state", "listening"}}) {
    EXPECT_TRUE(good(words).bpf);
    EXPECT_EQ(good(words).bpf_use, BpfUse::automatic);
  }
  EXPECT_TRUE(good({"-bt"}).bpf) << "letters cluster";
  EXPECT_EQ(good({"--bpf=never"}).bpf_use, BpfUse::never);
  EXPECT_EQ(good({"--bpf=require"}).bpf_use, BpfUse::require);
  EXPECT_EQ(good({"--bpf=require", "--bpf=auto"}).bpf_use, BpfUse::automatic);
  EXPECT_FALSE(good({"--bpf=auto"}).bpf) << "a word shows nothing";
  EXPECT_EQ(good({"why", "--bpf=never"}).bpf_use, BpfUse::never);
  EXPECT_THAT(refused({"why", "-b"}), HasSubstr("it needs a word: auto, never or require"));
  EXPECT_EQ(refused({"--bpf=nver"}), "unknown use of BPF 'nver'; did you mean 'never'?\n--bpf=nver\n      ^^^^");
  EXPECT_THAT(refused({"--bpf="}), HasSubstr("unknown use of BPF ''"));
}

TEST(Arguments, AValueThatStandsApartFromItsOption) {
  const auto told = [](const std::vector<std::string>& words) {
    const auto parsed = parse(words);
    const auto* error = std::get_if<UsageError>(&parsed);
    return error == nullptr ? std::string("none") : error->text;
  };
  EXPECT_EQ(told({"-W", "5"}), "'5' stands apart from -W (--watch): write -W5 or --watch=5");
  EXPECT_EQ(told({"-t", "--watch", "0.5"}), "'0.5' stands apart from -W (--watch): write -W0.5 or --watch=0.5");
  EXPECT_EQ(told({"--color", "always"}), "'always' stands apart from --color: write --color=always");
  EXPECT_EQ(told({"--bpf", "never"}), "'never' stands apart from -b (--bpf): write --bpf=never");
  EXPECT_EQ(told({"-W2", "state", "listening"}), "none");
  EXPECT_EQ(told({"-W", "sport", "=", "5"}), "none");
}

}  // namespace
}  // namespace skq::cli
