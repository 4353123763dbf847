// Recorders of one snapshot each, as cron starts them, and what they leave beside the day's file for the next one:
// whatever becomes of it, each snapshot reads back as it was recorded.
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "appending.h"

namespace skq::test {
namespace {

RecordOptions leaving() { return {.full_every = 7, .leaves_last = true}; }

std::string digest(const std::vector<Socket*>& rows) {
  std::size_t sum = 0;
  for (const std::string& text : texts(rows)) sum = sum * 31 + std::hash<std::string>()(text);
  return std::to_string(sum);
}

class Beside : public AppendTest {
 protected:
  [[nodiscard]] std::string last() const { return folder_ + "/.20261121.last"; }

  /// One snapshot of a process of its own, with a digest of its sockets as its finding.
  std::string put_one(BusyHost& host, const Circumstances& at = circumstances_at(noon)) {
    const Looked look = host.look();
    host.pass();
    const std::vector<std::string> findings{"\"" + digest(look.rows) + "\""};
    Recorder recorder(leaving());
    const auto appended = cli::append_snapshot(folder_, recorder, {&at, {}, look.rows, findings}, nullptr, false);
    EXPECT_TRUE(appended) << appended.error().text();
    if (!appended) return "";
    if (appended->not_left) not_left_ = appended->not_left->text();
    return appended->head.full ? "full" : "delta";
  }

  /// Reads all; how many there are.
  [[nodiscard]] std::size_t all_read_back() const {
    const auto file = kernel::DayFile::open_to_read(today());
    if (!file) return 0;
    const auto contents = read_contents(*file);
    SnapshotReader reader(*file, *contents);
    for (const Damage& damage : contents->damages) EXPECT_TRUE(damage.torn) << damage.why;
    for (std::size_t at = 0; at < contents->snapshots.size(); ++at) {
      const auto snapshot = reader.read(at);
      EXPECT_TRUE(snapshot) << snapshot.error().text();
      if (!snapshot) continue;
      EXPECT_EQ((*snapshot)->findings.at(0), "\"" + digest((*snapshot)->rows) + "\"") << at;
      EXPECT_EQ((*snapshot)->head.seq, at);
    }
    return contents->snapshots.size();
  }

  std::string not_left_;
};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

TEST_F(Beside, EachProcessLeavesItWithTheModeOfTheFile) {
  BusyHost host(30);
  const mode_t before = ::umask(0);
  for (int n = 0; n < 3; ++n) EXPECT_EQ(put_one(host), n == 0 ? "full" : "delta");
  ::umask(before);
  EXPECT_EQ(not_left_, "");
  struct stat status {};
  ASSERT_EQ(::stat(last().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_FALSE(fs::exists(last() + ".new"));
  EXPECT_EQ(kernel::list_day_files(folder_, day_of_file_name, kernel::Links::followed)->size(), 1U)
      << "for readers it is not there";
  EXPECT_EQ(all_read_back(), 3U);
}

TEST_F(Beside, WhateverLiesThereNothingIsLost) {
  BusyHost host(30);
  const std::vector<std::function<void()>> accidents{
      [&] { fs::remove(last()); },
      [&] { write(last(), ""); },
      [&] { write(last(), "something else"); },
      [&] { write(last() + ".new", "of one who was killed"); },
      [&] { fs::resize_file(last(), fs::file_size(last()) / 2); },
      // Killed between the two writes: the file is newer than what lies beside it …
      [&] {
        const std::string older = bytes_of(last());
        put_one(host);
        write(last(), older);
      },
      // … or older, as after a crash of the host.
      [&] {
        const std::uintmax_t size = fs::file_size(today());
        put_one(host);
        fs::resize_file(today(), size);
      },
      [&] {
        put_one(host);
        fs::resize_file(today(), fs::file_size(today()) - 5);
      },
      // Another file in its place.
      [&] {
        fs::copy_file(today(), folder_ + "/copy");
        fs::rename(folder_ + "/copy", today());
      },
      [&] { fs::remove(today()); },
      [&] { ASSERT_EQ((fs::remove(last()), ::mkfifo(last().c_str(), 0600)), 0); },
      [&] { fs::remove(last()), fs::create_symlink(folder_ + "/nowhere", last()); },
      [&] { fs::remove(last()), fs::create_symlink(today(), last()); },
  };
  for (std::size_t n = 0; n < accidents.size(); ++n) {
    for (int fine = 0; fine < 2; ++fine) put_one(host);
    accidents[n]();
    put_one(host);
    EXPECT_GE(all_read_back(), 1U) << n;
    EXPECT_EQ(not_left_, "") << n;
  }
  fs::remove(last());
  fs::create_directories(last() + "/full");
  put_one(host);
  EXPECT_NE(not_left_, "") << "a folder is not replaced, and not silently";
  EXPECT_FALSE(fs::exists(last() + ".new"));
  EXPECT_GE(all_read_back(), 1U);
}

TEST_F(Beside, KilledAtAnyMomentAndTwoAtOnce) {
  BusyHost random(1, 5);
  const auto size = [&] { return fs::exists(today()) ? fs::file_size(today()) : 0; };
  constexpr int rounds = 60;
  for (int round = 0; round < rounds; ++round) {
    const std::uintmax_t size_before = size();
    const auto work = [&](unsigned seed) {
      return in_child([&, seed] {
        BusyHost host(60, seed);
        for (;;) put_one(host);
      });
    };
    const pid_t one = work(static_cast<unsigned>(2 * round)), two = work(static_cast<unsigned>(2 * round + 1));
    // Every other time when one of them has appended, so that the moment is within a later append.
    for (int wait = 0; round % 2 == 0 && size() == size_before && wait < 4000; ++wait) ::usleep(5000);
    ::usleep(random.number(0, 20'000));
    for (const pid_t pid : {one, two}) {
      ::kill(pid, SIGKILL);
      EXPECT_EQ(exit_of(pid), 1000 + SIGKILL);
    }
  }
  const std::size_t before = all_read_back();
  EXPECT_GE(before, rounds / 2U);
  BusyHost host(60);
  put_one(host);
  EXPECT_EQ(all_read_back(), before + 1);
}

TEST_F(Beside, GoesWithItsDay) {
  BusyHost host(5);
  const auto there = [&] {
    std::string names;
    for (const char* day : {"20261119", "20261120", "20261121", "20261122"})
      names += fs::exists(folder_ + "/." + day + ".last") ? std::string(day) + ' ' : "";
    return names;
  };
  for (const int day : {-2, 1}) put_one(host, circumstances_at(noon + day * 1440 * minute));
  EXPECT_EQ(there(), "20261122 ") << "the first snapshot of a day clears away behind the days before";
  put_one(host);
  EXPECT_EQ(there(), "20261121 20261122 ") << "a clock that was set back";
  write(folder_ + "/.20261120.last.new", "of one who was killed");
  write(folder_ + "/.notes.last", "of somebody else");
  fs::remove(today());
  put_one(host);
  EXPECT_FALSE(fs::exists(folder_ + "/.20261120.last.new"));
  EXPECT_TRUE(fs::exists(folder_ + "/.notes.last"));
  const auto removed =
      kernel::remove_old_days(folder_, day_of_file_name, "20261122.jsonl.zst", {.oldest_day = {}, .most_bytes = 0});
  EXPECT_EQ(removed->size(), 2U);
  EXPECT_EQ(there(), "20261122 ");
}

}  // namespace
}  // namespace skq::test
