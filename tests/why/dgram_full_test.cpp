// A datagram receiver whose queue is full by the number of messages, however small they are, and those who wait for it.
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "why_test.h"

namespace why {
namespace {

constexpr const char* full_rule = "unix-dgram-receiver-full";

class DgramFull : public WhyTest {
 protected:
  /// A stopped process that holds a receiver of that name.
  Actor receiver(const std::string& comm, const std::string& name) {
    UniqueFd bound = live::unix_bound(SOCK_DGRAM, name);
    receiver_fd = bound.get();
    receiver_inode = live::inode_of(receiver_fd);
    return stopped_holder(comm, {receiver_fd});
  }
  /// Fills it by a socket that stays.
  void fill(const std::string& name) {
    filler_ = live::unix_client(SOCK_DGRAM, name);
    ASSERT_GT(live::send_until_full(filler_.get(), 1), 5U) << "situation";
  }
  Actor connected_sender(const std::string& comm, const std::string& name) {
    UniqueFd socket = live::unix_socket(SOCK_DGRAM);
    sender_fd = socket.get();
    live::unix_connect(sender_fd, name);
    return Actor(comm, {sender_fd}, [fd = sender_fd](Told& told) {
      told.will_block();
      (void)!write(fd, "x", 1);
    });
  }
  /// `send` blocks in a call that carries the name.
  Actor naming_sender(const std::string& name, void (*send)(int, std::string_view)) {
    UniqueFd socket = live::unix_socket(SOCK_DGRAM);
    sender_fd = socket.get();
    return Actor("sender", {sender_fd}, [&, fd = sender_fd](Told& told) {
      told.will_block();
      send(fd, name);
    });
  }

  void expect_full(const Waiting& waits, const Actor& server) {
    const Answer answer = ask_why();
    const auto* finding = expect_stuck(answer, full_rule, waits, server.causes(receiver_fd, "stopped"));
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->peer_inode, receiver_inode) << answer.text;
  }

  int receiver_fd = -1, sender_fd = -1;
  std::uint32_t receiver_inode = 0;

 private:
  UniqueFd filler_;
};

TEST_F(DgramFull, ConnectedSender) {
  const Actor server = receiver("server", file("s"));
  fill(file("s"));
  const Actor sender = connected_sender("sender", file("s"));
  ASSERT_BLOCKS(sender, write_number);
  expect_full(sender.waits(sender_fd, "write"), server);
}

TEST_F(DgramFull, SendtoAPath) {
  const Actor server = receiver("server", file("s"));
  fill(file("s"));
  const Actor sender = naming_sender(file("s"), send_to_name);
  ASSERT_BLOCKS(sender, SYS_sendto);
  expect_full(sender.waits(sender_fd, "sendto"), server);
}

TEST_F(DgramFull, SendmsgToAPath) {
  const Actor server = receiver("server", file("s"));
  fill(file("s"));
  const Actor sender = naming_sender(file("s"), send_message_to_name);
  ASSERT_BLOCKS(sender, SYS_sendmsg);
  expect_full(sender.waits(sender_fd, "sendmsg"), server);
}

TEST_F(DgramFull, SendtoAnAbstractName) {
  const std::string name("\0skq why\n", 9);
  const Actor server = receiver("server", name);
  fill(name);
  const Actor sender = naming_sender(name, send_to_name);
  ASSERT_BLOCKS(sender, SYS_sendto);
  expect_full(sender.waits(sender_fd, "sendto"), server);
}

// The path is relative to where the sender is, and names another file from where skq is.
TEST_F(DgramFull, SendtoARelativePath) {
  const Actor server = receiver("server", file("s"));
  fill(file("s"));
  UniqueFd socket = live::unix_socket(SOCK_DGRAM);
  sender_fd = socket.get();
  const Actor sender("sender", {sender_fd}, [&](Told& told) {
    told.failed = chdir(folder().c_str()) != 0;
    told.will_block();
    send_to_name(sender_fd, "s");
  });
  ASSERT_BLOCKS(sender, SYS_sendto);
  expect_full(sender.waits(sender_fd, "sendto"), server);
}

TEST_F(DgramFull, PollOfAConnectedSender) {
  const Actor server = receiver("server", file("s"));
  fill(file("s"));
  UniqueFd socket = live::unix_socket(SOCK_DGRAM);
  sender_fd = socket.get();
  ASSERT_TRUE(live::unix_connect(sender_fd, file("s")));
  const Actor sender = Actor("sender", {sender_fd}, [&](Told& told) {
    pollfd wanted{sender_fd, POLLOUT, 0};
    told.will_block();
    syscall(SYS_ppoll, &wanted, 1, nullptr, nullptr, 0);
  });
  socket.reset();
  ASSERT_BLOCKS(sender, SYS_ppoll);
  expect_full(sender.waits(sender_fd, "ppoll"), server);
}

TEST_F(DgramFull, TwelveSendersAreAllTold) {
  const Actor server = receiver("server", file("s"));
  fill(file("s"));
  std::vector<Actor> senders;
  std::vector<Waiting> waiting;
  for (int at = 0; at < 12; ++at) {
    senders.push_back(connected_sender("sender" + std::to_string(at), file("s")));
    ASSERT_BLOCKS(senders.back(), write_number);
    waiting.push_back(senders.back().waits(sender_fd, "write"));
  }
  const Answer answer = ask_why();
  for (const Waiting& one : waiting) expect_stuck(answer, full_rule, one, server.causes(receiver_fd, "stopped"));
  ASSERT_EQ(answer.of_rule(full_rule).size(), 1U) << "one receiver, one finding\n" << answer.text;
  EXPECT_EQ(answer.of_rule(full_rule)[0]->waiters.size(), 12U);
}

// A server was started anew on the same path, and the old one lives on: the client of the old one waits for that.
TEST_F(DgramFull, TheOldServerOfAReplacedPathIsNamed) {
  const Actor old_server = receiver("old", file("s"));
  fill(file("s"));
  const Actor sender = connected_sender("sender", file("s"));
  const int old_fd = receiver_fd, waiting_fd = sender_fd;
  const auto old_inode = receiver_inode;
  unlink(file("s").c_str());
  const Actor new_server = receiver("new", file("s"));
  ASSERT_BLOCKS(sender, write_number);
  const Answer answer = ask_why();
  const auto* finding =
      expect_stuck(answer, full_rule, sender.waits(waiting_fd, "write"), old_server.causes(old_fd, "stopped"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->peer_inode, old_inode);
  EXPECT_EQ(finding->culprit(new_server.pid()), nullptr);
}

// And who names the path waits for the new one, though both have the same name.
TEST_F(DgramFull, TheNewServerOfAReplacedPathIsNamed) {
  const Actor old_server = receiver("old", file("s"));
  unlink(file("s").c_str());
  const Actor new_server = receiver("new", file("s"));
  fill(file("s"));
  const Actor sender = naming_sender(file("s"), send_to_name);
  ASSERT_BLOCKS(sender, SYS_sendto);
  const Answer answer = ask_why();
  const auto* finding =
      expect_stuck(answer, full_rule, sender.waits(sender_fd, "sendto"), new_server.causes(receiver_fd, "stopped"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->culprit(old_server.pid()), nullptr);
}

}  // namespace
}  // namespace why
