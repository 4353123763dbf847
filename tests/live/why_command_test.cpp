// skq why as people and scripts call it: exit codes, formats, targets. What it finds is tested elsewhere.
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "live_test.h"

namespace live {
namespace {

using WhyCommand = LiveTest;

/// Only the test's own namespace, where nobody else can be stuck.
Finished why(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"why", "-N", "/proc/self/ns/net"});
  return run_skq(std::move(arguments));
}

/// What python makes of it: the value of an expression over the document `d`.
std::string read_json(const std::string& path, const std::string& text, const std::string& expression) {
  std::ofstream(path, std::ios::binary) << text;
  const Finished read =
      run({"python3", "-c",
           "import json, sys; d = json.load(open(sys.argv[1], encoding='utf-8')); print(" + expression + ")", path});
  EXPECT_EQ(read.exit, 0) << read.err << text;
  return read.out;
}

TEST_F(WhyCommand, NothingIsStuckInAnEmptyNamespace) {
  const Finished done = why({"--exit-code"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_TRUE(done.out.starts_with("Nothing ")) << done.out;
  EXPECT_NE(done.out.find("threads looked at closely, in "), std::string::npos) << done.out;
}

TEST_F(WhyCommand, JsonIsReadByOthers) {
  const Finished done = why({"-J"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(read_json(file("json"), done.out, "sorted(d), d['skq']['schema'], d['findings'], d['cycles']"),
            "['cycles', 'findings', 'skq'] 1 [] []\n");
  EXPECT_EQ(why({"--json-lines"}).out, "");
}

TEST_F(WhyCommand, ATargetTellsWhatIsAroundItThoughNothingIsWrong) {
  const std::string path = file("listener");
  const UniqueFd listener = unix_listener(SOCK_STREAM, path, 5);
  const UniqueFd client = unix_client(SOCK_STREAM, path);
  const Finished text = why({path});
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_NE(text.out.find("TARGET     " + path), std::string::npos) << text.out;
  const Finished json = why({"-J", path});
  EXPECT_EQ(read_json(file("json"), json.out,
                      "d['targets'][0]['target'], d['targets'][0]['kind'], " + std::to_string(getpid()) +
                          " in d['targets'][0]['pids']"),
            path + " path True\n");
}

TEST_F(WhyCommand, AnUnknownTargetIsBadUsage) {
  for (const std::string target : {"ino:4294967290", "@no-such-name", "/no/such/socket", "no-such-process"}) {
    const Finished done = why({target});
    EXPECT_EQ(done.exit, 2) << target;
    EXPECT_EQ(done.out, "") << target;
    EXPECT_NE(done.err.find("'" + target + "'"), std::string::npos) << done.err;
  }
}

TEST_F(WhyCommand, RefusesWhatIsOfTheList) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-t"}, {"--where", "fill > 1"}, {"--format=csv"}, {"--limit=1"}, {"-s"}}) {
    const Finished done = why(words);
    EXPECT_EQ(done.exit, 2) << as_shell(words);
    EXPECT_EQ(done.out, "") << as_shell(words);
  }
}

TEST_F(WhyCommand, WatchedOnAPipeItIsADocumentALine) {
  Running watched(skq({"why", "-N", "/proc/self/ns/net", "-JW0.1"}));
  EXPECT_TRUE(watched.reads_until([&] { return watched.out().find('\n') != watched.out().rfind('\n'); }));
  watched.signal(SIGTERM);
  const Finished done = watched.finish();
  EXPECT_EQ(done.signal, SIGTERM);
  EXPECT_NE(read_json(file("json"), done.out.substr(0, done.out.find('\n')), "d['findings']"), "");
}

TEST_F(WhyCommand, OutputIsReplacedWhole) {
  const std::string path = file("answer");
  EXPECT_EQ(why({"-J", "--output=" + path}).out, "");
  std::ifstream answer(path);
  EXPECT_EQ(answer.get(), '{');
}

TEST_F(WhyCommand, SomethingStuckIsFiveWhenAskedFor) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int end = pair.b.get();
  Child writer({end}, [end] {
    static const std::string chunk(4096, 'x');
    while (send(end, chunk.data(), chunk.size(), MSG_DONTWAIT) > 0) continue;
    // Nobody reads at the other end.
    std::thread([end] { send(end, chunk.data(), chunk.size(), 0); }).detach();
    return true;
  });
  ASSERT_TRUE(writer.ok());
  pair.b.reset();
  EXPECT_EQ(why({"--exit-code", "--settle=2"}).exit, 5);
  EXPECT_EQ(why({"--settle=2"}).exit, 0);
}

}  // namespace
}  // namespace live
