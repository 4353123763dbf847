// What an ordinary user sees: every socket, and honest words about the owners that only root may see.
#include <sys/prctl.h>
#include <sys/wait.h>

#include "live_test.h"

namespace live {
namespace {

constexpr uid_t nobody = 65534;

class OrdinaryUser : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    if (in_own_user_namespace()) GTEST_SKIP() << "only root can become another user";
    const pid_t trial = fork();
    if (trial == 0) _exit(setresuid(nobody, nobody, nobody) == 0 ? 0 : 1);
    int status = 0;
    waitpid(trial, &status, 0);
    if (status != 0) GTEST_SKIP() << "there is no uid 65534 in this user namespace";
    listener_ = unix_listener(SOCK_STREAM, file("l"), 5);
    pair_ = unix_pair(SOCK_STREAM);
    tcp_ = tcp_listener("127.0.0.1", 4030);
    client_ = inet_client("127.0.0.1", 4030);
    send_until_full(pair_.a.get(), 1);
  }

  [[nodiscard]] std::uint32_t inode() const { return inode_of(pair_.a.get()); }

  const Surroundings as_nobody{.user = nobody};

 private:
  UniqueFd listener_, tcp_, client_;
  Pair pair_;
};

TEST_F(OrdinaryUser, SeesTheSameRowsAsRoot) {
  const std::vector<std::string> arguments{
      "-xtua", "-n", "--format=raw", "-c",
      "netid,state,recv_q,send_q,local,peer,inode,cookie,uid,send_mem,sndbuf,fill,recv_mem,writable,shutdown,vfs_ino"};
  const Finished root = run_skq(arguments);
  const Finished user = run_skq(arguments, as_nobody);
  EXPECT_EQ(user.exit, 0) << user.err;
  EXPECT_EQ(user.err, "");
  EXPECT_EQ(user.out, root.out);
}

TEST_F(OrdinaryUser, OwnersOfOthersAreAbsentAndToldOnce) {
  const std::vector<std::string> arguments{"-xtap", "--format=raw", "-c", "inode,owners,peer_owners,pid,comm"};
  const Finished user = run_skq(arguments, as_nobody);
  EXPECT_EQ(user.exit, 0);
  EXPECT_NE(user.err.find("owners"), std::string::npos) << user.err;
  EXPECT_EQ(user.err.find('\n'), user.err.size() - 1) << "one line: " << user.err;
  const Rows rows(user.out);
  const Row& row = rows.one("inode", std::to_string(inode()));
  for (const char* column : {"owners", "peer_owners", "pid", "comm"}) EXPECT_TRUE(row.is_null(column)) << column;
}

TEST_F(OrdinaryUser, StrictAndJsonSayIncomplete) {
  EXPECT_EQ(run_skq({"-xap", "--strict"}, as_nobody).exit, 3);
  EXPECT_EQ(run_skq({"-xa", "--strict"}, as_nobody).exit, 0) << "no owners asked, nothing missing";
  const Finished json = run_skq({"-xap", "-J"}, as_nobody);
  EXPECT_EQ(json.exit, 0);
  EXPECT_NE(json.out.find("\"complete\":false"), std::string::npos) << json.out.substr(0, 500);
  EXPECT_NE(json.out.find("\"kind\":\"owners\""), std::string::npos) << json.out.substr(0, 500);
  EXPECT_NE(json.out.find("\"owners\":null"), std::string::npos);
}

// A filter that leaves no row leaves nothing whose owner could be missing.
TEST_F(OrdinaryUser, AFilterByMarkSaysThatMarksAreHidden) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4014);
  const int mark = 77;
  ASSERT_EQ(setsockopt(listener.get(), SOL_SOCKET, SO_MARK, &mark, sizeof mark), 0);
  EXPECT_NE(run_skq({"-tln", "fwmark", "=", "77"}).out.find(":4014"), std::string::npos);
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"-tln", "--strict", "fwmark", "=", "77"},
                                                    {"-tln", "--strict", "--where", "mark == 77"}}) {
    const Finished finished = run_skq(arguments, as_nobody);
    EXPECT_EQ(finished.exit, 3);
    EXPECT_NE(finished.err.find("CAP_NET_ADMIN"), std::string::npos) << finished.err;
  }
}

TEST_F(OrdinaryUser, NoOwnerOfARowThatIsLeftOutAnywayIsMissed) {
  const Pair pair = unix_pair(SOCK_STREAM);
  const Finished finished = run_skq({"-xa", "--strict", "--where", "inode == 1 and comm == \"x\""}, as_nobody);
  EXPECT_EQ(finished.exit, 0);
  EXPECT_EQ(finished.err, "");
}

TEST_F(OrdinaryUser, NoGapWhereNoRowIsShown) {
  const Finished finished = run_skq({"-xap", "--strict", "src", "/there/is/no/such"}, as_nobody);
  EXPECT_EQ(finished.exit, 0);
  EXPECT_EQ(finished.err, "");
}

TEST_F(OrdinaryUser, SeesItsOwnOwners) {
  const Child own({}, [] {
    if (setresgid(nobody, nobody, nobody) != 0 || setresuid(nobody, nobody, nobody) != 0) return false;
    static Pair pair = unix_pair(SOCK_STREAM);
    // A process that changed its uid is not dumpable, and its /proc/PID/fd belongs to root.
    return prctl(PR_SET_DUMPABLE, 1) == 0;
  });
  ASSERT_TRUE(own.ok());
  const Finished user = run_skq({"-xap", "--format=raw", "-c", "inode,pid,uid"}, as_nobody);
  const Rows rows(user.out);
  EXPECT_EQ(rows.count("pid", std::to_string(own.pid())), 2U) << user.out;
  EXPECT_EQ(rows.count("uid", std::to_string(nobody)), 2U);
}

}  // namespace
}  // namespace live
