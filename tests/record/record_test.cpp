// What is recorded, by whom, how it goes on and how it ends.
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "day_files.h"

namespace live {
namespace {

class Record : public RecordTest {};

// The sockets of this test alone: nobody else's are in its namespace, but for the netlink one of skq itself.
TEST_F(Record, OneSnapshotHoldsWhatTheListShows) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4100);
  const UniqueFd client = inet_client("127.0.0.1", 4100);
  const Finished done = record({"-t"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(done.out, "");
  const DayRead day = read_folder(folder());
  ASSERT_EQ(day.heads.size(), 1U);
  EXPECT_TRUE(day.heads[0].full);
  EXPECT_EQ(day.sockets[0], 3U) << "the listener and both ends: every state, as by -a";
  EXPECT_GT(day.heads[0].columns.size(), 100U);
  struct stat status {};
  ASSERT_EQ(stat(day_files(folder()).at(0).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(Record, OptionsNarrowIt) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4101);
  const UniqueFd other = tcp_listener("127.0.0.1", 4102);
  const UniqueFd client = inet_client("127.0.0.1", 4101);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"-tl"},
                                                {"-t", "sport", "=", ":4102"},
                                                {"-t", "--where", "local_port == 4101 and comm =~ '.'"},
                                                {"-A", "tcp", "-c", "local,recv_q"},
                                                {"-A", "tcp", "-c", "local,recv_q"}}) {
    const Finished done = record(words);
    EXPECT_EQ(done.exit, 0) << done.err;
  }
  const DayRead day = read_folder(folder());
  EXPECT_EQ(day.sockets, (std::vector<std::size_t>{2, 1, 1, 4, 4}));
  ASSERT_EQ(day.heads.size(), 5U);
  EXPECT_EQ(day.heads[3].columns, (std::vector<std::string>{"recv_q", "local"}));
  EXPECT_TRUE(day.heads[1].full) << "another choice of sockets";
  EXPECT_TRUE(day.heads[3].full) << "other columns";
  EXPECT_FALSE(day.heads[4].full) << "the same again";
}

TEST_F(Record, EachLineIsJsonAndTheHeadSaysWhatItMust) {
  SKIP_WITHOUT("zstdcat");
  SKIP_WITHOUT("jq");
  const UniqueFd listener = tcp_listener("127.0.0.1", 4103);
  const Pair pair = unix_pair(SOCK_STREAM);
  for (int n = 0; n < 3; ++n) EXPECT_EQ(record({"-tx", "--why"}).exit, 0);
  const std::string file = day_files(folder()).at(0);
  const Finished text = run({"zstdcat", file});
  ASSERT_EQ(text.exit, 0) << text.err;
  const std::string plain = this->file("plain.jsonl");
  std::ofstream(plain) << text.out;
  const Finished heads =
      run({"jq", "-c",
           "select(.type == \"snapshot\") | [.v, .kind, .seq, (.ts | type), (.host | type), (.boot_id | length), "
           "(.complete | type), (.gaps | type), (.n > 0)]",
           plain});
  EXPECT_EQ(heads.exit, 0) << heads.err;
  const std::string rest = ",\"number\",\"string\",36,\"boolean\",\"array\",true]\n";
  EXPECT_EQ(heads.out, "[1,\"full\",0" + rest + "[1,\"delta\",1" + rest + "[1,\"delta\",2" + rest);
}

/// A process whose child sleeps in a send, since nobody reads.
Child stuck_writer(const Pair& pair) {
  return Child({pair.a.get()}, [fd = pair.a.get()] {
    send_until_full(fd, 1000);
    if (fork() == 0) {
      char byte = 0;
      (void)!write(fd, &byte, 1);
      _exit(0);
    }
    return true;
  });
}

// The same look serves both. The waiter sleeps in the send all the time.
TEST_F(Record, FindingsHaveTheShapeOfWhy) {
  SKIP_WITHOUT("jq");
  Pair pair = unix_pair(SOCK_STREAM);
  const Child writer = stuck_writer(pair);
  ASSERT_TRUE(writer.ok());
  const auto rows = [&](const std::string& rule) {
    const DayRead day = read_folder(folder());
    std::size_t count = 0;
    if (!day.findings.empty())
      for (const std::string& finding : day.findings.back())
        if (finding.find("\"rule\":\"" + rule + "\"") != std::string::npos) ++count;
    return count;
  };
  EXPECT_EQ(record({"-x", "--why", "--settle=0"}).exit, 0);
  EXPECT_EQ(record({"-x", "--why"}).exit, 0);
  EXPECT_GE(rows("unread-data") + rows("unix-send-blocked"), 1U);
  const DayRead day = read_folder(folder());
  std::ofstream(file("finding")) << day.findings.back().at(0);
  const Finished why = run_skq({"why", "-J"});
  std::ofstream(file("why")) << why.out;
  const Finished keys_of_why = run({"jq", "-c", ".findings[0] | keys", file("why")});
  EXPECT_EQ(run({"jq", "-c", "keys", file("finding")}).out, keys_of_why.out);
}

