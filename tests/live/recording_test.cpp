// Recordings: what -D writes, --from shows as the kernel did; files of ss; filters from files.
#include <fstream>
#include <iterator>
#include <regex>

#include "live_test.h"

namespace live {
namespace {

class RecordingLive : public LiveTest {
 protected:
  std::string written(const std::string& name, const std::string& text) {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }
};

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Both IP versions, listening, connected and in TIME-WAIT, and unix sockets with peers and pending clients.
class Few {
 public:
  explicit Few(const std::string& path) {
    for (const std::string host : {"127.0.0.1", "::1"}) {
      listeners_.push_back(tcp_listener(host, 4000, 5));
      for (int i = 0; i < 3; ++i) pairs_.push_back(tcp_pair(listeners_.back().get(), host, 4000));
      { const Pair gone = tcp_pair(listeners_.back().get(), host, 4000); }
      listeners_.push_back(inet_bound(host, 5000, SOCK_DGRAM));
    }
    pairs_.push_back(unix_pair(SOCK_STREAM));
    listeners_.push_back(unix_listener(SOCK_STREAM, path, 3));
    listeners_.push_back(unix_client(SOCK_STREAM, path));
  }

 private:
  std::vector<UniqueFd> listeners_;
  std::vector<Pair> pairs_;
};

const std::vector<std::vector<std::string>> lines{{"-tan"},
                                                  {"-tl"},
                                                  {"-tamin"},
                                                  {"-uan"},
                                                  {"-xae"},
                                                  {"-x", "state", "listening"},
                                                  {"-tan", "sport", "=", ":4000"},
                                                  {"-tan", "dst", "[::1]", "and", "not", "dport", "=", ":4000"},
                                                  {"-ta", "--sort=-local_port", "--limit=3"},
                                                  {"-xa", "--where", "accept_queue > 0"},
                                                  {"-ta", "--format=csv"},
                                                  {"state", "time-wait"},
                                                  {"-xa", "-c", "inode,peer_inode,pending,uid"}};

// What -i tells as the time since then goes on while the recording lies still.
std::string without_ages(const std::string& text) {
  static const std::regex ages(" last(snd|rcv|ack):[0-9]+");
  return std::regex_replace(text, ages, "");
}

TEST_F(RecordingLive, ShowsWhatTheKernelShowed) {
  const Few few(file("listener"));
  const Finished recorded = run_skq({"-D", file("r")});
  ASSERT_EQ(recorded.exit, 0) << recorded.err;
  EXPECT_EQ(recorded.err, "");
  std::size_t long_answers = 0;
  for (const auto& line : lines) {
    const Finished live = run_skq(line);
    std::vector<std::string> words{"--from", file("r")};
    words.insert(words.end(), line.begin(), line.end());
    const Finished replayed = run_skq(words);
    EXPECT_EQ(replayed.exit, 0);
    // TIME-WAIT's timer runs on, but is in none of these.
    EXPECT_EQ(without_ages(replayed.out), without_ages(live.out)) << as_shell(line);
    EXPECT_EQ(replayed.err, live.err) << as_shell(line);
    if (live.out.find('\n') != live.out.rfind('\n')) ++long_answers;
  }
  EXPECT_EQ(long_answers, lines.size());
}

TEST_F(RecordingLive, ReplayNeedsNoKernel) {
  const Few few(file("listener"));
  ASSERT_EQ(run_skq({"-D", file("r"), "-t"}).exit, 0);
  const Finished before = run_skq({"--from", file("r"), "-tan"});
  ASSERT_FALSE(enter_private_network());
  EXPECT_EQ(run_skq({"--from", file("r"), "-tan"}).out, before.out);
  const Finished json = run_skq({"--from", file("r"), "-ta", "-J"});
  EXPECT_EQ(json.out, run_skq({"--from", file("r"), "-ta", "-J"}).out) << "the time is the recording's";
}

TEST_F(RecordingLive, WhatItCannotTellIsSaid) {
  const Few few(file("listener"));
  ASSERT_EQ(run_skq({"-D", file("tcp"), "-t", "sport", "=", ":4000"}).exit, 0);
  const Finished owners = run_skq({"--from", file("tcp"), "-tap", "sport", "=", ":4000", "--strict"});
  EXPECT_EQ(owners.exit, 3);
  EXPECT_NE(owners.err.find("does not tell which process"), std::string::npos) << owners.err;
  EXPECT_EQ(run_skq({"--from", file("tcp"), "-ta", "sport", "=", ":4000", "--strict"}).exit, 0);
  const Finished other = run_skq({"--from", file("tcp"), "-ta", "sport", "=", ":1", "--strict"});
  EXPECT_EQ(other.exit, 3);
  EXPECT_NE(other.err.find("through a filter"), std::string::npos) << other.err;
  const Finished table = run_skq({"--from", file("tcp"), "-x", "--strict"});
  EXPECT_EQ(table.exit, 3);
  EXPECT_NE(table.err.find("unix: not in the recording"), std::string::npos) << table.err;
}

TEST_F(RecordingLive, WhatIsDoneToTheKernelIsRefused) {
  ASSERT_EQ(run_skq({"-D", file("r"), "-t"}).exit, 0);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-K"}, {"-E"}, {"-W"}, {"-s"}, {"--limits"}, {"-D", file("s")}, {"-N", "x"}}) {
    std::vector<std::string> line = words;
    line.insert(line.end(), {"--from", file("r")});
    const Finished finished = run_skq(line);
    EXPECT_EQ(finished.exit, 2) << as_shell(line);
    EXPECT_NE(finished.err.find(words[0]), std::string::npos) << finished.err;
    EXPECT_EQ(finished.out, "");
  }
}

TEST_F(RecordingLive, ToAPipeAndFromOne) {
  const Few few(file("listener"));
  const std::string skq_path = skq({}).front();
  const Finished piped = run({"sh", "-c", skq_path + " -D - -t | " + skq_path + " --from - -tan"});
  EXPECT_EQ(piped.out, run_skq({"-tan"}).out) << piped.err;
  EXPECT_EQ(run_on_terminal(skq({"-D", "-"}), 80).exit, 2);
}

TEST_F(RecordingLive, AFileThatCannotBeWrittenIsAnErrorAndAnOldOneStays) {
  EXPECT_EQ(run_skq({"-D", "/nonexistent/r"}).exit, 1);
  EXPECT_EQ(run_skq({"-D", "/dev/full"}).exit, 1);
  const std::string old = written("old", "precious");
  EXPECT_EQ(run_skq({"-D", old, "gibberish"}).exit, 2);
  EXPECT_EQ(content_of(old), "precious");
}

TEST_F(RecordingLive, FilesOfSs) {
  SKIP_WITHOUT("ss");
  const Few few(file("listener"));
  ASSERT_EQ(run({"ss", "-a", "-D", file("ss")}).exit, 0);
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"-tan"}, {"-tn"}, {"-tan4"}, {"-tan6"}, {"-tln"}}) {
    std::vector<std::string> words{"--from", file("ss"), "-c", "state,local,peer,recv_q,send_q"};
    words.insert(words.end(), line.begin(), line.end());
    std::vector<std::string> live{"-c", "state,local,peer,recv_q,send_q"};
    live.insert(live.end(), line.begin(), line.end());
    EXPECT_EQ(run_skq(words).out, run_skq(live).out) << as_shell(line);
  }
  // As ss is told where to read.
  Surroundings by_environment;
  by_environment.environment = {"TCPDIAG_FILE=" + file("ss")};
  ASSERT_FALSE(enter_private_network());
  EXPECT_EQ(run_skq({"-tan"}, by_environment).out, run_skq({"--from", file("ss"), "-tan"}).out);
  EXPECT_EQ(run_skq({"-K", "-t"}, by_environment).exit, 2);
}

