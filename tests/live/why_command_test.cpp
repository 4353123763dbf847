// skq why as people and scripts call it: exit codes, formats, targets. What it finds is tested elsewhere.
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
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
  // Where the line is broken depends on what the machine does besides.
  std::string on_one_line = done.out;
  std::replace(on_one_line.begin(), on_one_line.end(), '\n', ' ');
  EXPECT_NE(on_one_line.find(" looked at closely, in "), std::string::npos) << done.out << done.err;
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

/// Has a thread that waits for ever to send to us.
Child stuck_writer(Pair& pair) {
  const int end = pair.b.get();
  Child writer({end}, [end] {
    static const std::string chunk(4096, 'x');
    while (send(end, chunk.data(), chunk.size(), MSG_DONTWAIT) > 0) continue;
    // Nobody reads at the other end.
    std::thread([end] { send(end, chunk.data(), chunk.size(), 0); }).detach();
    return true;
  });
  pair.b.reset();
  return writer;
}

TEST_F(WhyCommand, SomethingStuckIsFiveWhenAskedFor) {
  Pair pair = unix_pair(SOCK_STREAM);
  const Child writer = stuck_writer(pair);
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(why({"--exit-code", "--settle=2"}).exit, 5);
  EXPECT_EQ(why({"--exit-code", "--strict", "--settle=2"}).exit, 5);
  EXPECT_EQ(why({"--settle=2"}).exit, 0);
}

/// Until it sleeps between its two looks.
bool waits_for_time(pid_t pid) {
  for (int tries = 0; tries < 1000; ++tries) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/syscall");
    long call = -1;
    file >> call;
    if (call == SYS_ppoll) return true;
    usleep(10'000);
  }
  return false;
}

TEST_F(WhyCommand, InterruptedItTellsTheFirstLookAndEndsByTheSignal) {
  Pair pair = unix_pair(SOCK_STREAM);
  const Child writer = stuck_writer(pair);
  ASSERT_TRUE(writer.ok());
  const std::vector<std::string> words{"why", "-N", "/proc/self/ns/net", "-J", "--settle=60"};
  Running running(skq(words));
  ASSERT_TRUE(waits_for_time(running.pid()));
  running.signal(SIGTERM);
  const Finished done = running.finish();
  EXPECT_EQ(done.signal, SIGTERM);
  EXPECT_NE(done.out.find("interrupted before the second look"), std::string::npos) << done.out;
}

TEST_F(WhyCommand, InterruptedItLeavesTheFileAsItWas) {
  Pair pair = unix_pair(SOCK_STREAM);
  const Child writer = stuck_writer(pair);
  ASSERT_TRUE(writer.ok());
  const std::string path = file("answer");
  std::ofstream(path) << "before";
  Running running(skq({"why", "-N", "/proc/self/ns/net", "--settle=60", "--output=" + path}));
  ASSERT_TRUE(waits_for_time(running.pid()));
  running.signal(SIGHUP);
  EXPECT_EQ(running.finish().signal, SIGHUP);
  std::ifstream answer(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(answer), {}), "before");
}

TEST_F(WhyCommand, AFastWatchTellsWhatNeedsTime) {
  Pair pair = unix_pair(SOCK_STREAM);
  ASSERT_EQ(send(pair.a.get(), "unread", 6, 0), 6);
  // Held by somebody who sleeps: who runs, as this test does, may be about to read.
  const Child keeper({pair.a.get(), pair.b.get()}, [] { return true; });
  ASSERT_TRUE(keeper.ok());
  pair = {};
  Running watched(skq({"why", "-N", "/proc/self/ns/net", "-JW0.2"}));
  EXPECT_TRUE(watched.shows("\"rule\":\"unread-data\""));
}

TEST_F(WhyCommand, TargetsHaveALineEachThoughNothingIsWrong) {
  const std::string path = file("listener");
  const UniqueFd listener = unix_listener(SOCK_STREAM, path, 5);
  const Finished lines = why({"--json-lines", path});
  EXPECT_EQ(read_json(file("json"), lines.out, "list(d)[:4], d['target'], d['sockets'][0]['kind']"),
            "['ts', 'host', 'target', 'kind'] " + path + " listener\n");
}

TEST_F(WhyCommand, APathMayBeginInTheWorkingDirectory) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, file("listener"), 5);
  const auto in_folder = [&](const std::string& target) {
    return run({"sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder(), skq({}).front(), "why", "-N",
                "/proc/self/ns/net", target});
  };
  for (const std::string target : {"listener", "./listener"}) {
    const Finished done = in_folder(target);
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_NE(done.out.find("  Listens  u_str " + file("listener")), std::string::npos) << done.out;
  }
  EXPECT_EQ(in_folder("./no-such").exit, 2);
}

TEST_F(WhyCommand, ANumberThatIsNoPidMayBeAPort) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 65'001);
  const Finished done = why({"65001"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_NE(done.err.find("did you mean ':65001'"), std::string::npos) << done.err;
  EXPECT_NE(why({"help"}).err.find("see skq why --help"), std::string::npos);
}

}  // namespace
}  // namespace live
