// Facts in each format, and what a watch remembers of cells.
#include "cli/facts.h"

#include <gtest/gtest.h>

#include <utility>

#include "cli/conflicts.h"
#include "cli/list_memory.h"
#include "cli/summary_report.h"
#include "parse.h"

namespace skq::cli {
namespace {

Facts some_facts() {
  Facts facts;
  facts.add({"tcp", "estab"}, std::uint64_t{3});
  facts.add({"tcp", "in use", "ratio"}, 12.5);
  facts.add_nothing({"tcp", "gone"});
  facts.add({"net.core.x"}, true);
  facts.add_text({"name"}, "a \"b\",\n");
  return facts;
}

FactsHead head() {
  FactsHead head{.key = "summary", .version = "1", .circumstances = {}, .gaps = {}};
  head.circumstances.host = "h";
  head.circumstances.time_ns = 7'000'000'000;
  return head;
}

TEST(Facts, JsonNestsThem) {
  const std::string text = facts_text(some_facts(), Format::json, head());
  EXPECT_NE(text.find(R"("complete":true,"gaps":[]},)"), std::string::npos) << text;
  EXPECT_NE(
      text.find("\"summary\":{\"tcp\":{\"estab\":3,\"in use\":{\"ratio\":12.5},\"gone\":null},\"net.core.x\":true,"
                "\"name\":\"a \\\"b\\\",\\u000a\"}}\n"),
      std::string::npos)
      << text;
}

TEST(Facts, JsonLineIsFlat) {
  EXPECT_EQ(facts_text(some_facts(), Format::jsonl, head()),
            "{\"ts\":7,\"host\":\"h\",\"tcp_estab\":3,\"tcp_in use_ratio\":12.5,\"tcp_gone\":null,\"net_core_x\":true,"
            "\"name\":\"a \\\"b\\\",\\u000a\"}\n");
}

TEST(Facts, RawAndCsvAreOneALine) {
  EXPECT_EQ(facts_text(some_facts(), Format::raw, head()),
            "name value\ntcp.estab 3\ntcp.in use.ratio 12.5\ntcp.gone -\nnet.core.x true\nname a\\x20\"b\",\\n\n");
  FactsHead stamped = head();
  stamped.stamped = true;
  EXPECT_EQ(facts_text(some_facts(), Format::csv, stamped),
            "ts,name,value\r\n7,tcp.estab,3\r\n7,tcp.in use.ratio,12.5\r\n7,tcp.gone,\r\n7,net.core.x,true\r\n"
            "7,name,\"a \"\"b\"\",\n\"\r\n");
}

TEST(Facts, GapsStandInTheHead) {
  FactsHead with_gap = head();
  with_gap.gaps = {{GapKind::system, "read /proc/net/x"}};
  EXPECT_NE(facts_text(some_facts(), Format::json, with_gap)
                .find(R"("complete":false,"gaps":[{"kind":"system","detail":"read /proc/net/x"}])"),
            std::string::npos);
}

TEST(Summary, ClassicNumbersAreMadeAsSsMakesThem) {
  kernel::SystemState system;
  kernel::read_key_values(
      "sockets: used 50\nTCP: inuse 5 orphan 1 tw 2 alloc 9 mem 3\nTCP6: inuse 2\nUDP: inuse 4\nRAW: inuse 0\n",
      system.counters);
  kernel::read_paired_lines("Tcp: CurrEstab\nTcp: 6\n", system.counters);
  const ClassicSummary summary = classic_summary(system);
  EXPECT_EQ(summary.total, 50);
  EXPECT_EQ(summary.tcp, 11);
  EXPECT_EQ(summary.estab, 6);
  EXPECT_EQ(summary.closed, 4);
  EXPECT_EQ(summary.transports[2].ipv6, 2);
  EXPECT_EQ(summary.transports[3].ipv4, 9);
  EXPECT_EQ(summary.transports[3].ipv6, std::nullopt) << "of udp nothing is known";
}

TEST(Summary, WithoutIpv6ItsNumbersAre0AsInSs) {
  kernel::SystemState system;
  system.lacks_ipv6 = true;
  kernel::read_key_values("sockets: used 50\nTCP: inuse 5 orphan 1 tw 2 alloc 9 mem 3\n", system.counters);
  const ClassicSummary summary = classic_summary(system);
  EXPECT_EQ(summary.closed, 6);
  EXPECT_EQ(summary.transports[2].both(), 5);
}

TEST(Summary, WhatIsNotKnownIsADash) {
  const std::string text = summary_text({}, {});
  EXPECT_EQ(text.find("Total: -\nTCP:   - (estab -, closed -, orphaned -, timewait -)\n"), 0U) << text;
  EXPECT_NE(text.find("INET\t  -         -         -        \n"), std::string::npos) << text;
}

TEST(Summary, AbsurdNumbersDoNotOverflow) {
  SummaryReport report;
  kernel::read_key_values("TCP: inuse 1 tw 9000000000000000000 alloc 9000000000000000000 mem 9000000000000000000\n",
                          report.system.counters);
  report.system.page_size = 4096;
  const std::string text = facts_text(summary_facts(report), Format::jsonl, head());
  EXPECT_NE(text.find("\"tcp_total\":null"), std::string::npos) << text;
  EXPECT_NE(text.find("\"memory_tcp_pages\":9000000000000000000,\"memory_tcp_bytes\":null"), std::string::npos) << text;
}

TEST(Summary, WhatAKernelLacksIsNull) {
  const std::string text = facts_text(summary_facts({}), Format::jsonl, head());
  EXPECT_NE(text.find("\"tcp_estab\":null"), std::string::npos) << text;
  EXPECT_NE(text.find("\"memory_tcp_high_pages\":null"), std::string::npos) << text;
  EXPECT_EQ(text.find("ListenOverflows"), std::string::npos) << text;
}

Socket socket_with(std::uint64_t cookie) {
  Socket socket;
  socket.cookie = Cookie{cookie};
  return socket;
}

TEST(ListMemory, MarksWhatIsNewAndWhatChanged) {
  const Socket a = socket_with(1), b = socket_with(2);
  ListMemory memory;
  memory.begin();
  memory.note(a);
  EXPECT_EQ(memory.compare(a, 0, "x"), CellMark::none) << "the first list has nothing to differ from";
  memory.begin();
  memory.note(a);
  EXPECT_EQ(memory.compare(a, 0, "x"), CellMark::none);
  EXPECT_EQ(memory.compare(a, 1, "x"), CellMark::none) << "a cell that was not shown";
  memory.note(b);
  EXPECT_EQ(memory.compare(b, 0, "x"), CellMark::added);
  memory.begin();
  memory.note(a);
  EXPECT_EQ(memory.compare(a, 0, "y"), CellMark::changed);
  memory.note(b);
  EXPECT_EQ(memory.compare(b, 0, "x"), CellMark::none);
}

TEST(ListMemory, ASocketThatScrollsIntoViewIsNotNew) {
  const Socket a = socket_with(1);
  ListMemory memory;
  for (int list = 0; list < 2; ++list) {
    memory.begin();
    memory.note(a);
  }
  EXPECT_EQ(memory.compare(a, 0, "x"), CellMark::none);
  memory.begin();
  memory.begin();
  memory.note(a);
  EXPECT_EQ(memory.compare(a, 0, "x"), CellMark::added) << "it was away";
}

std::string conflict(const std::string& line) {
  const auto settings = parse(split(line));
  const auto problem = conflict_in(std::get<Settings>(settings));
  return problem ? problem->text : "";
}

TEST(Conflicts, AreRefusedByName) {
  EXPECT_NE(conflict("--rates").find("--rates needs -W"), std::string::npos);
  EXPECT_NE(conflict("-W --limits").find("--limits"), std::string::npos);
  EXPECT_NE(conflict("-W -E").find("-E"), std::string::npos);
  EXPECT_NE(conflict("-s -t -J").find("-s"), std::string::npos);
  EXPECT_NE(conflict("-s -t --output=x").find("--output"), std::string::npos);
  EXPECT_NE(conflict("-s -t -W").find("-W"), std::string::npos);
  for (const char* good : {"-W", "-W --rates -t", "-s -W", "-s -t", "-s -J", "-a", "--limits -J", "-s -a --output=x"})
    EXPECT_EQ(conflict(good), "") << good;
}

TEST(Conflicts, MetricsAreOfTheList) {
  for (const auto& [other, name] : {std::pair{"-s", "-s (--summary)"},
                                    {"--limits", "--limits"},
                                    {"-E", "-E (--events) is no list"},
                                    {"-K", "-K (--kill)"},
                                    {"-D x", "-D (--diag)"},
                                    {"-W", "--output"},
                                    {"--sort=fill", "--sort"},
                                    {"--limit=1", "--limit"},
                                    {"-c pid", "-c (--columns)"}})
    EXPECT_NE(conflict(std::string("--format=prom ") + other).find(name), std::string::npos) << other;
  for (const char* good : {"--format=prom", "--format=prom -W --output=x", "--format=prom --all-netns --no-findings",
                           "--format=prom -t sport = :1", "--format=prom --where=fill>80 --settle=0", "why --settle=0"})
    EXPECT_EQ(conflict(good), "") << good;
  EXPECT_NE(conflict("--settle=1").find("--settle is of 'skq why' and of --format=prom"), std::string::npos);
  EXPECT_NE(conflict("-J --no-findings").find("--no-findings is of --format=prom"), std::string::npos);
}

TEST(Conflicts, EveryNamespaceIsForTheListOnly) {
  for (const auto& [other, name] : {std::pair{"-N web", "-N"},
                                    {"--from x", "--from"},
                                    {"-s", "-s"},
                                    {"-s -t", "-s"},
                                    {"--limits", "--limits"},
                                    {"-E", "-E"},
                                    {"-K", "-K"},
                                    {"-D x", "-D"}}) {
    const std::string text = conflict(std::string("--all-netns ") + other);
    EXPECT_EQ(text.find("--all-netns"), 0U) << other;
    EXPECT_NE(text.find(name), std::string::npos) << text;
  }
  for (const char* good :
       {"--all-netns", "--all-netns -W", "--all-netns -J", "--all-netns -ap --sort=netns dport = :1"})
    EXPECT_EQ(conflict(good), "") << good;
}

TEST(Conflicts, OptionsAboutRowsAreRefusedWhereThereAreNone) {
  const std::pair<const char*, const char*> options[]{{"dport = :22", "FILTER"},     {"-F x", "-F"},
                                                      {"--where=fill>1", "--where"}, {"--sort=nope", "--sort"},
                                                      {"--limit=1", "--limit"},      {"-c nope", "-c"}};
  for (const auto& [words, name] : options) {
    const bool filters = std::string_view(name) == "FILTER" || std::string_view(name) == "-F";
    for (const char* action : {"--limits ", "-s ", "-D x "}) {
      const std::string line = std::string(action) + words;
      const bool heard = filters && std::string_view(action) != "--limits ";
      EXPECT_EQ(conflict(line).find(std::string(name) + " "), heard ? std::string::npos : 0) << line;
      EXPECT_EQ(conflict(line).empty(), heard) << line;
    }
    EXPECT_EQ(conflict(std::string("-s -t ") + words), "");
    EXPECT_EQ(conflict(words), "");
  }
}

}  // namespace
}  // namespace skq::cli
