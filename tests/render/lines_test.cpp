// raw, csv, json and jsonl letter by letter; readers_test.cpp has them read by others.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "fake_fields.h"

namespace skq::testing {
namespace {

const Owner two_owners[] = {{812, 815, 7, "ngi\"nx", nullptr}, {9, 9, 0, "a\xff", nullptr}};
const Inode two_inodes[] = {Inode{5}, Inode{0}};

FakeTable mixed() {
  static const Address mapped = [] {
    Address address;
    address.bytes[10] = address.bytes[11] = std::byte{0xff};
    address.bytes[12] = std::byte{1}, address.bytes[15] = std::byte{4};
    return address;
  }();
  FakeTable table({text_field("path", "Path"), number_field("recv_q", "Recv-Q", Unit::bytes),
                   percent_field("fill", "Fill"), fake_field("abstract", "Abstract", Type::boolean),
                   fake_field("owners", "Owners", Type::owners), fake_field("pending", "Pending", Type::inodes),
                   fake_field("local_addr", "Local", Type::address)});
  table.add({text("/run/a b,\"c\"\n\x01\xff"), number(18446744073709551615U), 33.3333, true,
             std::span<const Owner>(two_owners), std::span<const Inode>(two_inodes),
             AddressValue{Family::inet6, &mapped}});
  table.add({absent, absent, absent, absent, absent, absent, absent});
  table.add({text(""), number(0), 100.0, false, std::span<const Owner>(), std::span<const Inode>(), AddressValue{}});
  return table;
}

TEST(Raw, KeepsEveryCellOneWord) {
  EXPECT_EQ(
      mixed().rendered(Format::raw),
      "path recv_q fill abstract owners pending local_addr\n"
      "/run/a\\x20b,\"c\"\\n\\x01\\xff 18446744073709551615 33.33 true 812,ngi\"nx,7;9,a\\xff,0 5,0 ::ffff:1.0.0.4\n"
      "- - - - - - -\n"
      "\"\" 0 100 false [] [] -\n");
}

TEST(Raw, TellsTextsFromMarks) {
  FakeTable table({text_field("comm", "Command")});
  for (const std::string_view comm : {"-", "--", "\"\"", "\"x", "\\x2d", " "}) table.add({text(comm)});
  EXPECT_EQ(table.rendered(Format::raw, {.header = false}), "\\x2d\n--\n\\x22\"\n\\x22x\n\\\\x2d\n\\x20\n");
}

TEST(Csv, FollowsRfc4180) {
  EXPECT_EQ(mixed().rendered(Format::csv),
            "path,recv_q,fill,abstract,owners,pending,local_addr\r\n"
            "\"/run/a b,\"\"c\"\"\n\x01\ufffd\",18446744073709551615,33.33,true,"
            "\"[{\"\"pid\"\":812,\"\"comm\"\":\"\"ngi\\\"\"nx\"\",\"\"fd\"\":7},{\"\"pid\"\":9,\"\"comm\"\":"
            "\"\"a\ufffd\"\",\"\"fd\"\":0}]\","
            "\"[5,0]\",::ffff:1.0.0.4\r\n"
            ",,,,,,\r\n"
            "\"\",0,100,false,[],[],\r\n");
  EXPECT_EQ(mixed().rendered(Format::csv, {.header = false}).substr(0, 5), "\"/run");
}

TEST(Csv, EscapesForATerminalOnly) {
  FakeTable table({text_field("path", "Path")});
  table.add({text("a\x1b[31m")});
  EXPECT_EQ(table.rendered(Format::csv), "path\r\n\"a\x1b[31m\"\r\n");
  EXPECT_EQ(table.rendered(Format::csv, {.width = 80}), "path\r\na\\x1b[31m\r\n");
}

TEST(Csv, WritesNoEmptyLine) {
  FakeTable table({text_field("path", "Path")});
  table.add({absent});
  EXPECT_EQ(table.rendered(Format::csv), "path\r\n\"\"\r\n");
}

TEST(Json, IsTheDocumentOfTheContract) {
  EXPECT_EQ(
      mixed().rendered(Format::json, {.version = "0.1.0"}),
      "{\"skq\":{\"schema\":1,\"version\":\"0.1.0\",\"host\":\"web1\",\"boot_id\":\"b00t\",\"kernel\":\"6.18.44\","
      "\"time\":\"2026-11-21T07:08:09.123Z\",\"ts\":1795244889,\"netns\":4026531840,\"complete\":true,\"gaps\":[]},\n"
      "\"sockets\":[\n"
      "{\"path\":\"/run/a "
      "b,\\\"c\\\"\\u000a\\u0001\ufffd\",\"recv_q\":18446744073709551615,\"fill\":33.33,\"abstract\":true,"
      "\"owners\":[{\"pid\":812,\"comm\":\"ngi\\\"nx\",\"fd\":7},{\"pid\":9,\"comm\":\"a\ufffd\",\"fd\":0}],"
      "\"pending\":[5,0],\"local_addr\":\"::ffff:1.0.0.4\"},\n"
      "{\"path\":null,\"recv_q\":null,\"fill\":null,\"abstract\":null,\"owners\":null,\"pending\":null,\"local_addr\":"
      "null},\n"
      "{\"path\":\"\",\"recv_q\":0,\"fill\":100,\"abstract\":false,\"owners\":[],\"pending\":[],\"local_addr\":null}\n"
      "]}\n");
}

TEST(Json, TellsGapsInItsHead) {
  FakeTable table({text_field("path", "Path")});
  table.circumstances = {"web1", "", "", 0, 0};
  Summary summary;
  summary.gaps = {{GapKind::dump, "a \"b\"\n"}, {GapKind::owners, "c"}};
  EXPECT_EQ(table.rendered(Format::json, {}, summary),
            "{\"skq\":{\"schema\":1,\"version\":\"\",\"host\":\"web1\",\"boot_id\":null,\"kernel\":null,"
            "\"time\":\"1970-01-01T00:00:00.000Z\",\"ts\":0,\"netns\":null,\"complete\":false,\"gaps\":["
            "{\"kind\":\"dump\",\"detail\":\"a \\\"b\\\"\\u000a\"},{\"kind\":\"owners\",\"detail\":\"c\"}]},\n"
            "\"sockets\":[]}\n");
}

// Told before the first row what is missing, a document flows: nothing is held back, and it is the same text.
TEST(Json, FlowsWhereWhatIsMissingIsKnown) {
  FakeTable table({number_field("recv_q", "Recv-Q")});
  for (const std::uint64_t value : {1U, 2U, 3U}) table.add({number(value)});
  Summary summary;
  for (const std::vector<Gap>& gaps : {std::vector<Gap>{}, {{GapKind::dump, "a"}}}) {
    summary.gaps = gaps;
    std::string flowed;
    const auto pieces = table.pieces(Format::json, View{}, summary, true);
    for (std::size_t at = 0; at < pieces.size(); ++at) {
      flowed += pieces[at];
      if (at > 0) {
        EXPECT_LT(pieces[at].size(), 20U) << pieces[at];
      }
    }
    EXPECT_EQ(flowed, table.rendered(Format::json, {}, summary));
  }
}

TEST(Json, CountsTimeBeforeTheEpochDownwards) {
  FakeTable table({text_field("path", "Path")});
  table.circumstances.time_ns = -1;
  const std::string out = table.rendered(Format::json);
  EXPECT_NE(out.find("\"time\":\"1969-12-31T23:59:59.999Z\",\"ts\":-1,"), std::string::npos) << out;
}

TEST(Json, NamesTidsOfThreads) {
  FakeTable table({fake_field("owners", "Owners", Type::owners)});
  table.add({std::span<const Owner>(two_owners).first(1)});
  table.context.threads = true;
  EXPECT_EQ(
      table.rendered(Format::jsonl),
      "{\"ts\":1795244889,\"host\":\"web1\",\"owners\":[{\"pid\":812,\"tid\":815,\"comm\":\"ngi\\\"nx\",\"fd\":7}]}\n");
}

TEST(Json, GivesARowItsFamilysFields) {
  Field path = text_field("path", "Path");
  Field port = number_field("local_port", "Port");
  Field state = text_field("state", "State");
  path.families = FamilySet(Family::unix_domain);
  port.families = FamilySet(Family::inet, Family::inet6);
  state.families = path.families | port.families;
  FakeTable table({path, state, port});
  table.add({absent, text("ESTAB"), absent}, Family::unix_domain);
  table.add({absent, text("ESTAB"), number(80)}, Family::inet6);
  table.layout.per_family = true;
  EXPECT_EQ(table.rendered(Format::jsonl),
            "{\"ts\":1795244889,\"host\":\"web1\",\"path\":null,\"state\":\"ESTAB\"}\n"
            "{\"ts\":1795244889,\"host\":\"web1\",\"state\":\"ESTAB\",\"local_port\":80}\n");
  table.layout.per_family = false;
  EXPECT_EQ(table.rendered(Format::jsonl),
            "{\"ts\":1795244889,\"host\":\"web1\",\"path\":null,\"state\":\"ESTAB\",\"local_port\":null}\n"
            "{\"ts\":1795244889,\"host\":\"web1\",\"path\":null,\"state\":\"ESTAB\",\"local_port\":80}\n");
}

TEST(Json, WritesNoKeyTwice) {
  FakeTable table({number_field("pid", "PID")});
  table.layout.columns.push_back(table.layout.columns.front());
  table.add({number(1)});
  EXPECT_EQ(table.rendered(Format::jsonl), "{\"ts\":1795244889,\"host\":\"web1\",\"pid\":1}\n");
}

TEST(Numbers, HaveNoExponentAndNoNan) {
  FakeTable table({percent_field("fill", "Fill")});
  constexpr double infinite = std::numeric_limits<double>::infinity();
  for (const double value :
       {0.0, -0.0, 0.005001, 0.004, 12.3456, 99.999, 1e21, -1.5, infinite, -infinite, std::nan("")}) {
    table.add({value});
  }
  EXPECT_EQ(table.rendered(Format::raw, {.header = false}),
            "0\n0\n0.01\n0\n12.35\n100\n1000000000000000000000\n-1.5\n-\n-\n-\n");
  EXPECT_EQ(table.rendered(Format::csv, {.header = false}),
            "0\r\n0\r\n0.01\r\n0\r\n12.35\r\n100\r\n1000000000000000000000\r\n-1.5\r\n\"\"\r\n\"\"\r\n\"\"\r\n");
  EXPECT_EQ(table.rendered(Format::table, {.header = false}).substr(0, 24), "                     0%\n");
  EXPECT_NE(table.rendered(Format::json).find("{\"fill\":-1.5},\n{\"fill\":null},"), std::string::npos);
}

TEST(Formats, HaveNames) {
  EXPECT_EQ(format_named("table"), Format::table);
  EXPECT_EQ(format_named("raw"), Format::raw);
  EXPECT_EQ(format_named("csv"), Format::csv);
  EXPECT_EQ(format_named("json"), Format::json);
  EXPECT_EQ(format_named("jsonl"), Format::jsonl);
  EXPECT_EQ(format_named("xml"), std::nullopt);
  EXPECT_EQ(format_named(""), std::nullopt);
}

}  // namespace
}  // namespace skq::testing
