#include <gtest/gtest.h>

#include <string>

#include "fake_fields.h"

namespace skq::testing {
namespace {

using namespace std::string_view_literals;

FakeTable sockets() {
  FakeTable table({text_field("netid", "Netid"), text_field("state", "State"), number_field("recv_q", "Recv-Q"),
                   number_field("send_q", "Send-Q"), percent_field("fill", "Fill"),
                   text_field("local", "Local Address:Port", Align::separator),
                   text_field("peer", "Peer Address:Port", Align::separator)});
  table.add({text("u_str"), text("LISTEN"), number(0), number(128), 3.125, text("/run/php/php8.2-fpm.sock 71234"),
             text("* 0")});
  table.add(
      {text("u_str"), text("ESTAB"), number(0), number(213504), 100.24, text("@/tmp/.X11-unix/X0 81"), text("* 82")});
  table.add(
      {text("tcp"), text("CLOSE-WAIT"), number(1), number(0), 84.99, text("127.0.0.1:8080"), text("[::1]:51234")});
  table.add({text("nl"), text("UNCONN"), absent, number(0), absent, text("rtnl:kernel"), text("*")});
  return table;
}

TEST(Table, LooksLikeSs) {
  EXPECT_EQ(sockets().rendered(Format::table),
            "Netid State      Recv-Q Send-Q Fill            Local Address:Port   Peer Address:Port\n"
            "u_str LISTEN          0    128 3.1% /run/php/php8.2-fpm.sock 71234             * 0\n"
            "u_str ESTAB           0 213504 100%       @/tmp/.X11-unix/X0 81                * 82\n"
            "tcp   CLOSE-WAIT      1      0  84%                127.0.0.1:8080          [::1]:51234\n"
            "nl    UNCONN          -      0    -                     rtnl:kernel             *\n");
}

TEST(Table, LeavesTheHeaderOut) {
  FakeTable table({number_field("a", "A long title"), text_field("b", "B")});
  table.add({number(7), text("x")});
  EXPECT_EQ(table.rendered(Format::table, {.header = false}), "7 x\n");
}

TEST(Table, WithoutRowsIsItsHeader) {
  FakeTable table({number_field("a", "Recv-Q"), text_field("b", "State")});
  EXPECT_EQ(table.rendered(Format::table), "Recv-Q State\n");
  EXPECT_EQ(table.rendered(Format::table, {.header = false}), "");
}

TEST(Table, ColorsStatesAndFills) {
  FakeTable table({text_field("state", "State"), percent_field("fill", "Fill"), text_field("comm", "Command")});
  table.add({text("ESTAB"), 79.99, text("ESTAB")});
  table.add({text("LISTEN"), 80.0, text("x")});
  table.add({text("CLOSE-WAIT"), 100.0, text("x")});
  table.add({text("LAST-ACK"), 0.0, text("x")});
  EXPECT_EQ(table.rendered(Format::table, {.color = true}),
            "\033[1mState      Fill Command\033[0m\n"
            "\033[32mESTAB\033[0m       79% ESTAB\n"
            "\033[36mLISTEN\033[0m      \033[33m80%\033[0m x\n"
            "\033[33mCLOSE-WAIT\033[0m \033[1;31m100%\033[0m x\n"
            "LAST-ACK     0% x\n");
}

TEST(Table, DrawsBarsBesideTheNumbers) {
  FakeTable table({percent_field("fill", "Fill"), number_field("pid", "PID")});
  table.add({0.0, number(1)});
  table.add({0.01, number(1)});
  table.add({50.0, number(1)});
  table.add({99.9, number(1)});
  table.add({312.0, number(1)});
  table.add({absent, number(1)});
  EXPECT_EQ(table.rendered(Format::table, {.bars = true}),
            "Fill        PID\n"
            "  0%          1\n"
            "0.0% \u258f        1\n"
            " 50% \u2588\u2588\u2588      1\n"
            " 99% \u2588\u2588\u2588\u2588\u2588\u2589   1\n"
            "312% \u2588\u2588\u2588\u2588\u2588\u2588   1\n"
            "   -          1\n");
}

TEST(Table, DrawsBarsOfAsciiForATerminalThatShowsNoMore) {
  FakeTable table({percent_field("fill", "Fill"), number_field("pid", "PID")});
  for (const double fill : {0.0, 0.01, 50.0, 99.9, 312.0}) table.add({fill, number(1)});
  EXPECT_EQ(table.rendered(Format::table, {.bars = true, .utf8 = false}),
            "Fill        PID\n"
            "  0%          1\n"
            "0.0% #.....   1\n"
            " 50% ###...   1\n"
            " 99% #####.   1\n"
            "312% ######   1\n");
}

TEST(Table, EndsNoLineWithSpaces) {
  FakeTable table({text_field("a", "A"), percent_field("fill", "Fill")});
  table.add({text("x "), 0.0});
  table.add({text("x "), 40.0});
  for (const bool color : {false, true}) {
    const std::string out = table.rendered(Format::table, {.color = color, .bars = true});
    EXPECT_EQ(out.find(" \n"), std::string::npos) << out;
  }
}

TEST(Table, AlignsByDisplayWidth) {
  FakeTable table(
      {text_field("comm", "Command"), number_field("pid", "PID"), text_field("local", "Local", Align::separator)});
  table.add({text("plain"), number(1), text("/a 1")});
  table.add({text("\u65e5\u672c\u8a9e\u65e5\u672c"), number(22), text("/\u65e5\u672c 22")});
  table.add({text("cafe\u0301"), number(333), text("/cafe\u0301 3")});
  table.add({text("\U0001f600"), number(4444), text("/b 4")});
  EXPECT_EQ(table.rendered(Format::table),
            "Command     PID  Local\n"
            "plain         1    /a 1\n"
            "\u65e5\u672c\u8a9e\u65e5\u672c   22 /\u65e5\u672c 22\n"
            "cafe\u0301        333 /cafe\u0301 3\n"
            "\U0001f600         4444    /b 4\n");
}

TEST(Table, EscapesHostileNames) {
  FakeTable table({text_field("comm", "Command"), number_field("pid", "PID")});
  table.add({text("a\nb\033[2J\0\xff"sv), number(1)});
  table.add({text("\u202etxt.exe\\"), number(22)});
  EXPECT_EQ(table.rendered(Format::table),
            "Command             PID\n"
            "a\\nb\\x1b[2J\\x00\\xff   1\n"
            "\\u202etxt.exe\\\\      22\n");
}

TEST(Table, PrintsUnits) {
  FakeTable table({number_field("m", "M", Unit::bytes), number_field("us", "us", Unit::microseconds),
                   number_field("ms", "ms", Unit::milliseconds), fake_field("b", "B", Type::boolean)});
  table.add({number(212992), number(12345), number(200), true});
  table.add({number(100), number(2000), number(7'200'500), false});
  table.add({absent, number(0), number(0), absent});
  EXPECT_EQ(table.rendered(Format::table),
            "     M       us      ms B\n"
            "208.0K 12.345ms   200ms yes\n"
            "   100      2ms 7200.5s no\n"
            "     -      0ms     0ms -\n");
  table.context.exact_bytes = true;
  EXPECT_EQ(table.rendered(Format::table).substr(0, 37), "     M       us      ms B\n212992 12.3");
}

TEST(Table, PrintsListsAndAddresses) {
  const Owner owners[] = {{812, 815, 7, "nginx", nullptr}, {9, 9, 0, "a;b,c d", nullptr}};
  const Inode inodes[] = {Inode{5}, Inode{0}};
  Address address;
  address.bytes[15] = std::byte{1};
  FakeTable table({fake_field("owners", "Owners", Type::owners), fake_field("pending", "Pending", Type::inodes),
                   fake_field("local_addr", "Local", Type::address)});
  table.add({std::span<const Owner>(owners), std::span<const Inode>(inodes), AddressValue{Family::inet6, &address}});
  table.add({std::span<const Owner>(), std::span<const Inode>(), AddressValue{}});
  EXPECT_EQ(table.rendered(Format::table, {.header = false}),
            "812,nginx,7;9,a\\x3bb\\x2cc\\x20d,0 5,0 ::1\n"
            "[]                               []  -\n");
  table.context.threads = true;
  EXPECT_EQ(table.rendered(Format::table, {.header = false}).substr(0, 17), "812/815,nginx,7;9");
}

FakeTable with_details(Family family) {
  Field skmem = text_field("skmem", "skmem");
  Field info = text_field("info", "info");
  skmem.place = info.place = Place::below;
  FakeTable table({text_field("state", "State"), skmem, text_field("local", "Local"), info});
  table.add({text("ESTAB"), text("skmem:(r0)"), text("a"), text("cubic rto:1")}, family);
  table.add({text("LISTEN"), absent, text("bcd"), absent}, family);
  table.add({text("LISTEN"), text(""), text("bcd"), text("x\ny")}, family);
  return table;
}

TEST(Table, ContinuesBelowTheRowOfAnInetSocket) {
  EXPECT_EQ(with_details(Family::inet6).rendered(Format::table),
            "State  Local\n"
            "ESTAB  a\n"
            "\t skmem:(r0) cubic rto:1\n"
            "LISTEN bcd\n"
            "LISTEN bcd\n"
            "\t x\\ny\n");
}

TEST(Table, ContinuesAtTheEndOfTheRowElsewhereSoThatGrepFindsBoth) {
  constexpr std::string_view expected =
      "State  Local\n"
      "ESTAB  a     skmem:(r0) cubic rto:1\n"
      "LISTEN bcd\n"
      "LISTEN bcd   x\\ny\n";
  EXPECT_EQ(with_details(Family::inet).rendered(Format::table, {.oneline = true}), expected);
  EXPECT_EQ(with_details(Family::unix_domain).rendered(Format::table), expected);
}

// As ss: options on a line of their own, memory and info together on the next; a packet socket's filter on a line that
// its memory joins; a unix socket's memory before its details.
TEST(Table, EveryPlaceStandsWhereSsSetsIt) {
  const auto placed = [](std::string_view name, Place place) {
    Field field = text_field(name, name);
    field.place = place;
    return field;
  };
  const auto rendered = [&](Family family, bool oneline = false) {
    FakeTable table({text_field("local", "Local"), placed("behind", Place::behind), placed("line", Place::line),
                     placed("skmem", Place::below), placed("info", Place::below)});
    table.add({text("a"), text("behind"), text("line"), text("skmem"), text("info")}, family);
    table.add({text("b"), absent, absent, absent, text("info")}, family);
    return table.rendered(Format::table, {.header = false, .oneline = oneline});
  };
  EXPECT_EQ(rendered(Family::inet), "a behind\n\tline\n\t skmem info\nb\n\t info\n");
  EXPECT_EQ(rendered(Family::packet), "a behind\n\tline skmem info\nb info\n");
  EXPECT_EQ(rendered(Family::netlink), "a behind line skmem info\nb info\n");
  EXPECT_EQ(rendered(Family::unix_domain), "a skmem info behind line\nb info\n");
  EXPECT_EQ(rendered(Family::inet, true), "a behind line skmem info\nb info\n");
}

TEST(Table, RatesHaveTheirUnitAndKnowNoLimit) {
  FakeTable table({number_field("rate", "Rate", Unit::bytes_per_second)});
  table.add({number(1536)});
  table.add({number(~std::uint64_t{0})});
  EXPECT_EQ(table.rendered(Format::table, {.header = false}), "   1.5K/s\nunlimited\n");
  table.context.exact_bytes = true;
  EXPECT_EQ(table.rendered(Format::table, {.header = false}), "     1536\nunlimited\n");
}

TEST(Table, ShowsContinuedFieldsAsColumnsWhenThereIsNothingElse) {
  Field skmem = text_field("skmem", "Skmem");
  skmem.place = Place::below;
  FakeTable table({skmem});
  table.add({text("skmem:(r0)")});
  EXPECT_EQ(table.rendered(Format::table), "Skmem\nskmem:(r0)\n");
}

FakeTable wide() {
  FakeTable table({text_field("state", "State"), text_field("local", "Local Address:Port", Align::separator),
                   text_field("cmdline", "Command"), text_field("process", "Process")});
  table.add({text("ESTAB"), text("/var/lib/containers/storage/overlay/a/run/php.sock 71234"),
             text("/usr/sbin/php-fpm8.2 --nodaemonize --fpm-config x"),
             text("users:((\"php-fpm8.2\",pid=1234,fd=10))")});
  table.add({text("ESTAB"), text("* 7"), text("x"), text("-")});
  return table;
}

TEST(Table, IsNotCutWithoutAWidth) {
  const std::string out = wide().rendered(Format::table);
  EXPECT_EQ(out.find("\u2026"), std::string::npos);
  EXPECT_EQ(out, wide().rendered(Format::table, {.width = 500}));
}

TEST(Table, GivesTheFrontOfAddressesAndTheEndOfTextsOnANarrowTerminal) {
  EXPECT_EQ(wide().rendered(Format::table, {.width = 100}),
            "State                  Local Address:Port  Command                          Process\n"
            "ESTAB \u2026torage/overlay/a/run/php.sock 71234 /usr/sbin/php-fpm8.2 --nodaemon\u2026 "
            "users:((\"php-fpm8.2\",pid=1234,fd=10))\n"
            "ESTAB                              * 7     x                                -\n");
}

TEST(Table, MarksCutsInAsciiForATerminalThatShowsNoMore) {
  EXPECT_EQ(wide().rendered(Format::table, {.width = 100, .utf8 = false}),
            "State                  Local Address:Port  Command                          Process\n"
            "ESTAB ...rage/overlay/a/run/php.sock 71234 /usr/sbin/php-fpm8.2 --nodaem... "
            "users:((\"php-fpm8.2\",pid=1234,fd=10))\n"
            "ESTAB                              * 7     x                                -\n");
}

TEST(Table, CutsOnlyForRowsThatThenFitWithWhatIsBehindThem) {
  Field skmem = text_field("skmem", "Skmem");
  skmem.place = Place::below;
  for (const Family family : {Family::unix_domain, Family::inet}) {
    FakeTable table({text_field("local", "Local", Align::separator), number_field("pid", "PID"), skmem});
    table.add({text("/run/long/long/long/long/name 7"), number(1), text("skmem:(r0,rb212992)")}, family);
    const bool beside = family == Family::unix_domain;
    for (const int width : {30, 45, 52, 53, 60}) {
      const std::string out = table.rendered(Format::table, {.width = width, .header = false});
      const bool cut = out.find("\u2026") != std::string::npos;
      const auto line = static_cast<int>(out.find('\n')) - (cut ? 2 : 0);
      EXPECT_EQ(cut, beside ? width == 45 || width == 52 : width == 30) << width << '\n' << out;
      EXPECT_TRUE(!cut || line <= width) << width << '\n' << out;
    }
  }
}

TEST(Table, ALineThatWrapsAnywayIsCutOnlyWhereThatSavesLines) {
  FakeTable table({text_field("local", "Local", Align::separator), text_field("process", "Process")});
  table.composed(1);
  table.add({text("/a/name/of/thirty/characters/x 7"), text("users:((\"php-fpm8.2\",pid=1234,fd=10))")});
  const auto line = [&](int width) { return table.rendered(Format::table, {.width = width, .header = false}); };
  const std::string uncut = line(500);  // 69 wide, 55 when it is cut as far as it can
  EXPECT_EQ(line(40), uncut);           // two lines, cut or not
  EXPECT_NE(line(30), uncut);           // two lines in place of three
  EXPECT_EQ(line(54), uncut);
}

TEST(Table, BarsGoFirstWhenTheRowsDoNotFit) {
  FakeTable table({text_field("state", "State"), percent_field("fill", "Fill"),
                   text_field("local", "Local Address:Port", Align::separator), number_field("pid", "PID")});
  table.add({text("ESTAB"), 50.0, text("[2001:db8::1]:443"), number(1)});
  table.add({text("ESTAB"), absent, text("[2001:db8::2]:44321"), number(12)});
  const std::string bare =
      "State Fill Local Address:Port  PID\n"
      "ESTAB  50% [2001:db8::1]:443     1\n"
      "ESTAB    - [2001:db8::2]:44321  12\n";
  for (const bool utf8 : {true, false})
    EXPECT_EQ(table.rendered(Format::table, {.width = 36, .bars = true, .utf8 = utf8}), bare);
  EXPECT_EQ(table.rendered(Format::table, {.width = 36}), bare);
  EXPECT_NE(table.rendered(Format::table, {.width = 80, .bars = true}).find("\u2588"), std::string::npos);
}

TEST(Table, NeverCutsWhoHoldsASocketNorWithinAnEscape) {
  for (int width = 20; width < 120; ++width) {
    FakeTable table(
        {text_field("local", "Local", Align::separator), text_field("process", "Process"), number_field("pid", "PID")});
    table.composed(1);
    table.add(
        {text("/run/\x1b[31m\nlong/long/long/long/name 7"), text("users:((\"a\",pid=1234,fd=10))"), std::uint64_t{1}});
    const std::string out = table.rendered(Format::table, {.width = width});
    EXPECT_NE(out.find("users:((\"a\",pid=1234,fd=10))"), std::string::npos) << out;
    const std::size_t cut = out.find("\u2026");
    if (cut == std::string::npos) continue;
    for (const std::string_view within : {"x1b[", "1b[", "b[31", "nlong"}) {
      EXPECT_FALSE(std::string_view(out).substr(cut + 3).starts_with(within)) << out;
    }
  }
}

TEST(Table, CutsWideAndCombiningCharactersWhole) {
  for (int width = 20; width < 70; ++width) {
    FakeTable table({text_field("local", "L", Align::separator), text_field("comm", "C"), number_field("pid", "PID")});
    table.add({text("/\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e/cafe\u0301\u0302 12"),
               text("cafe\u0301 \u65e5\u672c\u8a9e\u65e5\u672c\u8a9e\u65e5\u672c"), number(1)});
    table.add({text("/0123456789012345678901234 12"), text("012345678901234567890123456789"), number(1)});
    const std::string out = table.rendered(Format::table, {.width = width, .header = false});
    EXPECT_EQ(out.find("\u2026\u0301"), std::string::npos);
    EXPECT_EQ(out.find("\u2026\u0302"), std::string::npos);
  }
}

// Widths are not known beforehand: a wider cell widens its column from there on.
TEST(Table, LiveRowsComeAtOnce) {
  FakeTable table({text_field("state", "State"), number_field("recv_q", "Q"), text_field("comm", "Command")});
  table.add({text("UNCONN"), number(7), text("x")});
  table.add({text("CLOSE-WAIT"), number(12345), text("y")});
  table.add({text("UNCONN"), number(7), text("z")});
  View view;
  view.live = true;
  view.width = 10;
  EXPECT_EQ(table.pieces(Format::table, view),
            (std::vector<std::string>{"State  Q Command\n", "UNCONN 7 x\n", "CLOSE-WAIT 12345 y\n",
                                      "UNCONN         7 z\n", ""}));
}

TEST(Table, CanBeUsedAgain) {
  FakeTable table = with_details(Family::inet);
  EXPECT_FALSE(table.rendered(Format::table).empty());
  const auto renderer = make_renderer(Format::table, table.layout, View{}, table.context);
  std::string first, second;
  for (std::string* out : {&first, &second}) {
    renderer->begin(table.circumstances, *out);
    renderer->row(Socket{}, *out);
    while (renderer->end({}, *out)) {
    }
  }
  EXPECT_EQ(first, second);
  EXPECT_FALSE(first.empty());
}

}  // namespace
}  // namespace skq::testing
