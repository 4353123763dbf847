// Real files and real processes: killed while they append, two at once, no room, days that end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "appending.h"
#include "base/unique_fd.h"

namespace skq::test {
namespace {

class Append : public AppendTest {};

std::vector<std::string> lines_of(int fd) {
  std::string all;
  std::array<char, 4096> some{};
  for (ssize_t got = 0; (got = ::read(fd, some.data(), some.size())) > 0;)
    all.append(some.data(), static_cast<std::size_t>(got));
  std::vector<std::string> lines;
  for (std::size_t at = 0, end = 0; (end = all.find('\n', at)) != std::string::npos; at = end + 1)
    lines.push_back(all.substr(at, end - at));
  return lines;
}

TEST_F(Append, TheWaitForTheLockHasAnEnd) {
  auto first = kernel::DayFile::open_to_append(folder_, "20261121.jsonl.zst");
  ASSERT_TRUE(first);
  kernel::LockWait wait{.longest = std::chrono::milliseconds(30)};
  const auto locked = kernel::DayFile::open_to_append(folder_, "20261121.jsonl.zst", wait);
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code, EWOULDBLOCK);
  EXPECT_NE(locked.error().doing.find("20261121.jsonl.zst is locked by another recorder"), std::string::npos);
  int pauses = 0;
  wait = {.pause = [&](std::chrono::milliseconds) { return ++pauses < 3; }};
  const auto given_up = kernel::DayFile::open_to_append(folder_, "20261121.jsonl.zst", wait);
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().code, EINTR);
  EXPECT_EQ(pauses, 3);
  wait.pause = [&](std::chrono::milliseconds) {
    const auto gone = std::move(first);
    return true;
  };
  EXPECT_TRUE(kernel::DayFile::open_to_append(folder_, "20261121.jsonl.zst", wait)) << "it was let go meanwhile";
}