TEST_F(Record, FindingsOfANamedNamespaceSayThatTheyAreOfItAlone) {
  EXPECT_EQ(record({"-x", "--why", "--settle=0"}).exit, 0);
  EXPECT_EQ(record({"-x", "--why", "--settle=0", "-N", std::to_string(getpid())}).exit, 0);
  EXPECT_EQ(record({"-x", "-N", std::to_string(getpid())}).exit, 0);
  const DayRead day = read_folder(folder());
  ASSERT_EQ(day.heads.size(), 3U);
  std::string of;
  for (const skq::SnapshotHead& head : day.heads) of += head.scope && head.scope->netns_findings ? 'n' : 'h';
  EXPECT_EQ(of, "hnh");
  const std::string told = run_skq({"why", "--from", folder(), "--begin=00:00"}).out;
  EXPECT_NE(told.find("whole host"), std::string::npos) << told;
  EXPECT_NE(told.find("findings are of network namespace"), std::string::npos) << told;
}

// As live, though JSON cannot carry such a name as text.
TEST_F(Record, ANameThatIsNoUtf8IsFoundAgain) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, file("\xff\xfe.sock"), 5);
  Pair pair{unix_client(SOCK_STREAM, file("\xff\xfe.sock")), accepted(listener.get())};
  const Child writer = stuck_writer(pair);
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(record({"-x", "--why"}).exit, 0);
  for (const std::string& target : {file("\xff\xfe.sock"), file("\\xff\\xfe.sock")}) {
    const Finished told = run_skq({"why", "--from", folder(), "--exit-code", target});
    EXPECT_NE(told.out.find("\\xff\\xfe.sock"), std::string::npos) << told.out;
    EXPECT_EQ(told.out.find("\xef\xbf\xbd"), std::string::npos) << told.out;
  }
}

// Whoever waits has something in its command line that nobody asked to keep.
TEST_F(Record, FindingsHoldNoCommandLinesUnasked) {
  Pair pair = unix_pair(SOCK_STREAM);
  const Child writer = stuck_writer(pair);
  ASSERT_TRUE(writer.ok());
  const auto has_cmdline = [&](const std::vector<std::string>& words) {
    EXPECT_EQ(record(words).exit, 0);
    const DayRead day = read_folder(folder());
    EXPECT_FALSE(day.findings.back().empty());
    bool has = false;
    for (const std::string& finding : day.findings.back()) has = has || finding.find("cmdline") != std::string::npos;
    return has;
  };
  EXPECT_FALSE(has_cmdline({"-x", "--why"}));
  const Finished why = run_skq({"why", "--from", folder(), "-J"});
  EXPECT_NE(why.out.find("\"title\""), std::string::npos) << why.out << why.err;
  EXPECT_FALSE(has_cmdline({"-x", "--why", "-c", "local,owners"}));
  EXPECT_TRUE(has_cmdline({"-x", "--why", "-c", "+cmdline"}));
  EXPECT_TRUE(has_cmdline({"-x", "--why", "-c", "local,cmdline"}));
}

TEST_F(Record, GoesOnAndEndsInOrder) {
  const Finished counted = record({"--interval=0.01", "--count=5"});
  EXPECT_EQ(counted.exit, 0) << counted.err;
  EXPECT_EQ(read_folder(folder()).heads.size(), 5U);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    const std::size_t before = read_folder(folder()).heads.size();
    Running running(skq({"record", to_folder(), "--interval=0.01", "--log-level=info"}));
    // stderr is not read while it runs: the file tells that it works.
    for (int n = 0; n < 2000 && read_folder(folder()).heads.size() < before + 3; ++n) usleep(5000);
    running.signal(signal);
    const Finished ended = running.finish();
    EXPECT_EQ(ended.exit, 0) << signal << ' ' << ended.err;
    const DayRead day = read_folder(folder());
    EXPECT_FALSE(day.torn);
    const auto told = std::count(ended.err.begin(), ended.err.end(), '\n');
    EXPECT_GE(day.heads.size() - before, 3U);
    EXPECT_GE(told, static_cast<std::ptrdiff_t>(day.heads.size() - before));
  }
}

