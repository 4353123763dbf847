// A snapshot, listed when everything is quiet, says what the live listing of that moment says, byte for byte.
#include <filesystem>
#include <fstream>
#include <regex>

#include "live_test.h"
#include "zoo.h"

namespace skq::test {
namespace {

using Words = std::vector<std::string>;

bool record_now(const std::string& folder, Words words = {}) {
  words.insert(words.begin(), {"record", "--dir", folder});
  return live::run_skq(words).exit == 0;
}

/// What differs between two looks at the same sockets: the time of the look, and clocks that run in tcp_info.
std::string timeless(std::string text) {
  static const std::regex running(
      R"re(timer:\([^)]*\)|"timer_(expires|retrans)[a-z_]*":\d+|"(ts|time)":("[^"]*"|\d+)|(last(snd|rcv|ack)|busy|rwnd_limited|sndbuf_limited):[0-9.]+(ms|us|%|\([0-9.]+%\))*|"tcp_(last_data_sent|last_data_recv|last_ack_recv|last_ack_sent|busy_time|rwnd_limited|sndbuf_limited)(_percent)?":[0-9.]+)re");
  return std::regex_replace(text, running, "…");
}

/// Without what says when the snapshot was taken.
std::string undated(const std::string& text, const Words& words) {
  const auto has = [&](const char* word) { return std::find(words.begin(), words.end(), word) != words.end(); };
  if (has("--json") || has("--json-lines")) return text;
  if (!has("--format=raw") && !has("--format=csv")) return text.substr(std::min(text.size(), text.find('\n') + 1));
  static const std::regex first_cell("(^|\n)(ts|[0-9]+)[ ,]");
  return std::regex_replace(text, first_cell, "$1");
}

class LiveMoment : public live::LiveTest {
 protected:
  void expect_same(const Words& words) {
    Words from = words;
    from.insert(from.begin(), {"--from", file("days")});
    // Quiet is what does not change while it is recorded: until then another try.
    live::Finished before, after, replayed;
    for (int attempt = 0; attempt < 20; ++attempt) {
      std::filesystem::remove_all(file("days"));
      std::filesystem::create_directory(file("days"));
      before = live::run_skq(words);
      ASSERT_TRUE(record_now(file("days")));
      after = live::run_skq(words);
      if (timeless(before.out) == timeless(after.out)) break;
    }
    ASSERT_EQ(timeless(before.out), timeless(after.out)) << "never quiet: " << live::as_shell(words);
    replayed = live::run_skq(from);
    EXPECT_EQ(timeless(undated(replayed.out, words)), timeless(after.out)) << live::as_shell(from);
    EXPECT_EQ(replayed.err, after.err) << live::as_shell(from);
    EXPECT_EQ(replayed.exit, after.exit) << live::as_shell(from);
    // Only what has a row proves something.
    rows_ += static_cast<std::size_t>(std::count(after.out.begin(), after.out.end(), '\n'));
  }

  std::size_t rows_ = 0;
};

TEST_F(LiveMoment, IsListedByteForByteAsItWas) {
  const live::Zoo zoo(folder());
  const Words choices[] = {
      {"-xa"},
      {"-xae"},
      {"-xap"},
      {"-xam"},
      {"-xl"},
      {"-xH"},
      {"-ta"},
      {"-tan"},
      {"-tae"},
      {"-tam"},
      {"-tap"},
      {"-tai"},
      {"-taeimop"},
      {"-tlp"},
      {"-t", "-B"},
      {"-ta", "state", "closed"},
      {"-Sa"},
      {"-a", "-f", "xdp"},
      {"-ua"},
      {"-uaep"},
      {"-wa"},
      {"-0a"},
      {"-0ae"},
      {"-4a", "-tu"},
      {"-6a", "-tu"},
      {"-tuxapO"},
      {"-xa", "-c", "@mem"},
      {"-ta", "-c", "@ss"},
      {"-xa", "-c", "+inode,peer_inode,peer_comm,peer_fd,peer_status"},
      {"-xa", "-c", "local,pending,accept_queue,accept_fill"},
      {"-tuxa", "-c", "netid,local,peer,pid,comm,fd,peer_pid,user,uid,cookie,netns"},
      {"-tuxa", "--sort=-fill,local"},
      {"-tuxa", "--sort=-recv_q", "--limit=3"},
      {"-tuxa", "--limit=5"},
      {"-tuxa", "--where", "fill > 10"},
      {"-tuxap", "--where", "pid > 1 and state == LISTEN"},
      {"-tuxa", "--where", "peer_comm == 'no such'", "--exit-code"},
      {"-ta", "sport = :4100 or dport = :4100"},
      {"-ta", "dev lo"},
      {"-ta", "src 127.0.0.1"},
      {"-ta", "state", "established"},
      {"-a", "-f", "netlink", "--where", "nl_portid > 900000"},
      {"-ae", "-f", "netlink", "--where", "nl_portid > 900000"},
      {"-tuxa", "--bytes"},
  };
  const Words formats[] = {{}, {"--format=raw"}, {"--format=csv"}, {"--json"}, {"--json-lines"}};
  for (const Words& choice : choices) {
    expect_same(choice);
    if (HasFatalFailure()) return;
  }
  for (const Words& format : formats) {
    for (const Words& choice :
         {Words{"-xa"}, Words{"-tuwap"}, Words{"-xaeimp"}, Words{"-0a"}, Words{"-tuxa", "-c", "@mem"}}) {
      Words words = choice;
      words.insert(words.end(), format.begin(), format.end());
      expect_same(words);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(rows_, 1000U);
}

TEST_F(LiveMoment, WhatWasNotRecordedIsAbsentAndAGapAndNeverZero) {
  const live::Zoo zoo(folder());
  ASSERT_TRUE(record_now(file(""), {"-c", "netid,local,owners"}));
  const auto found = live::run_skq({"--from", folder(), "-tuxa", "-c", "netid,cmdline", "--format=csv", "--strict"});
  EXPECT_EQ(found.exit, 3);
  EXPECT_NE(found.err.find("not in the recording: cmdline"), std::string::npos) << found.err;
  EXPECT_NE(found.out.find("u_str,\r\n"), std::string::npos) << found.out;
}

TEST_F(LiveMoment, ThroughAStreamAndAFile) {
  const live::Zoo zoo(folder());
  ASSERT_TRUE(record_now(file("")));
  std::string day;
  for (const auto& entry : std::filesystem::directory_iterator(folder()))
    if (entry.path().string().ends_with(".zst")) day = entry.path();
  const auto whole = live::run_skq({"--from", day, "-xa"});
  EXPECT_EQ(whole.exit, 0) << whole.err;
  const std::string command = std::string(SKQ_PATH) + " --from - -xa < " + day;
  EXPECT_EQ(live::run({"sh", "-c", command}).out, whole.out);
  const std::string name = day.substr(0, day.size() - std::string(".jsonl.zst").size());
  EXPECT_EQ(live::run_skq({"--from", name, "-xa"}).out, whole.out);
  EXPECT_EQ(live::run_skq({"--from", folder(), "-xa"}).out, whole.out);
  std::filesystem::rename(day, file("other name"));
  EXPECT_EQ(live::run_skq({"--from", file("other name"), "-xa"}).out, whole.out);
}

}  // namespace
}  // namespace skq::test
