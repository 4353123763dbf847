// Folders of days that tests fill with snapshots of any time, host and boot.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "cli/append_snapshot.h"
#include "run.h"
#include "snapshots.h"

namespace skq::test {

class Days : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "skq-replay-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// A snapshot that many minutes after noon, whose only socket has that number as its inode.
  void put(std::int64_t minutes, std::int64_t inode, const std::string& host = "web1", const std::string& boot = "b1",
           const std::vector<std::string>& findings = {}) {
    Circumstances at = circumstances_at(noon + minutes * minute);
    at.host = host;
    at.boot_id = boot;
    Socket socket;
    socket.family = Family::unix_domain;
    socket.netid = Netid::u_str;
    socket.state = State::listen;
    socket.inode = static_cast<Inode>(inode);
    socket.cookie = static_cast<Cookie>(inode);
    socket.recv_q = socket.send_q = 0;
    UnixPart part;
    part.has_name = true;
    part.name = name_;
    socket.part = part;
    const std::vector<const Socket*> rows{&socket};
    const auto appended = cli::append_snapshot(
        folder_, recorder_, {&at, gaps_, rows, findings, diagnosed_, scope_ ? &*scope_ : nullptr}, nullptr, false);
    ASSERT_TRUE(appended) << appended.error().text();
  }

  /// The inodes of what is listed, in order, each behind its ts in minutes from noon: "1:17 2:18".
  std::string listed(std::vector<std::string> words) {
    words.insert(words.begin(), {SKQ_PATH, "--from", folder_, "-xa", "-c", "inode", "--format=raw", "-H"});
    last_ = live::run(words);
    std::string text;
    std::istringstream lines(last_.out);
    std::int64_t ts = 0;
    std::string inode;
    while (lines >> ts >> inode) {
      if (!text.empty()) text += ' ';
      text += std::to_string((ts - noon / 1'000'000'000) / 60) + ":" + inode;
    }
    return text;
  }
  live::Finished skq(std::vector<std::string> words) {
    words.insert(words.begin(), SKQ_PATH);
    return last_ = live::run(words);
  }

  [[nodiscard]] std::string day(const std::string& digits = "20261121") const {
    return folder_ + "/" + digits + ".jsonl.zst";
  }
  [[nodiscard]] std::string bytes() const {
    std::ifstream file(day(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& bytes) const {
    std::ofstream(day(), std::ios::binary | std::ios::trunc).write(bytes.data(), std::ssize(bytes));
  }

  std::string folder_;
  std::string name_ = "/run/x";
  bool diagnosed_ = false;
  std::optional<Scope> scope_;
  std::vector<Gap> gaps_;
  Recorder recorder_{{.full_every = 4}};
  live::Finished last_;
};

}  // namespace skq::test
