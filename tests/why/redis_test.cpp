// A redis on a unix socket: stopped while a client pipelines, and as busy as its own benchmark makes it.
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "daemon.h"

namespace why {
namespace {

class Redis : public WhyTest {
 protected:
  void start() {
    daemon = std::make_unique<live::Running>(std::vector<std::string>{
        program("redis-server"), "--port", "0", "--unixsocket", file("r"), "--save", "", "--dir", folder()});
    ASSERT_TRUE(await([&] { return !inodes_at(file("r"), true).empty(); })) << daemon->finish().out;
  }

  void TearDown() override {
    daemon.reset();
    WhyTest::TearDown();
  }

  std::unique_ptr<live::Running> daemon;
};

TEST_F(Redis, StoppedAndAPipeliningClient) {
  NEED_PROGRAM("redis-server");
  ASSERT_NO_FATAL_FAILURE(start());
  UniqueFd socket = live::unix_socket(SOCK_STREAM);
  const int fd = socket.get();
  ASSERT_TRUE(live::unix_connect(fd, file("r")));
  ASSERT_TRUE(live::send_text(fd, "PING\r\n"));
  char answer_bytes[7] = {};
  ASSERT_EQ(read(fd, answer_bytes, sizeof answer_bytes), 7) << "situation: redis does not answer";
  EXPECT_EQ(ask_why().critical(), "");

  daemon->signal(SIGSTOP);
  ASSERT_TRUE(await([&] { return state_of(daemon->pid()) == 'T'; }));
  const Actor client("pipeliner", {fd}, [fd](Told& told) {
    const std::string ping = "PING\r\n";
    while (send(fd, ping.data(), ping.size(), MSG_DONTWAIT) > 0) {
    }
    told.will_block();
    (void)!write(fd, ping.data(), ping.size());
  });
  socket.reset();
  ASSERT_BLOCKS(client, write_number);
  const int accepted = descriptor_of(daemon->pid(), inodes_at(file("r"), false));
  ASSERT_GE(accepted, 0) << "situation";
  const Answer answer = ask_why();
  expect_stuck(answer, "unix-send-blocked", client.waits(fd, "write"),
               {daemon->pid(), accepted, "redis-server", "stopped"});
}

TEST_F(Redis, BenchmarkIsHealthy) {
  NEED_PROGRAM("redis-server");
  NEED_PROGRAM("redis-benchmark");
  ASSERT_NO_FATAL_FAILURE(start());
  const live::Running load(
      {program("redis-benchmark"), "-s", file("r"), "-l", "-q", "-c", "50", "-P", "16", "-t", "set,get,lrange"},
      {.stdout_path = "/dev/null"});
  ASSERT_TRUE(await([&] { return inodes_at(file("r"), false).size() >= 50; })) << "situation";
  expect_healthy(20);
}

}  // namespace
}  // namespace why
