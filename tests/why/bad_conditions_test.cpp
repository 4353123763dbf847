// Processes that end while they are looked at, pids that are used again, a frozen cgroup, and an ordinary user: less
// may be said, but never a wrong name.
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "why_test.h"

namespace why {
namespace {

using BadConditions = WhyTest;

bool write_file(const std::string& path, const std::string& text) {
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.valid() && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Every name in the answer is one of these.
void expect_only(const Answer& answer, const std::vector<std::string>& comms) {
  const auto known = [&](const std::string& comm) {
    return comm.empty() || std::find(comms.begin(), comms.end(), comm) != comms.end();
  };
  for (const SaidFinding& finding : answer.findings) {
    for (const SaidWaiter& waiter : finding.waiters) EXPECT_TRUE(known(waiter.comm)) << waiter.comm;
    for (const SaidCulprit& culprit : finding.culprits) EXPECT_TRUE(known(culprit.comm)) << culprit.comm;
  }
}

/// Forks a pair of processes, stuck on each other for some milliseconds, over and over.
void come_and_go(Told& told) {
  told.will_block();
  for (;;) {
    Pair pair = unix_pair(SOCK_STREAM);
    const pid_t reader = fork();
    if (reader == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      prctl(PR_SET_NAME, "brief-reader");
      pair.a.reset();
      for (;;) pause();
    }
    const pid_t writer = fork();
    if (writer == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      prctl(PR_SET_NAME, "brief-writer");
      pair.b.reset();
      live::send_until_full(pair.a.get(), 1000);
      (void)!write(pair.a.get(), "x", 1);
      _exit(0);
    }
    pair = {};
    usleep(3000);
    kill(writer, SIGKILL);
    kill(reader, SIGKILL);
    waitpid(writer, nullptr, 0);
    waitpid(reader, nullptr, 0);
  }
}

TEST_F(BadConditions, ProcessesEndWhileTheyAreLookedAt) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer = blocked_writer("writer", to);
  const Actor churn("churn", {}, come_and_go), more_churn("churn", {}, come_and_go);
  pair = {};
  ASSERT_BLOCKS(writer, write_number);
  ASSERT_TRUE(await([&] { return churn.told().tid != 0; }));
  for (int call = 0; call < 20 && !HasFailure(); ++call) {
    const Answer answer = ask_why();
    expect_only(answer, {"reader", "writer", "churn", "brief-reader", "brief-writer", live::own_comm()});
    expect_stuck(answer, "unix-send-blocked", writer.waits(to, "write"), reader.causes(from, "stopped"));
    for (const SaidFinding& finding : answer.findings) {
      for (const SaidWaiter& waiter : finding.waiters) EXPECT_NE(waiter.comm, "brief-reader") << finding.title;
    }
  }
}

// The same pid is now a reader that holds a socket, now one that holds none: the latter is never to blame.
TEST_F(BadConditions, APidThatIsUsedAgain) {
  if (!write_file("/proc/sys/kernel/ns_last_pid", std::to_string(getpid() + 5000)))
    GTEST_SKIP() << "the next pid cannot be chosen here";
  const pid_t reused = getpid() + 10'000;  // far from those that the actors get now
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor writer = blocked_writer("writer", to);
  const Actor keeper = holder("keeper", {from});
  const Actor churn("churn", {from}, [&](Told& told) {
    for (bool holds = true;; holds = !holds) {
      write_file("/proc/sys/kernel/ns_last_pid", std::to_string(reused - 1));
      const pid_t child = fork();
      if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!holds) close(from);  // before it has the name: who is called so never held it
        prctl(PR_SET_NAME, holds ? "has-it" : "has-nothing");
        for (;;) pause();
      }
      if (child == reused && told.tid == 0) told.will_block();
      usleep(holds ? 4000 : 2000);
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
  });
  pair = {};
  ASSERT_BLOCKS(writer, write_number);
  ASSERT_TRUE(await([&] { return churn.told().tid != 0; })) << "situation: the pid was not used";
  for (int call = 0; call < 20 && !HasFailure(); ++call) {
    const Answer answer = ask_why();
    const auto* finding = expect_waiter(answer, "unix-send-blocked", writer.waits(to, "write"));
    ASSERT_NE(finding, nullptr);
    for (const SaidCulprit& culprit : finding->culprits) EXPECT_NE(culprit.comm, "has-nothing") << answer.text;
    EXPECT_NE(finding->culprit(keeper.pid()), nullptr) << answer.text;
  }
}

/// A cgroup with a freezer of either version, gone with the object.
class Freezer {
 public:
  Freezer() {
    const std::string name = "/skq-why-" + std::to_string(now_ns());
    for (const char* root : {"/sys/fs/cgroup/freezer", "/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
      const std::string made = root + name;
      if (mkdir(made.c_str(), 0755) != 0) continue;
      for (const auto& [file, on, off] :
           {std::tuple{"/freezer.state", "FROZEN", "THAWED"}, {"/cgroup.freeze", "1", "0"}}) {
        if (access((made + file).c_str(), W_OK) != 0) continue;
        folder_ = made, switch_ = made + file, on_ = on, off_ = off;
        return;
      }
      rmdir(made.c_str());
    }
  }
  Freezer(const Freezer&) = delete;
  Freezer& operator=(const Freezer&) = delete;
  ~Freezer() {
    if (folder_.empty()) return;
    thaw();
    await([&] { return rmdir(folder_.c_str()) == 0; }, 2000);
  }
  [[nodiscard]] bool take(pid_t pid) const {
    return !folder_.empty() && write_file(folder_ + "/cgroup.procs", std::to_string(pid));
  }
  [[nodiscard]] bool freeze() const {
    return write_file(switch_, on_) && await([&] { return is_frozen(); });
  }
  void thaw() const { write_file(switch_, off_); }

 private:
  [[nodiscard]] bool is_frozen() const {
    std::ifstream state(folder_ + "/freezer.state"), events(folder_ + "/cgroup.events");
    for (std::string line; std::getline(state, line) || std::getline(events, line);) {
      if (line == "FROZEN" || line == "frozen 1") return true;
    }
    return false;
  }

  std::string folder_, switch_, on_, off_;
};

TEST_F(BadConditions, AReaderInAFrozenCgroup) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  Actor reader = holder("reader", {from});
  const Freezer freezer;
  if (!freezer.take(reader.pid())) GTEST_SKIP() << "no cgroup with a freezer may be made here";
  const Actor writer = blocked_writer("writer", to);
  pair = {};
  ASSERT_BLOCKS(writer, write_number);
  ASSERT_TRUE(freezer.freeze()) << "situation";
  const Answer answer = ask_why();
  freezer.thaw();
  const auto* finding = expect_waiter(answer, "unix-send-blocked", writer.waits(to, "write"));
  ASSERT_NE(finding, nullptr);
  const SaidCulprit* culprit = finding->culprit(reader.pid());
  ASSERT_NE(culprit, nullptr) << answer.text;
  EXPECT_EQ(culprit->doing, "stopped");
  EXPECT_NE(culprit->detail.find("froze"), std::string::npos) << culprit->detail;
}

constexpr uid_t nobody = 65534;

// A process that changed its uid is not dumpable, and its /proc/PID belongs to root, unless it says so.
bool become_nobody() {
  return setgroups(0, nullptr) == 0 && setresgid(nobody, nobody, nobody) == 0 &&
         setresuid(nobody, nobody, nobody) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
}

TEST_F(BadConditions, AnOrdinaryUserSeesHisOwnAndAGap) {
  if (live::in_own_user_namespace()) GTEST_SKIP() << "only root can become another user";
  Pair own = unix_pair(SOCK_STREAM), foreign = unix_pair(SOCK_STREAM);
  const int to = own.a.get(), from = own.b.get();
  const auto as_nobody = [](const Actor::Part& part) {
    return [part](Told& told) { become_nobody() ? part(told) : (void)(told.failed = true); };
  };
  const Actor reader("reader", {from}, as_nobody([](Told& told) {
                       told.will_block();
                       for (;;) pause();
                     }));
  const Actor writer("writer", {to}, as_nobody([&](Told& told) {
                       live::send_until_full(to, 1000);
                       told.will_block();
                       (void)!write(to, "x", 1);
                     }));
  const Actor foreign_reader = stopped_holder("foreign-reader", {foreign.b.get()});
  const Actor foreign_writer = blocked_writer("foreign-writer", foreign.a.get());
  own = {};
  foreign = {};
  ASSERT_TRUE(await([&] { return reader.told().tid != 0 || reader.told().failed; }));
  ASSERT_FALSE(reader.told().failed) << "situation: uid " << nobody << " cannot be had";
  ASSERT_TRUE(reader.stop());
  ASSERT_BLOCKS(writer, write_number);
  ASSERT_BLOCKS(foreign_writer, write_number);
  const Answer answer = ask_why({}, {.user = nobody});
  expect_stuck(answer, "unix-send-blocked", writer.waits(to, "write"), reader.causes(from, "stopped"));
  EXPECT_FALSE(answer.complete) << answer.text;
  EXPECT_FALSE(answer.gap_kinds.empty()) << answer.text;
  EXPECT_NE(answer.text.find("skq: "), std::string::npos) << "nothing on stderr";
}

}  // namespace
}  // namespace why