// From cron and going on alike, and each where the other left off. What a process of one snapshot leaves is beside it.
TEST_F(Record, OneOfSixtyIsFull) {
  const auto kinds = [&] {
    std::string text;
    for (const skq::SnapshotHead& head : read_folder(folder()).heads) text += head.full ? 'F' : 'd';
    return text;
  };
  const auto left = [&] {
    std::string name = std::filesystem::path(day_files(folder()).back()).filename();
    return std::filesystem::exists(file("." + name.substr(0, 8) + ".last"));
  };
  EXPECT_EQ(record({"-t", "-c", "local", "--interval=0.01", "--count=3"}).exit, 0);
  EXPECT_FALSE(left()) << "who goes on knows it himself";
  for (int n = 0; n < 20; ++n) EXPECT_EQ(record({"-t", "-c", "local"}).exit, 0);
  EXPECT_TRUE(left());
  EXPECT_EQ(kinds(), "F" + std::string(22, 'd'));
  EXPECT_EQ(record({"-t", "-c", "local", "--interval=0.01", "--count=30"}).exit, 0);
  for (int n = 0; n < 8; ++n) EXPECT_EQ(record({"-t", "-c", "local"}).exit, 0);
  EXPECT_EQ(kinds(), "F" + std::string(59, 'd') + "F");
  EXPECT_EQ(record({"-t", "-c", "local"}).exit, 0);
  EXPECT_EQ(kinds().back(), 'd');
  EXPECT_EQ(record({"-t", "-c", "local", "--full-every=1"}).exit, 0);
  EXPECT_EQ(kinds().back(), 'F');
}

TEST_F(Record, ALongWaitEndsAtOnce) {
  Running running(skq({"record", to_folder(), "--interval=3600"}));
  for (int n = 0; n < 2000 && day_files(folder()).empty(); ++n) usleep(5000);
  for (int n = 0; n < 2000 && read_folder(folder()).heads.empty(); ++n) usleep(5000);
  running.signal(SIGTERM);
  EXPECT_EQ(running.finish().exit, 0);
  EXPECT_EQ(read_folder(folder()).heads.size(), 1U);
}

TEST_F(Record, AnOrdinaryUserRecordsWhatHeMaySeeAndSaysSo) {
  if (in_own_user_namespace()) GTEST_SKIP() << "only root can become another user";
  const UniqueFd listener = tcp_listener("127.0.0.1", 4104);
  ASSERT_EQ(chmod(folder().c_str(), 0777), 0);
  const Surroundings nobody{.user = 65534};
  const Finished user = record({"-t"}, nobody);
  EXPECT_EQ(user.exit, 0) << user.err;
  EXPECT_NE(user.err.find("skq: incomplete: owners"), std::string::npos) << user.err;
  EXPECT_EQ(record({"-t", "--strict"}, nobody).exit, 3);
  const Finished hushed = record({"-t", "--log-level=error"}, nobody);
  EXPECT_EQ(hushed.exit, 0);
  EXPECT_EQ(hushed.err, "");
  const DayRead day = read_folder(folder());
  ASSERT_EQ(day.heads.size(), 3U);
  for (const skq::SnapshotHead& head : day.heads) EXPECT_FALSE(head.gaps.empty());
  EXPECT_EQ(day.sockets[0], 1U);
}

TEST_F(Record, ItsLogIsSilentUnlessAskedAndStaysSmall) {
  const Finished quiet = record({"-t", "-c", "local"});
  EXPECT_EQ(quiet.out + quiet.err, "");
  const std::string log = file("skq.log");
  const Finished logged = record({"-t", "-c", "local", "--log-file=" + log});
  EXPECT_EQ(logged.out + logged.err, "");
  std::string line;
  std::ifstream text(log);
  std::getline(text, line);
  EXPECT_NE(line.find("snapshot 1, delta"), std::string::npos) << line;
  std::ofstream(log, std::ios::app) << std::string((std::size_t{1} << 20) - 100, 'x');
  EXPECT_EQ(record({"-t", "-c", "local", "--log-file=" + log}).exit, 0);
  EXPECT_TRUE(std::filesystem::exists(file("skq.1.log")));
  EXPECT_LT(std::filesystem::file_size(log), 1000U);
  const Finished full = record({"-t", "-c", "local", "--log-file=/dev/full"});
  EXPECT_EQ(full.exit, 0) << "a log on a full disk stops no recording";
  EXPECT_NE(full.err.find("the log could not be written"), std::string::npos) << full.err;
}

TEST_F(Record, WhatMakesNoSenseIsRefused) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--count=2"},
                                                {"-J"},
                                                {"--settle=1"},
                                                {"--list", "--why"},
                                                {"--list", "-t"},
                                                {"--list", "--format=csv"},
                                                {"--interval=0"},
                                                {"--full-every=0"},
                                                {"--full-every=1441"},
                                                {"--keep-days=x"},
                                                {"--max-bytes=1X"},
                                                {"-c", "nosuch"}}) {
    const Finished refused = record(words);
    EXPECT_EQ(refused.exit, 2) << as_shell(words) << refused.err;
    EXPECT_EQ(refused.err.rfind("skq: ", 0), 0U);
  }
  EXPECT_TRUE(day_files(folder()).empty());
}

}  // namespace
}  // namespace live
