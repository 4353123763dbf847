// Unix listeners whose server does not accept: full, nearly full, and with clients who wait.
#include <sys/syscall.h>
#include <unistd.h>

#include "why_test.h"

namespace why {
namespace {

class AcceptQueue : public WhyTest {
 protected:
  /// A stopped server with that backlog, and that many clients in its queue.
  Actor server_with(int backlog, int queued, int type = SOCK_STREAM) {
    UniqueFd listener = live::unix_listener(type, file("l"), backlog);
    listener_fd = listener.get();
    listener_inode = live::inode_of(listener_fd);
    for (int at = 0; at < queued; ++at) {
      clients_.push_back(live::unix_client(type, file("l")));
      EXPECT_TRUE(clients_.back().valid()) << "situation: client " << at << " is refused";
    }
    return stopped_holder("server", {listener_fd});
  }
  Actor connecting(const std::string& comm, int type = SOCK_STREAM) {
    UniqueFd socket = live::unix_socket(type);
    client_fd = socket.get();
    return Actor(comm, {client_fd}, [this, fd = client_fd](Told& told) {
      told.will_block();
      live::unix_connect(fd, file("l"));
    });
  }

  int listener_fd = -1, client_fd = -1;
  std::uint32_t listener_inode = 0;

 private:
  std::vector<UniqueFd> clients_;
};

TEST_F(AcceptQueue, FullWithBlockedConnectors) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    unlink(file("l").c_str());
    const Actor server = server_with(2, 3, type);
    std::vector<Actor> clients;
    std::vector<Waiting> waiting;
    for (int at = 0; at < 3; ++at) {
      clients.push_back(connecting("client" + std::to_string(at), type));
      ASSERT_BLOCKS(clients.back(), SYS_connect);
      waiting.push_back(clients.back().waits(client_fd, "connect"));
    }
    const Answer answer = ask_why();
    for (const Waiting& one : waiting) {
      const auto* finding = expect_stuck(answer, "unix-accept-queue-full", one, server.causes(listener_fd, "stopped"));
      EXPECT_TRUE(finding == nullptr || finding->waiters.size() == 3) << answer.text;
    }
  }
}

TEST_F(AcceptQueue, FullWithNobodyBlocked) {
  const Actor server = server_with(2, 3);
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "unix-accept-queue-full", server.causes(listener_fd, "stopped"));
  ASSERT_NE(finding, nullptr);
  EXPECT_TRUE(finding->waiters.empty()) << answer.text;
  EXPECT_TRUE(finding->inode == listener_inode || finding->peer_inode == listener_inode) << answer.text;
}

TEST_F(AcceptQueue, Filling) {
  const Actor server = server_with(10, 9);
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "unix-accept-queue-filling", server.causes(listener_fd, "stopped"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, "warning");
  EXPECT_TRUE(answer.of_rule("unix-accept-queue-full").empty()) << answer.text;
}

TEST_F(AcceptQueue, FarFromFullIsNoFinding) {
  const Actor server = server_with(10, 3);
  const Answer answer = ask_why();
  EXPECT_TRUE(answer.of_rule("unix-accept-queue-filling").empty()) << answer.text;
  EXPECT_EQ(answer.critical(), "");
}

// It was let in line, sent all it could, and was not accepted: nobody has the other end yet but the listener's server.
TEST_F(AcceptQueue, AClientThatIsNotAcceptedYetFillsItsSocket) {
  const Actor server = server_with(5, 0);
  UniqueFd socket = live::unix_socket(SOCK_STREAM);
  const int fd = socket.get();
  ASSERT_TRUE(live::unix_connect(fd, file("l")));
  const Actor client = blocked_writer("client", fd);
  socket.reset();
  ASSERT_BLOCKS(client, write_number);
  const Answer answer = ask_why();
  expect_stuck(answer, "unix-send-blocked", client.waits(fd, "write"), server.causes(listener_fd, "stopped"));
}

// It waits for an answer from a server that has not even accepted. That may be told, but never blamed on another.
TEST_F(AcceptQueue, AClientThatIsNotAcceptedYetWaitsForAnAnswer) {
  const Actor server = server_with(0, 0);
  UniqueFd socket = live::unix_socket(SOCK_STREAM);
  const int fd = socket.get();
  ASSERT_TRUE(live::unix_connect(fd, file("l")));
  const Actor client("client", {fd}, [&](Told& told) {
    char byte = 'x';
    (void)!write(fd, &byte, 1);
    told.will_block();
    (void)!read(fd, &byte, 1);
  });
  socket.reset();
  ASSERT_BLOCKS(client, SYS_read);
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "unix-accept-queue-full", server.causes(listener_fd, "stopped"));
  ASSERT_NE(finding, nullptr);
  for (const SaidFinding& any : answer.findings) EXPECT_EQ(any.culprit(client.pid()), nullptr) << any.title;
}

}  // namespace
}  // namespace why