TEST_F(Append, KilledAtAnyMomentNothingWholeIsLostOrDoubled) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const UniqueFd out(ends[0]), in(ends[1]);
  std::vector<std::string> told;
  BusyHost random(1, 11);
  constexpr int rounds = 200;
  for (int round = 0; round < rounds; ++round) {
    const pid_t pid = in_child([&] {
      BusyHost host(300, static_cast<unsigned>(round));
      Recorder recorder({.full_every = 7});
      for (int n = 0;; ++n) {
        const std::string id = std::to_string(round) + "." + std::to_string(n);
        if (!put(folder_, recorder, host, id)) ::_exit(2);
        const std::string line = id + "\n";
        if (::write(in.get(), line.data(), line.size()) < 0) ::_exit(3);
      }
    });
    // Every other one when it has appended at least once, so that the moment is within a later append.
    pollfd told_something{out.get(), POLLIN, 0};
    if (round % 2 == 0) {
      EXPECT_EQ(::poll(&told_something, 1, 20'000), 1);
    }
    ::usleep(random.number(0, 20'000));
    ::kill(pid, SIGKILL);
    EXPECT_EQ(exit_of(pid), 1000 + SIGKILL);
    for (std::string& line : lines_of(out.get())) told.push_back(std::move(line));
  }
  const std::map<std::string, int> ids = ids_of(today());
  EXPECT_GT(told.size(), 10U);
  for (const std::string& id : told) EXPECT_EQ(ids.count("\"" + id + "\""), 1U) << id;
  for (const auto& [id, count] : ids) EXPECT_EQ(count, 1) << id;
  // At most the one that was under way when its process died was not told of.
  EXPECT_LE(ids.size(), told.size() + rounds);
}

TEST_F(Append, TwoAtOnceLoseNothing) {
  constexpr int each = 40;
  std::vector<pid_t> pids;
  for (int who = 0; who < 2; ++who) {
    pids.push_back(in_child([&] {
      BusyHost host(100, static_cast<unsigned>(who));
      Recorder recorder({});
      for (int n = 0; n < each; ++n) {
        if (!put(folder_, recorder, host, std::to_string(who) + "." + std::to_string(n))) ::_exit(2);
      }
    }));
  }
  for (const pid_t pid : pids) EXPECT_EQ(exit_of(pid), 0);
  const auto ids = ids_of(today());
  EXPECT_EQ(ids.size(), 2U * each);
  for (const auto& [id, count] : ids) EXPECT_EQ(count, 1) << id;
}

// Appends until there is no more room; the number of snapshots that fitted, 0 for anything wrong.
int until_full(const std::string& folder) {
  BusyHost host(200);
  Recorder recorder({});
  for (int n = 0; n < 1000; ++n) {
    const auto appended = put(folder, recorder, host, std::to_string(n));
    if (appended) continue;
    const auto file = kernel::DayFile::open_to_read(folder + "/20261121.jsonl.zst");
    if (!file) return 0;
    const auto contents = read_contents(*file);
    const bool well = contents && contents->damages.empty() && contents->whole_end == file->size();
    const bool why = appended.error().code == EFBIG || appended.error().code == ENOSPC;
    return well && why && static_cast<int>(contents->snapshots.size()) == n ? n : 0;
  }
  return 0;
}

TEST_F(Append, AFileThatMayGrowNoMoreStaysReadable) {
  const pid_t pid = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    constexpr rlim_t most = 50'000;
    const rlimit limit{most, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const int fitted = until_full(folder_);
    const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &none);
    BusyHost host(10);
    Recorder recorder({});
    ::_exit(fitted > 2 && put(folder_, recorder, host, "again") ? 0 : 1);
  });
  EXPECT_EQ(exit_of(pid), 0);
  EXPECT_EQ(ids_of(today()).count("\"again\""), 1U);
}

// With rights over mounts of its own: files need an owner that exists there.
bool enter_own_mounts() {
  const auto uid = std::to_string(::getuid()), gid = std::to_string(::getgid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1";
  std::ofstream("/proc/self/gid_map") << "0 " << gid << " 1";
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

TEST_F(Append, AFullDiskLeavesTheFileReadable) {
  constexpr int not_permitted = 77;
  const pid_t pid = in_child([&] {
    if (!enter_own_mounts() || ::mount("none", folder_.c_str(), "tmpfs", 0, "size=100k") != 0) {
      ::_exit(not_permitted);
    }
    ::_exit(until_full(folder_) > 2 ? 0 : 1);
  });
  const int status = exit_of(pid);
  if (status == not_permitted) GTEST_SKIP() << "no user namespace here";
  EXPECT_EQ(status, 0);
}

// By one recorder that goes on, and by a new one for each snapshot.
TEST_F(Append, ADayEndsAClockGoesBackAHostBoots) {
  for (const bool goes_on : {true, false}) {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    BusyHost host(20);
    const RecordOptions options{.leaves_last = !goes_on};
    Recorder recorder(options);
    const auto at = [&](std::int64_t minutes, const std::string& name = "web1", const std::string& boot = "0c9d5a9e") {
      Circumstances when = circumstances_at(noon + minutes * minute);
      when.host = name;
      when.boot_id = boot;
      if (!goes_on) recorder = Recorder(options);
      const auto appended = put(folder_, recorder, host, std::to_string(minutes) + name + boot, when);
      EXPECT_TRUE(appended);
      if (!appended) return std::string();
      return appended->name + (appended->head.full ? " full " : " delta ") + std::to_string(appended->head.seq);
    };
    EXPECT_EQ(at(0), "20261121.jsonl.zst full 0");
    EXPECT_EQ(at(1), "20261121.jsonl.zst delta 1");
    EXPECT_EQ(at(720), "20261122.jsonl.zst full 0") << "a day is over";
    EXPECT_EQ(at(721), "20261122.jsonl.zst delta 1");
    EXPECT_EQ(at(2), "20261121.jsonl.zst delta 2") << "the clock was set back to another day";
    EXPECT_EQ(at(-5), "20261121.jsonl.zst delta 3") << "and before what is recorded of it";
    EXPECT_EQ(at(3, "web2"), "20261121.jsonl.zst full 4") << "two hosts in one folder";
    EXPECT_EQ(at(3), "20261121.jsonl.zst full 5");
    EXPECT_EQ(at(4, "web1", "77aa"), "20261121.jsonl.zst full 6") << "it was booted: every socket is another one";
    EXPECT_EQ(at(5, "web1", "77aa"), "20261121.jsonl.zst delta 7");
    EXPECT_EQ(at(4), "20261121.jsonl.zst full 8") << "late, and of the boot before";
    EXPECT_EQ(ids_of(today()).size(), 9U);
    EXPECT_EQ(ids_of(folder_ + "/20261122.jsonl.zst").size(), 2U);
    const auto contents = read_contents(*kernel::DayFile::open_to_read(today()));
    // The last in the file that is not later, whatever the clock said in between.
    EXPECT_EQ(find_at(*contents, noon), 3U);
    EXPECT_EQ(find_at(*contents, noon + 4 * minute), 8U);
    EXPECT_EQ(find_at(*contents, noon - 6 * minute), std::nullopt);
  }
}

TEST_F(Append, ModeAndWhatIsNoFile) {
  BusyHost host(5);
  Recorder recorder({});
  const mode_t before = ::umask(0);
  EXPECT_TRUE(put(folder_, recorder, host, "1"));
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat(today().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);

  fs::rename(today(), folder_ + "/elsewhere");
  fs::create_symlink(folder_ + "/elsewhere", today());
  EXPECT_FALSE(put(folder_, recorder, host, "2")) << "a symbolic link";
  fs::remove(today());
  ASSERT_EQ(::mkfifo(today().c_str(), 0600), 0);
  EXPECT_FALSE(put(folder_, recorder, host, "3")) << "a fifo";
  fs::remove(today());
  EXPECT_TRUE(put(folder_, recorder, host, "4"));
  EXPECT_EQ(ids_of(today()).size(), 1U);
}

// More beginnings of frames than a search goes through: what lies behind them stays.
TEST_F(Append, AFileThatWasNotSearchedThroughIsLeftAsItIs) {
  BusyHost host(5);
  {
    Recorder recorder({});
    ASSERT_TRUE(put(folder_, recorder, host, "1"));
  }
  {
    std::ofstream file(today(), std::ios::binary | std::ios::app);
    for (int i = 0; i < 40'000; ++i) file.write("\x28\xb5\x2f\xfd\x00\x58\x00\x00\x00", 9);
  }
  const auto size = fs::file_size(today());
  Recorder recorder({});
  const auto appended = put(folder_, recorder, host, "2");
  ASSERT_FALSE(appended);
  EXPECT_NE(appended.error().text().find("not searched"), std::string::npos) << appended.error().text();
  EXPECT_EQ(fs::file_size(today()), size);
}

// A line feed that zstdcat and jq would trip over, or a frame that zstd does not take, is no file of ours.
TEST_F(Append, ZstdAndJqReadEveryLine) {
  if (std::system("command -v zstdcat >/dev/null && command -v jq >/dev/null") != 0) GTEST_SKIP() << "no zstdcat or jq";
  BusyHost host(50);
  Recorder recorder({.full_every = 3});
  for (int n = 0; n < 5; ++n) ASSERT_TRUE(put(folder_, recorder, host, std::to_string(n)));
  const std::string command = "test $(zstdcat " + today() + " | jq -c 'select(.type == \"snapshot\")' | wc -l) = 5";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_F(Append, OldDaysGoWholeAndNothingElse) {
  const auto make = [&](const std::string& name, std::size_t size) {
    std::ofstream(folder_ + "/" + name) << std::string(size, 'x');
  };
  for (const char* name :
       {"20261118.jsonl.zst", "20261119.jsonl.zst", "20261120.jsonl.zst", "20261121.jsonl.zst", "20261122.jsonl.zst"})
    make(name, 100);
  make("20250101.jsonl.zst.bak", 100);
  make("20259999.jsonl.zst", 100);
  fs::create_directory(folder_ + "/20250102.jsonl.zst");
  fs::create_symlink(folder_ + "/20261121.jsonl.zst", folder_ + "/20250103.jsonl.zst");
  const auto removed = [&](const kernel::Retention& retention) {
    const auto names = kernel::remove_old_days(folder_, day_of_file_name, "20261121.jsonl.zst", retention);
    EXPECT_TRUE(names);
    return names ? *names : std::vector<std::string>();
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(removed({}), Names());
  EXPECT_EQ(removed({day_of_file_name("20261119.jsonl.zst"), {}}), Names{"20261118.jsonl.zst"});
  EXPECT_EQ(removed({{}, 399}), Names{"20261119.jsonl.zst"});
  EXPECT_EQ(removed({{}, 0}), Names{"20261120.jsonl.zst"}) << "never the current day, nor one of the future";
  EXPECT_TRUE(fs::exists(folder_ + "/20250101.jsonl.zst.bak"));
  EXPECT_TRUE(fs::exists(folder_ + "/20250102.jsonl.zst"));
  EXPECT_TRUE(fs::is_symlink(folder_ + "/20250103.jsonl.zst"));
}

}  // namespace
}  // namespace skq::test
