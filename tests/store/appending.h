// What tests of real day files have in common: a folder, a recorder's append, and reading all of it back.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include "cli/append_snapshot.h"
#include "kernel/day_file.h"
#include "snapshots.h"

namespace skq::test {

namespace fs = std::filesystem;

class AppendTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "skq-store-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string today() const { return folder_ + "/20261121.jsonl.zst"; }

  std::string folder_;
};

/// Appends one snapshot with a finding that nobody else has.
inline Result<cli::Appended> put(const std::string& folder, Recorder& recorder, BusyHost& host, const std::string& id,
                                 const Circumstances& at = circumstances_at(noon)) {
  const Looked look = host.look();
  host.pass();
  const std::vector<std::string> findings{"\"" + id + "\""};
  const std::vector<const Socket*> rows(look.rows.begin(), look.rows.end());
  return cli::append_snapshot(folder, recorder, {&at, {}, rows, findings}, nullptr, false);
}

/// How often each finding stands in a file, all of whose snapshots can be read.
inline std::map<std::string, int> ids_of(const std::string& path) {
  std::map<std::string, int> ids;
  const auto file = kernel::DayFile::open_to_read(path);
  EXPECT_TRUE(file) << path;
  if (!file) return ids;
  const auto contents = read_contents(*file);
  EXPECT_TRUE(contents);
  for (const Damage& damage : contents->damages) EXPECT_TRUE(damage.torn) << damage.offset << ' ' << damage.why;
  SnapshotReader reader(*file, *contents);
  for (std::size_t at = 0; at < contents->snapshots.size(); ++at) {
    const auto snapshot = reader.read(at);
    EXPECT_TRUE(snapshot) << snapshot.error().text();
    if (!snapshot) continue;
    EXPECT_EQ((*snapshot)->head.seq, at);
    for (const std::string& id : (*snapshot)->findings) ++ids[id];
  }
  return ids;
}

inline pid_t in_child(const std::function<void()>& work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    try {
      work();
    } catch (...) {
      ::_exit(99);
    }
    ::_exit(0);
  }
  return pid;
}

inline int exit_of(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

}  // namespace skq::test
