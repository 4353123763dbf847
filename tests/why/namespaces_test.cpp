// Who waits is in one network namespace, and who causes it in another; one of them may have no process at all.
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "why_test.h"

namespace why {
namespace {

class Namespaces : public WhyTest {
 protected:
  /// Makes something in a fresh network namespace, and comes back.
  void elsewhere(const std::function<void()>& make) {
    const UniqueFd here(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(unshare(CLONE_NEWNET), 0);
    make();
    ASSERT_EQ(setns(here.get(), CLONE_NEWNET), 0);
  }
};

TEST_F(Namespaces, AStreamServerInAnotherNamespace) {
  const Actor server("server", {}, [&](Told& told) {
    if (unshare(CLONE_NEWNET) != 0) told.failed = true;
    UniqueFd listener = live::unix_listener(SOCK_STREAM, file("s"), 5);
    told.second_tid = 1;
    UniqueFd accepted(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    told.fd = accepted.get();
    told.will_block();
    for (;;) pause();
  });
  ASSERT_TRUE(await([&] { return server.told().second_tid == 1; }));
  UniqueFd socket = live::unix_socket(SOCK_STREAM);
  const int fd = socket.get();
  ASSERT_TRUE(live::unix_connect(fd, file("s")));
  ASSERT_TRUE(await([&] { return server.told().tid != 0; }));
  ASSERT_FALSE(server.told().failed) << "situation";
  ASSERT_TRUE(server.stop());
  const Actor writer = blocked_writer("writer", fd);
  socket.reset();
  ASSERT_BLOCKS(writer, write_number);
  const Answer answer = ask_why();
  expect_stuck(answer, "unix-send-blocked", writer.waits(fd, "write"), server.causes(server.told().fd, "stopped"));
}

// The receiver is a socket of another namespace, and its holder lives there.
TEST_F(Namespaces, ADatagramServerInAnotherNamespace) {
  const Actor server("server", {}, [&](Told& told) {
    if (unshare(CLONE_NEWNET) != 0) told.failed = true;
    UniqueFd receiver = live::unix_bound(SOCK_DGRAM, file("s"));
    told.fd = receiver.get();
    told.will_block();
    for (;;) pause();
  });
  ASSERT_TRUE(await([&] { return server.told().tid != 0; }));
  ASSERT_FALSE(server.told().failed) << "situation";
  ASSERT_TRUE(server.stop());
  const UniqueFd filler = live::unix_client(SOCK_DGRAM, file("s"));
  ASSERT_GT(live::send_until_full(filler.get(), 1), 5U) << "situation";
  UniqueFd socket = live::unix_socket(SOCK_DGRAM);
  const int fd = socket.get();
  const Actor sender("sender", {fd}, [&](Told& told) {
    told.will_block();
    send_to_name(fd, file("s"));
  });
  socket.reset();
  ASSERT_BLOCKS(sender, SYS_sendto);
  const Answer answer = ask_why();
  expect_stuck(answer, "unix-dgram-receiver-full", sender.waits(fd, "sendto"),
               server.causes(server.told().fd, "stopped"));
}

// No process is in that namespace, only a socket that a process elsewhere holds.
TEST_F(Namespaces, ANamespaceOfSocketsOnly) {
  UniqueFd receiver;
  elsewhere([&] { receiver = live::unix_bound(SOCK_DGRAM, file("s")); });
  const int receiver_fd = receiver.get();
  const auto inode = live::inode_of(receiver_fd);
  const Actor server = stopped_holder("server", {receiver_fd});
  const UniqueFd filler = live::unix_client(SOCK_DGRAM, file("s"));
  receiver.reset();
  ASSERT_GT(live::send_until_full(filler.get(), 1), 5U) << "situation";
  UniqueFd socket = live::unix_socket(SOCK_DGRAM);
  const int fd = socket.get();
  ASSERT_TRUE(live::unix_connect(fd, file("s")));
  const Actor sender("sender", {fd}, [&](Told& told) {
    told.will_block();
    (void)!write(fd, "x", 1);
  });
  socket.reset();
  ASSERT_BLOCKS(sender, write_number);
  const Answer answer = ask_why();
  const auto* finding = expect_stuck(answer, "unix-dgram-receiver-full", sender.waits(fd, "write"),
                                     server.causes(receiver_fd, "stopped"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->peer_inode, inode);
}

// Both ends of a pair live there: without that namespace's dump there is nothing to see at all.
TEST_F(Namespaces, APairInANamespaceOfSocketsOnly) {
  Pair pair;
  elsewhere([&] { pair = unix_pair(SOCK_STREAM); });
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer = blocked_writer("writer", to);
  pair = {};
  ASSERT_BLOCKS(writer, write_number);
  const Answer answer = ask_why();
  expect_stuck(answer, "unix-send-blocked", writer.waits(to, "write"), reader.causes(from, "stopped"));
}

}  // namespace
}  // namespace why