TEST_F(RecordingLive, HostileFilesEndInWords) {
  const Few few(file("listener"));
  ASSERT_EQ(run_skq({"-D", file("r"), "-t"}).exit, 0);
  const std::string good = content_of(file("r"));
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{16}, good.size() / 2, good.size() - 1}) {
    const Finished cut = run_skq({"--from", written("cut", good.substr(0, size)), "-ta"});
    EXPECT_EQ(cut.exit, 1) << size;
    EXPECT_NE(cut.err.find("cut: "), std::string::npos) << cut.err;
    EXPECT_EQ(cut.signal, 0);
  }
  EXPECT_EQ(run_skq({"--from", file("nothing")}).exit, 1);
}

TEST_F(RecordingLive, FiltersFromFiles) {
  const Few few(file("listener"));
  const std::string one = written("one", "# ours\nsport = :4000\n\nor dport = :4000\n");
  EXPECT_EQ(run_skq({"-tan", "-F", one}).out, run_skq({"-tan", "sport = :4000 or dport = :4000"}).out);
  EXPECT_EQ(run_skq({"-tan", "-F", one, "src", "[::1]"}).out,
            run_skq({"-tan", "( sport = :4000 or dport = :4000 ) and src [::1]"}).out);
  EXPECT_EQ(run({"sh", "-c", "echo 'sport = :4000' | " + skq({}).front() + " -tan -F -"}).out,
            run_skq({"-tan", "sport = :4000"}).out);
  const Finished bad = run_skq({"-F", written("bad", "sport = :4000\nsprot = :1\n")});
  EXPECT_EQ(bad.exit, 2);
  EXPECT_NE(bad.err.find("bad:2: "), std::string::npos) << bad.err;
  EXPECT_EQ(run_skq({"-F", file("missing")}).exit, 1);
  EXPECT_EQ(run_skq({"-F", folder()}).exit, 1);
  EXPECT_EQ(run_skq({"-F", written("binary", std::string("a\0b", 3))}).exit, 2);
  EXPECT_EQ(run_skq({"-F", "/dev/zero"}).exit, 2);
  EXPECT_EQ(run_skq({"-F", one, "-F", one}).exit, 2);
}

TEST_F(RecordingLive, TheSameFilterFileAsSs) {
  SKIP_WITHOUT("ss");
  const Few few(file("listener"));
  const std::string rules = written("rules", "# comment\n0 skipped\nsport = :4000\nor dport = :4000\n");
  const auto rows_of = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_EQ(rows_of(run_skq({"-tan", "-F", rules}).out), rows_of(run({"ss", "-tan", "-F", rules}).out));
}

}  // namespace
}  // namespace live
