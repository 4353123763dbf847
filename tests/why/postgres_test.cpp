// A PostgreSQL whose client does not read what it asked for, and as busy as pgbench makes it.
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>

#include "daemon.h"

namespace why {
namespace {

class Postgres : public WhyTest {
 protected:
  void SetUp() override {
    WhyTest::SetUp();
    if (IsSkipped()) return;
    NEED_PROGRAM("initdb");
    NEED_PROGRAM("postgres");
    NEED_PROGRAM("psql");
    if (live::in_own_user_namespace()) GTEST_SKIP() << "PostgreSQL runs as no root, and here is no other user";
    ASSERT_NO_FATAL_FAILURE(start());
  }

  // Its processes have ended, and write no more, before the folder goes.
  void TearDown() override {
    if (daemon_) {
      daemon_->signal(SIGQUIT);
      daemon_->finish();
    }
    WhyTest::TearDown();
  }

  /// The client's words, with what comes before them.
  [[nodiscard]] std::vector<std::string> client(const std::string& name, std::vector<std::string> words) const {
    words.insert(words.begin(), {program(name), "-h", folder(), "-U", "postgres"});
    return words;
  }

 private:
  void start() {
    ASSERT_TRUE(servant().has_value());
    as_servant_.user = servant();
    ASSERT_EQ(chown(folder().c_str(), *servant(), static_cast<gid_t>(*servant())), 0);
    const live::Finished made = live::run(
        {program("initdb"), "-D", file("db"), "-A", "trust", "-U", "postgres", "-N", "--no-locale", "-E", "UTF8"},
        as_servant_);
    ASSERT_EQ(made.exit, 0) << made.err;
    daemon_ = std::make_unique<live::Running>(
        std::vector<std::string>{program("postgres"), "-D", file("db"), "-k", folder(), "-c", "listen_addresses=", "-c",
                                 "fsync=off", "-c", "shared_buffers=16MB"},
        as_servant_);
    ASSERT_TRUE(await([&] {
      return live::run(client("psql", {"-Atc", "select 1"})).out == "1\n";
    })) << daemon_->finish().err;
  }

  live::Surroundings as_servant_;
  std::unique_ptr<live::Running> daemon_;
};

// psql writes to a pipe that is not read, as `psql | less` does, and so does not read what the server sends.
TEST_F(Postgres, AClientThatDoesNotRead) {
  const live::Running psql(
      client("psql", {"-c", "set application_name = 'reader'", "-c",
                      "copy (select repeat('x', 1000) from generate_series(1, 1000000)) to stdout"}));
  const std::int64_t begin_ns = now_ns();
  ASSERT_TRUE(blocks(psql.pid(), psql.pid(), SYS_write)) << "situation: " << in_words(psql.pid(), psql.pid());
  const auto sockets = sockets_of(psql.pid());
  ASSERT_EQ(sockets.size(), 1U) << "situation";
  const std::string backend = live::run(client("psql", {"-Atc",
                                                        "select pid from pg_stat_activity "
                                                        "where application_name = 'reader'"}))
                                  .out;
  ASSERT_FALSE(backend.empty()) << "situation";
  const pid_t pid = std::stoi(backend);
  const auto by_epoll = [&] {
    for (const long call : {SYS_epoll_pwait,
#ifdef SYS_epoll_wait
                            SYS_epoll_wait
#endif
         }) {
      const auto look = look_at(pid, pid);
      if (look && look->state == 'S' && look->call == call) return true;
    }
    return false;
  };
  ASSERT_TRUE(await(by_epoll)) << "situation: " << in_words(pid, pid);
#ifdef SYS_epoll_wait
  const char* call = "epoll_wait";
#else
  const char* call = "epoll_pwait";
#endif
  const Waiting waiting{pid, pid, -1, comm_of(pid), call, begin_ns, now_ns()};
  const Answer answer = ask_why();
  const auto* finding =
      expect_stuck(answer, "unix-send-blocked", waiting, {psql.pid(), sockets[0].first, "psql", "sleeping"});
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->culprits[0].detail.find("write"), std::string::npos) << finding->culprits[0].detail;
}

TEST_F(Postgres, PgbenchIsHealthy) {
  NEED_PROGRAM("pgbench");
  const live::Finished filled = live::run(client("pgbench", {"-i", "-q", "postgres"}));
  ASSERT_EQ(filled.exit, 0) << filled.err;
  const live::Running load(client("pgbench", {"-c", "8", "-T", "100", "postgres"}), {.stdout_path = "/dev/null"});
  ASSERT_TRUE(await([&] { return sockets_of(load.pid()).size() >= 8; })) << "situation";
  expect_healthy(20);
}

}  // namespace
}  // namespace why
