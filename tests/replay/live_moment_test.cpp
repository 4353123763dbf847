// A snapshot, listed when everything is quiet, says what the live listing of that moment says, byte for byte.
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "live_test.h"
#include "zoo.h"

namespace skq::test {
namespace {

using Words = std::vector<std::string>;

bool record_now(const std::string& folder, Words words = {}) {
  words.insert(words.begin(), {"record", "--dir", folder});
  return live::run_skq(words).exit == 0;
}

bool has(const Words& words, const char* word) { return std::find(words.begin(), words.end(), word) != words.end(); }

/// Columns that say how long ago something was, or how long it has lasted.
const std::set<std::string>& clocks() {
  static const std::set<std::string> names{"ts",
                                           "time",
                                           "timer_expires",
                                           "timer_retrans",
                                           "tcp_last_data_sent",
                                           "tcp_last_data_recv",
                                           "tcp_last_ack_recv",
                                           "tcp_last_ack_sent",
                                           "tcp_busy_time",
                                           "tcp_rwnd_limited",
                                           "tcp_sndbuf_limited",
                                           "tcp_total_rto_time",
                                           "tcp_rwnd_limited_percent",
                                           "tcp_sndbuf_limited_percent",
                                           "mptcp_last_data_sent",
                                           "mptcp_last_data_recv",
                                           "mptcp_last_ack_recv"};
  return names;
}

/// The cells of a line of csv, or of raw, where a blank parts them.
Words cells_of(const std::string& line, char between) {
  Words cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (between == ',' && c == '"') quoted = !quoted;
    if (c == between && !quoted)
      cells.emplace_back();
    else
      cells.back() += c;
  }
  return cells;
}

/// Where cells have no names beside them, their column's clock is taken out of each.
std::string without_clock_columns(const std::string& text, char between) {
  std::istringstream lines(text);
  std::string line, out;
  Words head;
  while (std::getline(lines, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    Words cells = cells_of(line, between);
    if (head.empty()) head = cells;
    for (std::size_t at = 0; at < cells.size(); ++at) {
      if (at < head.size() && clocks().count(head[at]) != 0 && cells[at] != head[at]) cells[at] = "…";
      (out += at == 0 ? "" : std::string(1, between)) += cells[at];
    }
    out += '\n';
  }
  return out;
}

/// What differs between two looks at the same sockets: the time of the look, and clocks that run in tcp_info.
std::string timeless(std::string text, const Words& words) {
  static const std::regex running = [] {
    std::string keys;
    for (const std::string& name : clocks()) keys += (keys.empty() ? "" : "|") + name;
    return std::regex("timer:\\([^)]*\\)|\"(" + keys +
                      ")\":(\"[^\"]*\"|[0-9.]+|null)|"
                      "(last(snd|rcv|ack)|busy|rwnd_limited|sndbuf_limited):[0-9.]+(ms|us|%|\\([0-9.]+%\\))*");
  }();
  if (has(words, "--format=csv")) text = without_clock_columns(text, ',');
  if (has(words, "--format=raw")) text = without_clock_columns(text, ' ');
  return std::regex_replace(text, running, "…");
}

/// Without what says when the snapshot was taken.
std::string undated(const std::string& text, const Words& words) {
  if (has(words, "--json") || has(words, "--json-lines")) return text;
  if (!has(words, "--format=raw") && !has(words, "--format=csv"))
    return text.substr(std::min(text.size(), text.find('\n') + 1));
  static const std::regex first_cell("(^|\n)(ts|[0-9]+)[ ,]");
  return std::regex_replace(text, first_cell, "$1");
}

/// Where two texts begin to differ, with a little of both; empty: nowhere.
std::string difference(const std::string& a, const std::string& b) {
  if (a == b) return {};
  constexpr std::size_t before = 60, most = 160;
  const auto length = static_cast<std::ptrdiff_t>(std::min(a.size(), b.size()));
  const std::size_t at =
      static_cast<std::size_t>(std::mismatch(a.begin(), a.begin() + length, b.begin()).first - a.begin());
  const std::size_t from = at - std::min(at, before);
  return "at " + std::to_string(at) + "\n" + a.substr(from, most) + "\nagainst\n" + b.substr(from, most);
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
      if (difference(timeless(before.out, words), timeless(after.out, words)).empty()) break;
    }
    ASSERT_EQ(difference(timeless(before.out, words), timeless(after.out, words)), "")
        << "never quiet: " << live::as_shell(words);
    replayed = live::run_skq(from);
    EXPECT_EQ(difference(timeless(undated(replayed.out, words), words), timeless(after.out, words)), "")
        << live::as_shell(from);
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
    for (const Words& choice : {Words{"-xa"}, Words{"-taeimo"}, Words{"-tuwap"}, Words{"-xaeimp"}, Words{"-0a"},
                                Words{"-tuxa", "-c", "@mem"}}) {
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

// What a column is made of is recorded with it, even where nothing of that name is.
TEST_F(LiveMoment, AColumnRecordedAloneShowsWhatItShowed) {
  const live::Zoo zoo(folder());
  const auto shown = [](const Words& more, const std::string& columns) {
    Words words{"-tuxa", "-c", columns, "--format=csv", "-H"};
    words.insert(words.begin(), more.begin(), more.end());
    const auto listed = live::run_skq(words);
    EXPECT_EQ(listed.exit, 0) << listed.err;
    EXPECT_EQ(listed.err.find("not in the recording"), std::string::npos) << columns << ": " << listed.err;
    std::istringstream lines(listed.out);
    std::multiset<std::string> rows;
    for (std::string line; std::getline(lines, line);) {
      // Each begins with the time of its snapshot, when there is one.
      if (!more.empty()) line.erase(0, line.find(',') + 1);
      rows.insert(line);
    }
    return rows;
  };
  for (const char* column : {"peer_pid", "peer_comm", "peer_fd", "peer_owners", "pid", "comm", "fd", "process", "local",
                             "peer", "fill", "accept_fill", "recv_fill", "send_fill", "skmem", "timer"}) {
    std::filesystem::remove_all(file("days"));
    std::filesystem::create_directory(file("days"));
    ASSERT_TRUE(record_now(file("days"), {"-tuxa", "-c", column}));
    const auto live = shown({}, column), recorded = shown({"--from", file("days")}, column);
    EXPECT_EQ(recorded, live) << column;
    EXPECT_GT(std::set<std::string>(live.begin(), live.end()).size(), 1U) << column << " has a value in no row";
  }
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
