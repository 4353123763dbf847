// The command as scripts see it: exit codes, messages, output files.
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "live_test.h"

namespace live {
namespace {

using Command = LiveTest;

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// A mistake is told on stderr, where it stands in a word with a caret below it, before anything is dumped.
void expect_usage_error(const std::vector<std::string>& arguments, bool caret) {
  const Finished finished = run_skq(arguments);
  EXPECT_EQ(finished.exit, 2) << as_shell(arguments);
  EXPECT_EQ(finished.out, "");
  EXPECT_NE(finished.err, "");
  if (caret) {
    EXPECT_NE(finished.err.find("^"), std::string::npos) << finished.err;
  }
}

TEST_F(Command, BadUsageIsTwo) {
  expect_usage_error({"--no-such-option"}, false);
  expect_usage_error({"--limit", "many"}, false);
  expect_usage_error({"--bpf-maps"}, false);
  for (const std::vector<std::string>& filter : {std::vector<std::string>{"sport", "=", ":nonsense-port"},
                                                 {"state", "estabished"},
                                                 {"(", "src", "1.2.3.4"},
                                                 {"src", "1.2.3.4", "or"},
                                                 {"gibberish"}})
    expect_usage_error(filter, true);
  for (const char* where : {"fill >", "fil > 80", "fill > \"x\"", "comm =~ \"(\"", "state == NOSUCH", "(fill > 1"})
    expect_usage_error({"--where", where}, true);
  expect_usage_error({"-c", "netid,no_such"}, true);
  expect_usage_error({"--sort", "no_such"}, true);
  expect_usage_error({"-A", "tcp,no_such"}, true);
  expect_usage_error({"--where", std::string(100000, '(')}, true);
}

TEST_F(Command, NothingMatchedIsFourOnlyOnDemand) {
  const Pair pair = unix_pair(SOCK_STREAM);
  EXPECT_EQ(run_skq({"-x", "--exit-code"}).exit, 0);
  EXPECT_EQ(run_skq({"-x", "src", "/nope"}).exit, 0);
  EXPECT_EQ(run_skq({"-x", "--exit-code", "src", "/nope"}).exit, 4);
  EXPECT_EQ(run_skq({"-xp", "--exit-code", "--where", "pid == 1 and pid == 2"}).exit, 4);
}

TEST_F(Command, AFailedWriteIsOne) {
  const Pair pair = unix_pair(SOCK_STREAM);
  for (const char* format : {"table", "raw", "csv", "json", "jsonl"}) {
    const std::vector<std::string> arguments{"-xa", std::string("--format=") + format};
    for (const Surroundings& broken : {Surroundings{.stdout_path = "/dev/full"}, Surroundings{.stdout_closed = true}}) {
      const Finished finished = run_skq(arguments, broken);
      EXPECT_EQ(finished.exit, 1) << format;
      EXPECT_NE(finished.err, "");
    }
  }
  EXPECT_EQ(run_skq({"--help"}, {.stdout_path = "/dev/full"}).exit, 1);
  EXPECT_EQ(run_skq({"--list-columns"}, {.stdout_path = "/dev/full"}).exit, 1);
}

TEST_F(Command, AClosedPipeEndsItQuietly) {
  const Pair pair = unix_pair(SOCK_STREAM);
  const Finished finished = run_skq({"-xa"}, {.stdout_nobody_reads = true});
  EXPECT_EQ(finished.signal, SIGPIPE);
  EXPECT_EQ(finished.err, "");
}

TEST_F(Command, OutputReplacesTheFileAtOnce) {
  const Pair pair = unix_pair(SOCK_STREAM);
  const std::string path = file("out.json");
  std::ofstream(path) << "old";
  const Finished finished = run_skq({"-xa", "-J", "--output", path});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.out, "");
  EXPECT_TRUE(content_of(path).starts_with("{\"skq\":"));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) files += entry.path().empty() ? 0 : 1;
  EXPECT_EQ(files, 1U) << "the temporary file is gone";
}

