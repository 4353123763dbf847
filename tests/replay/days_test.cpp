// Which snapshots are meant: the last one, that of a time, a range; over days, clocks, boots and hosts.
#include <sstream>

#include "days.h"

namespace skq::test {
namespace {

TEST_F(Days, TheLastOneAndTheOneAtOrBeforeATime) {
  for (int i = 0; i < 10; ++i) put(i, 100 + i);
  EXPECT_EQ(listed({}), "9:109");
  EXPECT_EQ(listed({"--at", "12:04"}), "4:104");
  EXPECT_EQ(listed({"--at", "12:04:59"}), "4:104");
  EXPECT_EQ(listed({"--at=20261121 12:00"}), "0:100");
  EXPECT_EQ(listed({"--at=2026-11-21T13:05+01:00"}), "5:105");
  EXPECT_EQ(listed({"--at=@" + std::to_string(noon / 1'000'000'000 + 60)}), "1:101");
  EXPECT_EQ(listed({"--at=23:00"}), "9:109");
  EXPECT_EQ(listed({"--at=11:59"}), "");
  EXPECT_EQ(last_.exit, 1);
  EXPECT_NE(last_.err.find("no snapshot at or before 2026-11-21T11:59:00.999Z"), std::string::npos) << last_.err;
  EXPECT_EQ(listed({"--at=-1s"}), "9:109") << "whatever the clock here says, it is later or earlier: " << last_.err;
}

// Of one file counts what is in it; in a folder a day is looked for by its name.
TEST_F(Days, AFileUnderAnotherDaysName) {
  for (int i = 0; i < 3; ++i) put(i, 100 + i);
  const std::string other = day("20261119");
  std::filesystem::rename(day(), other);
  const auto of_file = [&](const std::string& moment) {
    std::string text;
    std::istringstream lines(skq({"--from", other, "-xa", "-c", "inode", "-H", "--format=raw", moment}).out);
    for (std::string ts, inode; lines >> ts >> inode;) text += (text.empty() ? "" : " ") + inode;
    return text;
  };
  EXPECT_EQ(of_file("--begin=2026-11-21 12:01"), "101 102") << last_.err;
  EXPECT_EQ(of_file("--begin=12:02"), "102") << "of the day that is in it: " << last_.err;
  EXPECT_EQ(of_file("--end=20261119 23:59"), "");
  EXPECT_EQ(last_.exit, 1);
  EXPECT_EQ(of_file("--at=12:01"), "101") << last_.err;
  EXPECT_EQ(listed({"--begin=20261121 12:00"}), "");
  EXPECT_EQ(last_.exit, 1);
  EXPECT_NE(last_.err.find("20261119.jsonl.zst is not of the day of its name"), std::string::npos) << last_.err;
}

TEST_F(Days, MetricsOfASnapshot) {
  scope_ = Scope{{{Family::unix_domain, Netid::u_str, ~StateSet()}}, "", false};
  put(0, 1);
  put(1, 2);
  for (const std::string& from : {folder_, day()}) {
    const auto done = skq({"--from", from, "--format=prom", "--at=12:00", "-A", "unix_stream"});
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_NE(done.out.find("skq_snapshot_timestamp_seconds " + std::to_string(noon / 1'000'000'000)),
              std::string::npos)
        << done.out;
    EXPECT_EQ(done.out.find("skq_snapshot_duration_seconds"), std::string::npos);
  }
  scope_->filter = "--where recv_q > 5";
  put(2, 3);
  EXPECT_EQ(skq({"--from", folder_, "--format=prom", "-xa", "--strict"}).exit, 3);
  EXPECT_NE(last_.out.find("skq_gaps{kind=\"recording\"} 2\n"), std::string::npos) << last_.out;
  EXPECT_NE(last_.out.find("skq_gaps{kind=\"dump\"} 0\n"), std::string::npos) << last_.out;
  EXPECT_EQ(skq({"--from", folder_, "--format=prom", "--begin=12:00"}).exit, 2);
}

TEST_F(Days, ATimeFarFromAnySnapshotIsToldSo) {
  for (int i = -24 * 60; i < 5 - 24 * 60; ++i) put(i, 1);
  EXPECT_NE(listed({"--at=20261120 12:05"}), "");
  EXPECT_EQ(last_.err, "") << "within a few intervals";
  EXPECT_NE(listed({"--at=20261120 18:00"}), "");
  EXPECT_NE(last_.err.find("5 h 56 min earlier"), std::string::npos) << last_.err;
  EXPECT_NE(listed({"--at=2126-01-01 00:00"}), "");
  EXPECT_NE(last_.err.find("lies in the future"), std::string::npos) << last_.err;
}

TEST_F(Days, ARangeOverTwoDaysComesInOrderWithItsTimes) {
  for (int i = 715; i < 726; ++i) put(i, 1000 + i);  // midnight is 720
  EXPECT_EQ(listed({"--begin=20261121 23:58", "--end=20261122 00:02"}), "718:1718 719:1719 720:1720 721:1721 722:1722");
  EXPECT_EQ(listed({"--begin=00:03"}), "723:1723 724:1724 725:1725") << "of the last day";
  EXPECT_EQ(listed({"--end=20261121 23:56"}), "715:1715 716:1716");
  EXPECT_EQ(listed({"--at=20261122 00:00"}), "720:1720");
  EXPECT_EQ(listed({"--at=2026-11-21 23:59:59"}), "719:1719") << "the day before";
  EXPECT_EQ(listed({"--begin=03:00", "--end=04:00"}), "");
  EXPECT_EQ(last_.exit, 1);
  EXPECT_EQ(listed({"--begin=04:00", "--end=03:00"}), "");
  EXPECT_EQ(last_.exit, 2);
  skq({"--from", folder_ + "/20261121", "-xa", "--begin=23:59", "--json"});
  EXPECT_EQ(std::count(last_.out.begin(), last_.out.end(), '\n'), 1) << last_.out;
}

TEST_F(Days, ATimeWithoutSnapshotsIsToldAsSuch) {
  for (const int at : {0, 1, 2 * 24 * 60}) put(at, 1 + at);
  const auto says = [&](const char* words) { return last_.err.find(words) != std::string::npos; };
  EXPECT_EQ(listed({"--begin=20261122 00:00", "--end=20261122 23:59"}), "");
  EXPECT_EQ(last_.exit, 1);
  EXPECT_TRUE(
      says("no snapshot in that range; the first one is of 2026-11-21T12:00:00.000Z, the last one of "
           "2026-11-23T12:00:00.000Z"))
      << last_.err;
  EXPECT_EQ(listed({"--at=20261122 14:00"}), "1:2");
  EXPECT_EQ(last_.exit, 0);
  EXPECT_TRUE(says("is of 2026-11-21T12:01:00.000Z")) << "in the future or not: " << last_.err;
  EXPECT_EQ(listed({"--at=20261121 23:00"}), "1:2");
  EXPECT_TRUE(says("is of 2026-11-21T12:01:00.000Z")) << last_.err;
  EXPECT_EQ(listed({"--at=20200101 12:00"}), "");
  EXPECT_EQ(last_.exit, 1);
  EXPECT_EQ(listed({"--begin=20261123", "--end=20261122"}), "");
  EXPECT_EQ(last_.exit, 2);
  EXPECT_TRUE(says("--begin is later than --end")) << last_.err;
  for (const char* zone : {"America/New_York", "Europe/Berlin"}) {
    ::setenv("TZ", zone, 1);
    EXPECT_EQ(listed({"--begin=20261121 12:01", "--end=20261121 12:01"}), "1:2") << "times are UTC: " << zone;
  }
  ::unsetenv("TZ");
}

TEST_F(Days, ADayOfWhichNothingCanBeReadGivesWayToTheDayBefore) {
  put(0, 1);
  put(1, 2);
  // More than is looked at for its head.
  put(24 * 60, 3, "web1", "b1", {"\"" + std::string(20'000, 'x') + "\""});
  const std::string path = day("20261122");
  std::string spoilt;
  {
    std::ifstream file(path, std::ios::binary);
    spoilt.assign(std::istreambuf_iterator<char>(file), {});
  }
  spoilt.back() = static_cast<char>(~spoilt.back());  // of the checksum: the head can be read, the snapshot cannot
  std::ofstream(path, std::ios::binary | std::ios::trunc) << spoilt;
  for (const std::vector<std::string>& words : {std::vector<std::string>{}, {"--at=20261122 12:30"}}) {
    EXPECT_EQ(listed(words), "1:2");
    EXPECT_EQ(last_.exit, 0);
    EXPECT_NE(last_.err.find("the snapshot of 2026-11-22T12:00:00.000Z cannot be read, this is one before it"),
              std::string::npos)
        << last_.err;
  }
  EXPECT_EQ(skq({"--from", folder_, "-xa", "--strict"}).exit, 3) << "it is a gap";
  // Nor does a day that holds nothing at all hide the day before.
  std::ofstream(path, std::ios::binary | std::ios::trunc) << "";
  EXPECT_EQ(listed({"--at=20261122 12:30"}), "1:2");
}

TEST_F(Days, EveryFormatSaysWhen) {
  put(0, 5);
  put(1, 6);
  const auto lines = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"--from", folder_, "-xa", "--begin", "12:00"});
    return skq(words).out;
  };
  const std::string table = lines({"-c", "inode"});
  EXPECT_NE(table.find("# 2026-11-21T12:00:00.000Z  web1\n"), std::string::npos) << table;
  EXPECT_NE(table.find("# 2026-11-21T12:01:00.000Z  web1\n"), std::string::npos) << table;
  EXPECT_EQ(lines({"-c", "inode", "--format=csv"}), "ts,inode\r\n1795262400,5\r\n1795262460,6\r\n");
  EXPECT_EQ(lines({"-c", "inode", "--format=raw"}), "ts inode\n1795262400 5\n1795262460 6\n");
  EXPECT_EQ(lines({"-c", "inode", "--json-lines"}),
            "{\"ts\":1795262400,\"host\":\"web1\",\"inode\":5}\n{\"ts\":1795262460,\"host\":\"web1\",\"inode\":6}\n");
  const std::string json = lines({"-c", "inode", "--json"});
  EXPECT_EQ(std::count(json.begin(), json.end(), '\n'), 2) << json;
  EXPECT_NE(json.find("\"host\":\"web1\",\"boot_id\":\"b1\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"ts\":1795262460"), std::string::npos) << json;
}

TEST_F(Days, AClockThatWentBackKeepsTheOrderOfTheRecording) {
  for (const int at : {0, 1, 2, 1, 2, 3}) put(at, 100 + at);
  put(1, 500);
  EXPECT_EQ(listed({"--begin=12:01", "--end=12:02"}), "1:101 2:102 1:101 2:102 1:500");
  EXPECT_EQ(listed({}), "1:500") << "what was recorded last";
  EXPECT_EQ(listed({"--at=12:01"}), "1:500");
  put(-24 * 60, 7);  // a day back: another file
  EXPECT_EQ(listed({}), "1:500");
  EXPECT_EQ(listed({"--end=20261120 12:00"}), "-1440:7");
}

TEST_F(Days, TwoBootsAndTwoHostsAreNeverMixed) {
  put(0, 1, "web1", "b1");
  put(1, 2, "web1", "b2");
  put(1, 3, "web2", "b3");
  put(2, 4, "web1", "b2");
  const auto range = [&](const std::string& format) {
    return skq({"--from", folder_, "-xa", "--begin=12:01", "-c", "inode", "--format=" + format}).out;
  };
  EXPECT_EQ(range("raw"), "ts host inode\n1795262460 web1 2\n1795262460 web2 3\n1795262520 web1 4\n");
  EXPECT_EQ(range("csv"), "ts,host,inode\r\n1795262460,web1,2\r\n1795262460,web2,3\r\n1795262520,web1,4\r\n");
  EXPECT_EQ(listed({"--begin=12:02"}), "2:4") << "of one host";
  const std::string rows = skq({"--from", folder_, "-xa", "--begin=12:00", "-c", "inode", "--json-lines"}).out;
  EXPECT_NE(rows.find("\"host\":\"web2\",\"inode\":3}"), std::string::npos) << rows;
  EXPECT_NE(rows.find("\"host\":\"web1\",\"inode\":4}"), std::string::npos) << rows;
  const std::string table = skq({"--from", folder_, "-xa", "--at=12:01", "-c", "inode"}).out;
  EXPECT_EQ(table.substr(0, table.find('\n')), "# 2026-11-21T12:01:00.000Z  web2");
  put(24 * 60, 5, "web2");
  EXPECT_EQ(skq({"--from", folder_, "-xa", "--begin=20261121 12:02", "-c", "inode", "--format=raw", "-H"}).out,
            "1795262520 web1 4\n1795348800 web2 5\n")
      << "of two days";
}

TEST_F(Days, HostileNamesReachNoTerminal) {
  name_ = "/run/\x1b]0;x\x07\n\xff\"y";
  put(0, 1, "web\x1b[2J\n1\xff");
  for (const std::string format : {"table", "raw", "json", "jsonl"}) {
    const auto out = skq({"--from", folder_, "-xa", "--format=" + format}).out;
    EXPECT_EQ(last_.exit, 0) << last_.err;
    EXPECT_EQ(out.find('\x1b'), std::string::npos) << format;
    EXPECT_EQ(out.find('\xff'), std::string::npos) << format;
  }
  EXPECT_EQ(skq({"--from", folder_, "-xa"}).out.find("web\\x1b"), 28U) << last_.out;
}

TEST_F(Days, WhatTheRecordingWasNotForIsAGap) {
  struct Row {
    Scope scope;
    std::vector<std::string> words;
    const char* says;  ///< empty: all there
  };
  const Scope::Table all{Family::unix_domain, Netid::u_str, ~StateSet()};
  const Scope::Table listeners{Family::unix_domain, Netid::u_str, StateSet{State::listen}};
  const std::string where = "recv_q >= 0", narrow = "recorded in fewer states or through a filter";
  const std::vector<Row> rows{
      {{{all}, "", false}, {"-A", "unix_stream", "-a"}, ""},
      {{{all}, "", false}, {"-t"}, "tcp over IPv4: not in the recording"},
      {{{listeners}, "", false}, {"-A", "unix_stream", "-a"}, narrow.c_str()},
      {{{listeners}, "", false}, {"--where", "recv_q > 5", "-A", "unix_stream", "state", "listening"}, ""},
      {{{all}, "--where " + where, false}, {"-A", "unix_stream", "-a"}, narrow.c_str()},
      {{{all}, "--where " + where, false}, {"-A", "unix_stream", "-a", "--where", where}, ""},
  };
  for (const Row& row : rows) {
    scope_ = row.scope;
    put(0, 1);
    std::vector<std::string> words{"--from", folder_, "--strict"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    const auto done = skq(words);
    EXPECT_EQ(done.exit, *row.says == '\0' ? 0 : 3) << live::as_shell(words) << done.err;
    EXPECT_NE(done.err.find(row.says), std::string::npos) << live::as_shell(words) << done.err;
  }
}

TEST_F(Days, MistakesAreToldByName) {
  put(0, 1);
  struct Row {
    std::vector<std::string> words;
    int exit;
    const char* says;
  };
  const std::string empty = folder_ + "/empty";
  std::filesystem::create_directory(empty);
  const std::vector<Row> rows{
      {{"--at", "12:00"}, 2, "--at needs --from"},
      {{"--begin", "12:00"}, 2, "--begin needs --from"},
      {{"--from", folder_, "--at=1", "--end=12:00"}, 2, "--at is one snapshot"},
      {{"--from", folder_, "--at=25:00"}, 2, "no such time of day"},
      {{"--from", folder_, "--at=\x1b[2J"}, 2, "a time is"},
      {{"--from", folder_, "-W"}, 2, "-W (--watch)"},
      {{"--from", folder_, "-s"}, 2, "-s (--summary)"},
      {{"--from", empty}, 1, "there is no recording in it"},
      {{"--from", folder_ + "/nothing"}, 1, "No such file"},
      {{"--from", folder_ + "/20200101"}, 1, "No such file"},
      {{"--from", folder_, "--sort=nonsense"}, 2, "nonsense"},
      {{"--from", folder_, "dev", "eth99"}, 0, ""},
      {{"--from", folder_, "-t", "--exit-code"}, 4, ""},
  };
  for (const Row& row : rows) {
    const auto done = skq(row.words);
    EXPECT_EQ(done.exit, row.exit) << live::as_shell(row.words) << done.err;
    EXPECT_NE(done.err.find(row.says), std::string::npos) << live::as_shell(row.words) << done.err;
    EXPECT_EQ(done.err.find('\x1b'), std::string::npos);
  }
}

TEST_F(Days, AHostThatWasGivenAnotherNameIsOneInTheList) {
  put(0, 1, "old", "b1");
  put(1, 2, "new", "b1");
  put(2, 3, "other", "b2");
  const auto told = skq({"record", "--list", "--dir", folder_});
  EXPECT_NE(told.out.find(" old>new,other\n"), std::string::npos) << told.out;
}

TEST_F(Days, ALinkIsReadAsTheFileItLeadsTo) {
  for (int i = 0; i < 3; ++i) put(i, 100 + i);
  std::filesystem::create_directory(folder_ + "/elsewhere");
  std::filesystem::rename(day(), folder_ + "/elsewhere/a");
  std::filesystem::create_symlink("elsewhere/a", day());
  std::filesystem::create_symlink("elsewhere", day("20261122"));
  std::filesystem::create_symlink("nowhere", day("20261123"));
  EXPECT_EQ(listed({}), "2:102") << last_.err;
  EXPECT_EQ(listed({"--at=12:01"}), "1:101") << last_.err;
  const auto told = skq({"record", "--list", "--dir", folder_, "--json-lines"});
  EXPECT_EQ(told.exit, 1) << "two lead to no file: " << told.err;
  EXPECT_NE(told.out.find("\"snapshots\":3"), std::string::npos) << told.out;
  EXPECT_EQ(std::count(told.out.begin(), told.out.end(), '\n'), 3) << told.out;
}

TEST_F(Days, ADayOf1440Snapshots) {
  for (int i = 0; i < 1440; ++i) put(i - 720, 1 + i);
  EXPECT_EQ(listed({}), "719:1440");
  EXPECT_EQ(listed({"--at=03:07"}), "-533:188");
  const std::string hour = listed({"--begin=06:00", "--end=06:59"});
  EXPECT_EQ(std::count(hour.begin(), hour.end(), ':'), 60);
  EXPECT_EQ(hour.substr(0, 8), "-360:361");
}

}  // namespace
}  // namespace skq::test
