// The program itself: exit codes, and what goes to which of its outputs.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Ran {
  int status = -1;  ///< exit code, or 1000 + signal
  std::string out;
  std::string err;
};

std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Binary : public testing::Test {
 protected:
  Binary() {
    std::string name = testing::TempDir() + "skq-cli-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Binary() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

  /// Through the shell, so that redirections can be part of the line.
  [[nodiscard]] Ran skq(const std::string& line, const std::string& after = {}) const {
    const std::string out = path("out"), err = path("err");
    const std::string command =
        std::string(SKQ_BINARY) + " " + line + " >" + out + " 2>" + err + " </dev/null " + after;
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status), contents(out), contents(err)};
  }

 private:
  std::string folder_;
};

TEST_F(Binary, ListsAndExitsWithZero) {
  const Ran ran = skq("-xa");
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("Netid"));
  EXPECT_THAT(ran.err, IsEmpty());
}

TEST_F(Binary, Version) { EXPECT_THAT(skq("-V").out, StartsWith("skq 0.")); }

TEST_F(Binary, HelpGoesToStandardOutput) {
  for (const std::string words : {"-h", "--help", "--help=all", "-f help", "-A help", "why --help", "--help=why",
                                  "--list-columns", "--list-columns=json"}) {
    const Ran ran = skq(words);
    EXPECT_EQ(ran.status, 0) << words;
    EXPECT_FALSE(ran.out.empty()) << words;
    EXPECT_THAT(ran.err, IsEmpty()) << words;
  }
}

TEST_F(Binary, BadUsageIsTwoAndPrintsNothingOnStandardOutput) {
  for (const std::string words : {"-K",
                                  "--nonsense",
                                  "-q",
                                  "--limit=x",
                                  "-c nosuch",
                                  "--sort=nosuch",
                                  "--where 'fill >'",
                                  "state nosuch",
                                  "--list record",
                                  "record --nosuch",
                                  "diff a b c",
                                  "why -t",
                                  "why --settle=x",
                                  "nonsense",
                                  "-f foo",
                                  "'( src ::1'",
                                  "--format=foo",
                                  "--color=x",
                                  "--log-level=zz",
                                  "-A tcp,!tcp"}) {
    const Ran ran = skq(words);
    EXPECT_EQ(ran.status, 2) << words;
    EXPECT_THAT(ran.out, IsEmpty()) << words;
    EXPECT_THAT(ran.err, StartsWith("skq: ")) << words;
  }
}

TEST_F(Binary, NoMatchIsFourOnlyWhenAskedFor) {
  EXPECT_EQ(skq("-xa --where 'inode == 4294967295'").status, 0);
  EXPECT_EQ(skq("-xa --exit-code --where 'inode == 4294967295'").status, 4);
  EXPECT_EQ(skq("-xa --exit-code --limit=0").status, 4);
}

TEST_F(Binary, WriteErrorsAreOneAndToldOnce) {
  const Ran full = skq("-xa", ">/dev/full");
  EXPECT_EQ(full.status, 1);
  EXPECT_EQ(full.err, "skq: write to stdout: No space left on device\n");
  EXPECT_EQ(skq("-xa", ">&-").status, 1);
  EXPECT_EQ(skq("--help", ">/dev/full").status, 1);
}

TEST_F(Binary, AFileThatMayGrowNoMoreIsAnError) {
  const std::string line = "bash -c 'ulimit -f 0; exec " SKQ_BINARY " -xa --output=" + path("big") + " 2>" +
                           path("growing") + "'; echo $? >" + path("status");
  // Standard error may not grow either: the status alone tells.
  EXPECT_EQ(std::system(line.c_str()), 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
  EXPECT_EQ(contents(path("status")), "1\n");
}

TEST_F(Binary, ALogIsTheSystemsInEveryCommand) {
  const std::string line = "cd " + path("") + " && " SKQ_BINARY " -xa --log-file=syslog: --log-level=debug >out";
  EXPECT_EQ(std::system(line.c_str()), 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
  EXPECT_FALSE(std::filesystem::exists(path("syslog:")));
}

TEST_F(Binary, ALogIsKeptSmallInEveryCommand) {
  const std::string file = path("log");
  std::ofstream(file) << std::string(std::size_t{1} << 20U, 'x');
  EXPECT_EQ(skq("-xa --log-level=debug --log-file=" + file).status, 0);
  EXPECT_TRUE(std::filesystem::exists(path("log.1")));
  EXPECT_THAT(contents(file), HasSubstr("rows from the kernel"));
}

TEST_F(Binary, ARecordingsNamespacesAreChosenByWhere) {
  for (const std::string option : {"-N web", "--all-netns"}) {
    const Ran ran = skq("--from x " + option);
    EXPECT_EQ(ran.status, 2) << option;
    EXPECT_THAT(ran.err, HasSubstr("--where 'netns == ")) << option;
  }
}

TEST_F(Binary, ADayOfThisFolderIsSaidToBeThere) {
  std::ofstream(path("19990101.jsonl.zst")) << "x";
  const std::string line = "cd " + path("") + " && " SKQ_BINARY " --from 19990101 2>err";
  EXPECT_NE(std::system(line.c_str()), 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
  EXPECT_THAT(contents(path("err")), HasSubstr("./19990101"));
}

TEST_F(Binary, AClosedPipeEndsItQuietly) {
  const std::string line =
      "{ sleep 0.2; " SKQ_BINARY " -xa -c netid 2>" + path("err") + "; echo $? >" + path("status") + "; } | true";
  EXPECT_EQ(std::system(line.c_str()), 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
  EXPECT_THAT(contents(path("err")), IsEmpty());
  EXPECT_EQ(contents(path("status")), "141\n") << "128 + SIGPIPE";
}

TEST_F(Binary, OutputFileIsReplacedWholeOrNotAtAll) {
  const std::string file = path("sockets.json");
  EXPECT_EQ(skq("-xaJ --output=" + file).status, 0);
  const std::string first = contents(file);
  EXPECT_THAT(first, HasSubstr("\"sockets\""));
  EXPECT_EQ(skq("-xaJ --where 'nosuch > 1' --output=" + file).status, 2);
  EXPECT_EQ(contents(file), first);
  const Ran missing = skq("-xa --output=/nonexistent/file");
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.err, HasSubstr("/nonexistent/file"));
}

TEST_F(Binary, NoColourInAPipeUnlessAlways) {
  EXPECT_THAT(skq("-xa").out, testing::Not(HasSubstr("\x1b")));
  EXPECT_THAT(skq("-xa --color=always").out, HasSubstr("\x1b"));
}

TEST_F(Binary, LogGoesToItsFile) {
  const std::string file = path("log");
  const Ran ran = skq("-xa --log-level=debug --log-file=" + file);
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.err, IsEmpty());
  EXPECT_THAT(contents(file), HasSubstr("rows from the kernel"));
  const Ran bad = skq("-xa --log-file=/nonexistent/log");
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.err, HasSubstr("open log file /nonexistent/log: No such file or directory"));
  EXPECT_THAT(skq("-xa --log-level=info").err, HasSubstr("skq: info: "));
}

TEST_F(Binary, LimitCutsAfterSorting) {
  const Ran ran = skq("-xaH --format=raw -c inode --sort=-inode --limit=2");
  std::istringstream lines(ran.out);
  long first = 0, second = 0, third = -1;
  lines >> first >> second >> third;
  EXPECT_GE(first, second);
}

}  // namespace
