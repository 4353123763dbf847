// What goes wrong: processes that are killed, two recorders at once, no room, no rights, files that are none, old days,
// clocks.
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>

#include "day_files.h"

namespace live {
namespace {

namespace fs = std::filesystem;

class RecordFaults : public RecordTest {
 protected:
  void make(const std::string& name, std::size_t size = 100) const {
    std::ofstream(file(name)) << std::string(size, 'x');
  }
  static std::string day_name(int days_ago) {
    return skq::day_file_name((std::int64_t{time(nullptr)} - std::int64_t{days_ago} * 86400) * 1'000'000'000);
  }
};

// Each time at another moment: before the first look, within one, within an append, between. All that is whole is
// there, and read_day_file sees that none is missing or there twice: the next one cuts off what was torn.
TEST_F(RecordFaults, KilledAtAnyMomentNothingWholeIsLost) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4110);
  const auto bytes = [&] {
    std::uintmax_t sum = 0;
    for (const std::string& path : day_files(folder())) sum += fs::file_size(path);
    return sum;
  };
  std::mt19937 random(7);
  std::size_t before = 0;
  constexpr int kills = 200;
  for (int n = 0; n < kills; ++n) {
    const pid_t pid = fork();
    if (pid == 0) {
      execl(SKQ_PATH, "skq", "record", to_folder().c_str(), "--interval=0.01", "--full-every=7", "-t", "-c", "local",
            static_cast<char*>(nullptr));
      _exit(127);
    }
    // Every other one when it has appended something, so that the moment is within a later look or append.
    const std::uintmax_t size = bytes();
    for (int wait = 0; n % 2 == 0 && bytes() == size && wait < 2000; ++wait) usleep(5000);
    usleep(std::uniform_int_distribution<useconds_t>(0, 30'000)(random));
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    if (n % 50 != 49) continue;
    const std::size_t now = read_folder(folder()).heads.size();
    EXPECT_GE(now, before);
    before = now;
  }
  EXPECT_GE(before, kills / 2U);
  EXPECT_EQ(record({"-t", "-c", "local", "--full-every=7"}).exit, 0);
  const DayRead day = read_folder(folder());
  EXPECT_FALSE(day.torn);
  EXPECT_EQ(day.heads.size(), before + 1);
}

TEST_F(RecordFaults, TwoAtOnceLoseNothing) {
  const std::vector<std::string> words =
      skq({"record", to_folder(), "--interval=0.01", "--count=50", "-t", "-c", "local"});
  Running one(words), other(words);
  EXPECT_EQ(one.finish().exit, 0);
  EXPECT_EQ(other.finish().exit, 0);
  EXPECT_EQ(read_folder(folder()).heads.size(), 100U);
}

// Whoever holds the lock may never let go.
TEST_F(RecordFaults, ASignalEndsTheWaitForTheLock) {
  ASSERT_EQ(record({"-t", "-c", "local"}).exit, 0);
  const std::string path = day_files(folder()).at(0);
  const skq::UniqueFd held(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(flock(held.get(), LOCK_EX), 0);
  for (const bool goes_on : {false, true}) {
    std::vector<std::string> words{"record", to_folder(), "-t", "-c", "local"};
    if (goes_on) words.emplace_back("--interval=60");
    Running waiting(skq(words));
    const std::string process = "/proc/" + std::to_string(waiting.pid()), descriptors = process + "/fd";
    const auto has_it_open = [&] {
      std::error_code error;
      // Before it is skq it has the descriptor of this test.
      if (fs::read_symlink(process + "/exe", error) != fs::canonical(SKQ_PATH, error)) return false;
      for (const auto& entry : fs::directory_iterator(descriptors, error))
        if (fs::read_symlink(entry.path(), error) == path) return true;
      return false;
    };
    for (int n = 0; n < 4000 && !has_it_open(); ++n) usleep(5000);
    EXPECT_TRUE(has_it_open());
    waiting.signal(SIGTERM);
    const Finished ended = waiting.finish();
    EXPECT_EQ(ended.signal, 0);
    EXPECT_EQ(ended.exit, goes_on ? 0 : 1) << ended.err;
    EXPECT_EQ(ended.err.find("locked by another"), std::string::npos) << "long before that: " << ended.err;
    EXPECT_EQ(ended.err, goes_on ? ""
                                 : "skq: wait for " + path +
                                       ", which another recorder has locked: ended by a signal, no snapshot was "
                                       "recorded\n");
  }
  ASSERT_EQ(flock(held.get(), LOCK_UN), 0);
  EXPECT_EQ(read_folder(folder()).heads.size(), 1U);
  EXPECT_EQ(record({"-t", "-c", "local"}).exit, 0);
}

// In a child, as mounts are made. It gets room again after the disk was full.
TEST_F(RecordFaults, AFullDiskIsAnErrorAndTheFileStaysReadable) {
  constexpr int not_permitted = 77;
  const auto uid = std::to_string(geteuid()), gid = std::to_string(getegid());
  const pid_t pid = fork();
  if (pid == 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) _exit(not_permitted);
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << gid << " 1";
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 || !fs::create_directory(file("disk")) ||
        mount("none", file("disk").c_str(), "tmpfs", 0, "size=64k") != 0)
      _exit(not_permitted);
    std::ofstream(file("disk/big")) << std::string(40 << 10, 'x');
    Running running(skq({"record", "--dir=" + file("disk"), "--interval=0.01", "-t", "--full-every=1",
                         "--log-file=" + file("log"), "--log-level=error"}));
    const auto until = [](const std::function<bool()>& what) {
      for (int n = 0; n < 4000 && !what(); ++n) usleep(5000);
      return what();
    };
    const auto said = [&] {
      std::ifstream log(file("log"));
      return std::string(std::istreambuf_iterator<char>(log), {});
    };
    const bool was_full = until([&] { return said().find("No space left") != std::string::npos; });
    const std::size_t when_full = read_folder(file("disk")).heads.size();
    fs::remove(file("disk/big"));
    const bool goes_on = until([&] { return read_folder(file("disk")).heads.size() > when_full; });
    running.signal(SIGTERM);
    const Finished ended = running.finish();
    if (!was_full || when_full < 2) _exit(1);
    if (!goes_on) _exit(2);
    if (ended.exit != 1) _exit(3);
    _exit(ended.err.find("No space left") == std::string::npos ? 4 : testing::Test::HasFailure() ? 5 : 0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  if (WEXITSTATUS(status) == not_permitted) GTEST_SKIP() << "no mounts in a user namespace here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(RecordFaults, WhereNothingCanBeWrittenItSaysSo) {
  const Finished missing = run_skq({"record", "--dir=" + file("missing")});
  EXPECT_EQ(missing.exit, 1);
  EXPECT_NE(missing.err.find("make it first"), std::string::npos) << missing.err;
  EXPECT_FALSE(fs::exists(file("missing")));
  make("plain");
  EXPECT_EQ(run_skq({"record", "--dir=" + file("plain")}).exit, 1);
  // The first error ends it: whoever started it shall see the mistake.
  EXPECT_EQ(run_skq({"record", "--dir=" + file("missing"), "--interval=0.01"}).exit, 1);
  if (in_own_user_namespace()) return;
  fs::create_directory(file("closed"));
  chmod(file("closed").c_str(), 0555);
  const Finished closed = run_skq({"record", "--dir=" + file("closed")}, {.user = 65534});
  EXPECT_EQ(closed.exit, 1);
  EXPECT_NE(closed.err.find("Permission denied"), std::string::npos) << closed.err;
}

// A new file's name is in the folder: both are on the disk before it ends, and of a file that was there, the file.
TEST_F(RecordFaults, ANewFileIsOnTheDiskWithItsName) {
  SKIP_WITHOUT("strace");
  const auto synced = [&] {
    std::vector<std::string> words{"env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f",         "-y", "-qq",
                                   "-e",  "trace=fsync,fdatasync",       "-o",     file("trace")};
    for (const std::string& word : skq({"record", to_folder(), "-t", "-c", "local"})) words.push_back(word);
    EXPECT_EQ(run(words).exit, 0);
    std::ifstream trace(file("trace"));
    std::string files;
    for (std::string line; std::getline(trace, line);) {
      if (line.find("sync(") == std::string::npos) continue;
      const bool day = line.find(day_name(0) + ">") != std::string::npos;
      const bool whole_folder = line.find("<" + folder() + ">") != std::string::npos;
      files += day ? "file " : whole_folder ? "folder " : line + " ";
    }
    return files;
  };
  EXPECT_EQ(synced(), "file folder ");
  EXPECT_EQ(synced(), "file ");
}

TEST_F(RecordFaults, WhatIsNoFileOfOursIsLeftAlone) {
  const std::string today = day_name(0);
  make("elsewhere");
  fs::create_symlink(file("elsewhere"), file(today));
  const Finished linked = record();
  EXPECT_EQ(linked.exit, 1) << "a symbolic link";
  EXPECT_NE(linked.err.find(today + ": a symbolic link is refused"), std::string::npos) << linked.err;
  EXPECT_EQ(fs::file_size(file("elsewhere")), 100U);
  fs::remove(file(today));
  ASSERT_EQ(mkfifo(file(today).c_str(), 0600), 0);
  EXPECT_EQ(record().exit, 1) << "a fifo";
  fs::remove(file(today));
  make(today);
  EXPECT_EQ(record().exit, 1) << "a file of something else";
  EXPECT_EQ(fs::file_size(file(today)), 100U);
}

TEST_F(RecordFaults, FramesOfOthersAreRefusedByTheirName) {
  SKIP_WITHOUT("zstd");
  const std::string path = file(day_name(0));
  std::ofstream(file("hello")) << "hello\n";
  ASSERT_EQ(run({"zstd", "-q", file("hello"), "-o", path}).exit, 0);
  const auto size = fs::file_size(path);
  const Finished refused = record({"-t"});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.err.find(path + ": "), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("not one of snapshots"), std::string::npos) << refused.err;
  EXPECT_EQ(fs::file_size(path), size);
}

TEST_F(RecordFaults, DamageSinceIsSaidOnceAndNothingBuildsOnIt) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4111);
  for (int n = 0; n < 2; ++n) EXPECT_EQ(record({"-ta"}).exit, 0);
  const std::string path = day_files(folder()).at(0);
  {
    std::fstream day(path, std::ios::binary | std::ios::in | std::ios::out);
    day.seekp(static_cast<std::streamoff>(600)).write("damag", 5);
  }
  const Finished next = record({"-ta"});
  EXPECT_EQ(next.exit, 0);
  EXPECT_NE(next.err.find("so this snapshot is a full one"), std::string::npos) << next.err;
  EXPECT_NE(next.err.find(day_name(0)), std::string::npos) << next.err;
  const Finished again = record({"-ta"});
  EXPECT_EQ(again.err, "");
  const Finished shown = run_skq({"--from", path, "-ltn", "-H", "-c", "local"});
  EXPECT_NE(shown.out.find(":4111"), std::string::npos) << shown.out << shown.err;
  EXPECT_EQ(shown.err, "");
}

TEST_F(RecordFaults, KeepsThatManyDaysAndTouchesNothingElse) {
  for (const int days_ago : {-1, 1, 2, 3, 4}) make(day_name(days_ago));
  make("notes.txt");
  make(day_name(9) + ".bak");
  fs::create_directory(file(day_name(8)));
  fs::create_symlink(file("notes.txt"), file(day_name(7)));
  const Finished done = record({"-t", "-c", "local", "--keep-days=2", "--log-level=info"});
  EXPECT_EQ(done.exit, 0) << done.err;
  for (const int days_ago : {-1, 0, 1, 2}) EXPECT_TRUE(fs::exists(file(day_name(days_ago)))) << days_ago;
  for (const int days_ago : {3, 4}) {
    EXPECT_FALSE(fs::exists(file(day_name(days_ago)))) << days_ago;
    EXPECT_NE(done.err.find("removed " + day_name(days_ago)), std::string::npos) << done.err;
  }
  EXPECT_TRUE(fs::exists(file(day_name(8))) && fs::is_symlink(file(day_name(7))));
  EXPECT_EQ(record({"-t", "-c", "local", "--max-bytes=1"}).exit, 0);
  EXPECT_TRUE(fs::exists(file(day_name(0)))) << "never the current day";
  EXPECT_TRUE(fs::exists(file(day_name(-1)))) << "nor one of the future";
  EXPECT_FALSE(fs::exists(file(day_name(1))));
  EXPECT_TRUE(fs::exists(file("notes.txt")) && fs::exists(file(day_name(9) + ".bak")));
}

// Two hosts in one folder: the host's name is that of the UTS namespace.
TEST_F(RecordFaults, NoDeltaIsAgainstAnotherHost) {
  const auto as_host = [&](const std::string& name) {
    const pid_t pid = fork();
    if (pid == 0) {
      if (unshare(CLONE_NEWUTS) != 0 || sethostname(name.c_str(), name.size()) != 0) _exit(77);
      _exit(record({"-t", "-c", "local"}).exit);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WEXITSTATUS(status);
  };
  const int first = as_host("web1");
  if (first == 77) GTEST_SKIP() << "no UTS namespace here";
  EXPECT_EQ(first, 0);
  for (const char* name : {"web1", "web2", "web1", "web1"}) EXPECT_EQ(as_host(name), 0);
  std::string kinds;
  for (const skq::SnapshotHead& head : read_folder(folder()).heads) kinds += head.at.host + (head.full ? "F " : "d ");
  EXPECT_EQ(kinds, "web1F web1d web2F web1F web1d ");
}

}  // namespace
}  // namespace live