TEST_F(Command, OutputMakesAFileAsTheUmaskSays) {
  const mode_t before = umask(027);
  EXPECT_EQ(run_skq({"-xa", "--output", file("new")}).exit, 0);
  umask(before);
  struct stat facts {};
  ASSERT_EQ(stat(file("new").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0640U);
}

TEST_F(Command, OutputThatCannotBeWrittenIsOneAndLeavesTheOldFile) {
  EXPECT_EQ(run_skq({"-xa", "--output", file("no/such/folder")}).exit, 1);
  std::filesystem::create_directory(file("folder"));
  EXPECT_EQ(run_skq({"-xa", "--output", file("folder")}).exit, 1);
  const Finished finished = run_skq({"-xa", "--output", file("none/x")});
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(lines_in(finished.err), 1U) << finished.err;
}

// A mistake or a failure leaves what was there.
TEST_F(Command, AMistakeLeavesTheOldFile) {
  std::ofstream(file("kept")) << "old";
  EXPECT_EQ(run_skq({"-xa", "--output", file("kept"), "--where", "nonsense"}).exit, 2);
  EXPECT_EQ(content_of(file("kept")), "old");
}

// Bare -a asks for what there is; that a family which was named is told by /proc alone is told.
TEST_F(Command, AFamilyThatSockDiagLacksIsToldWhereItWasNamed) {
  UniqueFd raw(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 253));
  UniqueFd raw6(socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, 253));
  const Finished bare = run_skq({"-a"});
  EXPECT_EQ(bare.exit, 0);
  EXPECT_EQ(bare.err, "");
  EXPECT_NE(bare.out.find("raw"), std::string::npos) << bare.out;
  const Finished named = run_skq({"-w", "-a"});
  EXPECT_EQ(named.exit, 0);
  EXPECT_EQ(lines_in(named.out), 3U) << named.out;
  if (named.err.empty()) GTEST_SKIP() << "this kernel has raw_diag";
  EXPECT_EQ(lines_in(named.err), 1U) << "told once, not for each of IPv4 and IPv6: " << named.err;
  EXPECT_NE(named.err.find("/proc/net/raw"), std::string::npos) << named.err;
  EXPECT_EQ(run_skq({"-w", "--strict"}).exit, 3);
  EXPECT_EQ(run_skq({"-a", "--strict"}).exit, 0);
  EXPECT_NE(run_skq({"-w", "-J"}).out.find("\"complete\":false"), std::string::npos);
  EXPECT_NE(run_skq({"-a", "-J"}).out.find("\"complete\":true"), std::string::npos);
}

TEST_F(Command, SortAndLimit) {
  std::vector<Pair> pairs;
  for (const int messages : {3, 9, 1, 7}) {
    pairs.push_back(unix_pair(SOCK_STREAM));
    for (int i = 0; i < messages; ++i) send_text(pairs.back().a.get(), "x");
  }
  const Rows most = list({"-xa", "--sort=-send_mem", "--limit=2"}, "inode,send_mem");
  ASSERT_EQ(most.size(), 2U);
  EXPECT_EQ(most.all()[0].number("inode"), inode_of(pairs[1].a.get()));
  EXPECT_EQ(most.all()[1].number("inode"), inode_of(pairs[3].a.get()));
  const Rows least = list({"-xa", "--sort=recv_q,inode"}, "inode,recv_q");
  EXPECT_EQ(least.size(), 8U);
  EXPECT_EQ(least.all().back().number("recv_q"), 9U);
  EXPECT_EQ(list({"-xa", "--limit=3"}, "inode").size(), 3U);
  EXPECT_EQ(list({"-xa", "--limit=0"}, "inode").size(), 0U);
}

TEST_F(Command, WhereOnColumnsThatAreNotShown) {
  const Pair full = unix_pair(SOCK_STREAM);
  const Pair empty = unix_pair(SOCK_STREAM);
  send_until_full(full.a.get(), 1);
  const std::string pid = std::to_string(getpid());
  EXPECT_EQ(list({"-xa", "--where", "send_fill > 80"}, "inode").size(), 1U);
  EXPECT_EQ(list({"-xa", "--where", "fill > 80"}, "inode").size(), 2U);
  EXPECT_EQ(list({"-xa", "--where", "recv_fill >= 80% and pid == " + pid}, "inode").size(), 1U);
  EXPECT_EQ(list({"-xa", "--where", "send_mem > 100K and send_mem < 1M"}, "inode").size(), 1U);
  EXPECT_EQ(list({"-xa", "--where", "peer_comm == \"" + own_comm() + "\""}, "inode").size(), 4U);
  EXPECT_EQ(list({"-xa", "--where", "not (netid == u_str)"}, "inode").size(), 0U);
  EXPECT_EQ(list({"-xa", "--where", "netid =~ \"^u_\" && writable == false"}, "inode").size(), 1U);
}

}  // namespace
}  // namespace live
