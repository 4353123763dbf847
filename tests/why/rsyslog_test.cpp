// A rsyslogd that is stopped, and the loggers that it holds up: the datagram queue of a log socket has room for eleven.
#include <sys/syscall.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "daemon.h"

namespace why {
namespace {

using Rsyslog = WhyTest;

std::unique_ptr<live::Running> start_rsyslogd(const std::string& folder) {
  std::ofstream(folder + "/conf") << "module(load=\"imuxsock\" SysSock.Use=\"off\")\n"
                                  << "input(type=\"imuxsock\" Socket=\"" << folder << "/log\")\n"
                                  << "action(type=\"omfile\" file=\"" << folder << "/out\")\n";
  return std::make_unique<live::Running>(
      std::vector<std::string>{program("rsyslogd"), "-n", "-f", folder + "/conf", "-i", folder + "/pid"});
}

TEST_F(Rsyslog, StoppedAndItsLoggers) {
  NEED_PROGRAM("rsyslogd");
  NEED_PROGRAM("logger");
  const auto daemon = start_rsyslogd(folder());
  ASSERT_TRUE(await([&] { return !inodes_at(file("log"), false).empty(); })) << daemon->finish().err;
  ASSERT_EQ(live::run({program("logger"), "-u", file("log"), "it works"}).exit, 0);
  ASSERT_TRUE(await([&] { return std::filesystem::exists(file("out")); })) << "situation: rsyslogd does not log";
  EXPECT_EQ(ask_why().critical(), "");

  const int fd = descriptor_of(daemon->pid(), inodes_at(file("log"), false));
  ASSERT_GE(fd, 0) << "situation";
  daemon->signal(SIGSTOP);
  ASSERT_TRUE(await([&] { return state_of(daemon->pid()) == 'T'; }));
  const std::int64_t begin_ns = now_ns();
  std::vector<std::unique_ptr<live::Running>> loggers;
  for (int at = 0; at < 16; ++at) {
    loggers.push_back(std::make_unique<live::Running>(
        std::vector<std::string>{program("logger"), "-u", file("log"), "message " + std::to_string(at)}));
  }
  std::vector<Waiting> waiting;
  ASSERT_TRUE(await([&] {
    waiting.clear();
    for (const auto& logger : loggers) {
      const auto look = look_at(logger->pid(), logger->pid());
      if (!look || look->state != 'S' || (look->call != SYS_sendmsg && look->call != SYS_sendto)) continue;
      waiting.push_back({logger->pid(), logger->pid(), static_cast<int>(look->arguments[0]), "logger",
                         look->call == SYS_sendmsg ? "sendmsg" : "sendto", begin_ns, now_ns()});
    }
    return waiting.size() == 5;
  })) << "situation: "
      << waiting.size() << " loggers are blocked";
  const Answer answer = ask_why();
  const Cause rsyslogd{daemon->pid(), fd, "rsyslogd", "stopped"};
  for (const Waiting& one : waiting) expect_stuck(answer, "unix-dgram-receiver-full", one, rsyslogd);
  daemon->signal(SIGCONT);
  for (const auto& logger : loggers) EXPECT_EQ(logger->finish().exit, 0);
}

}  // namespace
}  // namespace why
