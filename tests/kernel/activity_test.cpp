// A look at threads against real ones: one child for each way to wait on a socket, whose descriptor, inode and address
// are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "activity_look.h"
#include "base/unique_fd.h"

namespace skq::kernel {
namespace {

using test::BlockedChild;
using test::expect_wait;
using test::fill;
using test::inode_of;
using test::look_at;
using test::Looked;
using test::Pair;
using test::wait_until;
using test::wchan_of;
using ::testing::IsEmpty;

sockaddr_un abstract_address(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(&address.sun_path[1], name.data(), name.size());
  return address;
}

socklen_t size_of_name(const std::string& name) {
  return static_cast<socklen_t>(sizeof(sa_family_t) + 1 + name.size());
}

std::string unique_name(const char* what) { return "skq-activity-" + std::string(what) + std::to_string(::getpid()); }

/// A receiver whose queue is full, at an abstract address.
struct FullReceiver {
  explicit FullReceiver(const char* what) : name(unique_name(what)), address(abstract_address(name)) {
    fd = UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(fd.get(), as_sockaddr(), size_of_name(name)), 0);
    const UniqueFd sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    while (::sendto(sender.get(), "x", 1, MSG_DONTWAIT, as_sockaddr(), size_of_name(name)) > 0) {
    }
  }
  [[nodiscard]] const sockaddr* as_sockaddr() const { return reinterpret_cast<const sockaddr*>(&address); }
  /// Whether that is the address.
  [[nodiscard]] bool is(std::span<const std::byte> bytes) const {
    return bytes.size() == size_of_name(name) && std::memcmp(bytes.data(), &address, bytes.size()) == 0;
  }
  std::string name;
  sockaddr_un address;
  UniqueFd fd;
};

class ActivityOfPair : public ::testing::TestWithParam<int> {};

TEST_P(ActivityOfPair, SendToAFullPeer) {
  const Pair pair(GetParam());
  fill(pair.a.get());
  const BlockedChild child([&] { ::send(pair.a.get(), "xxxx", 4, 0); });
  ASSERT_TRUE(child.blocks_in(SYS_sendto));
  const Looked looked = look_at(child.pid());
  expect_wait(looked, {"sendto", pair.a.get(), WaitFor::send});
  EXPECT_EQ(wchan_of(looked), "sock_alloc_send_pskb");
  EXPECT_THAT(looked.thread()->waits.front().address, IsEmpty());
}

TEST_P(ActivityOfPair, ReceiveFromASilentPeer) {
  const Pair pair(GetParam());
  char byte = 0;
  const BlockedChild child([&] { ::recv(pair.a.get(), &byte, 1, 0); });
  ASSERT_TRUE(child.blocks_in(SYS_recvfrom));
  expect_wait(look_at(child.pid()), {"recvfrom", pair.a.get(), WaitFor::receive});
}

INSTANTIATE_TEST_SUITE_P(Types, ActivityOfPair, ::testing::Values(SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET));

TEST(Activity, WriteAndReadAreSendingAndReceiving) {
  const Pair pair(SOCK_STREAM);
  char byte = 0;
  const BlockedChild reader([&] { static_cast<void>(!::read(pair.b.get(), &byte, 1)); });
  ASSERT_TRUE(reader.blocks_in(SYS_read));
  expect_wait(look_at(reader.pid()), {"read", pair.b.get(), WaitFor::receive});
  const Pair full(SOCK_STREAM);
  fill(full.a.get());
  const BlockedChild writer([&] { static_cast<void>(!::write(full.a.get(), "xx", 2)); });
  ASSERT_TRUE(writer.blocks_in(SYS_write));
  expect_wait(look_at(writer.pid()), {"write", full.a.get(), WaitFor::send});
}

TEST(Activity, AReadOfAPipeIsACallButNoWaitOnASocket) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const UniqueFd out(pipe[0]), in(pipe[1]);
  char byte = 0;
  const BlockedChild child([&] { static_cast<void>(!::read(out.get(), &byte, 1)); });
  ASSERT_TRUE(child.blocks_in(SYS_read));
  const Looked looked = look_at(child.pid());
  ASSERT_NE(looked.thread(), nullptr);
  EXPECT_EQ(looked.thread()->call, "read");
  EXPECT_EQ(looked.thread()->call_fd, out.get());
  EXPECT_THAT(looked.thread()->waits, IsEmpty());
}

TEST(Activity, SendtoTellsWhomItWasMeantFor) {
  const FullReceiver receiver("sendto");
  const UniqueFd sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const BlockedChild child(
      [&] { ::sendto(sender.get(), "x", 1, 0, receiver.as_sockaddr(), size_of_name(receiver.name)); });
  ASSERT_TRUE(child.blocks_in(SYS_sendto));
  const Looked looked = look_at(child.pid());
  expect_wait(looked, {"sendto", sender.get(), WaitFor::send});
  EXPECT_EQ(wchan_of(looked), "unix_wait_for_peer");
  EXPECT_TRUE(receiver.is(looked.thread()->waits.front().address));
  EXPECT_FALSE(looked.thread()->waits.front().address_file.has_value());
}

TEST(Activity, SendmsgAndSendmmsgTellWhomTheyWereMeantFor) {
  FullReceiver receiver("sendmsg");
  const UniqueFd sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  char byte = 'x';
  iovec part{&byte, 1};
  mmsghdr message{};
  message.msg_hdr.msg_name = &receiver.address;
  message.msg_hdr.msg_namelen = size_of_name(receiver.name);
  message.msg_hdr.msg_iov = &part;
  message.msg_hdr.msg_iovlen = 1;
  const BlockedChild one([&] { ::sendmsg(sender.get(), &message.msg_hdr, 0); });
  const BlockedChild many([&] { ::sendmmsg(sender.get(), &message, 1, 0); });
  ASSERT_TRUE(one.blocks_in(SYS_sendmsg));
  ASSERT_TRUE(many.blocks_in(SYS_sendmmsg));
  const Looked by_one = look_at(one.pid()), by_many = look_at(many.pid());
  expect_wait(by_one, {"sendmsg", sender.get(), WaitFor::send});
  expect_wait(by_many, {"sendmmsg", sender.get(), WaitFor::send});
  EXPECT_TRUE(receiver.is(by_one.thread()->waits.front().address));
  EXPECT_TRUE(receiver.is(by_many.thread()->waits.front().address));
}

TEST(Activity, AcceptOfAListener) {
  const std::string name = unique_name("accept");
  const sockaddr_un address = abstract_address(name);
  const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size_of_name(name)), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  const BlockedChild old_call([&] { ::syscall(SYS_accept, listener.get(), nullptr, nullptr); });
  const BlockedChild new_call([&] { ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC); });
  ASSERT_TRUE(old_call.blocks_in(SYS_accept));
  ASSERT_TRUE(new_call.blocks_in(SYS_accept4));
  expect_wait(look_at(old_call.pid()), {"accept", listener.get(), WaitFor::accept});
  expect_wait(look_at(new_call.pid()), {"accept4", listener.get(), WaitFor::accept});
}

/// What unix_diag tells of the file that a socket of this network namespace is bound to.
std::optional<VfsObject> file_told_by_kernel(Inode inode) {
  struct {
    nlmsghdr head;
    unix_diag_req body;
  } request{};
  request.head = {sizeof request, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0};
  request.body.sdiag_family = AF_UNIX;
  request.body.udiag_ino = static_cast<std::uint32_t>(inode);
  request.body.udiag_states = ~0U;
  request.body.udiag_show = UDIAG_SHOW_VFS;
  request.body.udiag_cookie[0] = request.body.udiag_cookie[1] = ~0U;
  const UniqueFd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (::send(netlink.get(), &request, sizeof request, 0) < 0) return std::nullopt;
  alignas(nlmsghdr) std::array<char, 4096> answer{};
  const ssize_t size = ::recv(netlink.get(), answer.data(), answer.size(), 0);
  constexpr std::size_t first = NLMSG_LENGTH(sizeof(unix_diag_msg));
  for (std::size_t at = first; at + sizeof(nlattr) <= static_cast<std::size_t>(std::max<ssize_t>(size, 0));) {
    nlattr head{};
    std::memcpy(&head, answer.data() + at, sizeof head);
    unix_diag_vfs vfs{};
    std::memcpy(&vfs, answer.data() + at + sizeof head, sizeof vfs);
    if (head.nla_type == UNIX_DIAG_VFS)
      return VfsObject{vfs.udiag_vfs_ino, vfs.udiag_vfs_dev >> 20U, vfs.udiag_vfs_dev & 0xfffffU};
    if (head.nla_len == 0) break;
    at += NLA_ALIGN(head.nla_len);
  }
  return std::nullopt;
}

/// A listener at a path whose backlog is full, and the directory that it is in.
class FullListener : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(directory_.data()), nullptr);
    path_ = directory_ + "/socket";
    address_.sun_family = AF_UNIX;
    std::memcpy(&address_.sun_path[0], path_.data(), path_.size());
    listener_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_), 0);
    ASSERT_EQ(::listen(listener_.get(), 0), 0);
    queued_ = connect_to(address_, SOCK_NONBLOCK);
    ASSERT_TRUE(queued_.valid());
    client_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  }
  void TearDown() override {
    ::unlink(path_.c_str());
    ::unlink((directory_ + "/link").c_str());
    ::rmdir(directory_.c_str());
  }

  static UniqueFd connect_to(const sockaddr_un& address, int flags) {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
    return fd;
  }
  /// A link is followed from memory only while its time of access needs no update (relatime: it is not older than the
  /// link, nor a day), and within one tick of the clock it may be just as old.
  void make_link(const std::string& target) const {
    const std::string link = directory_ + "/link";
    ASSERT_EQ(::symlink(target.c_str(), link.c_str()), 0);
    std::array<timespec, 2> times{};
    ::clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec += 3600;
    times[1].tv_nsec = UTIME_OMIT;
    ASSERT_EQ(::utimensat(AT_FDCWD, link.c_str(), times.data(), AT_SYMLINK_NOFOLLOW), 0);
  }
  void connect_by(const std::string& path) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(&address.sun_path[0], path.data(), path.size());
    ::connect(client_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  void expect_file(const Looked& looked) const {
    expect_wait(looked, {"connect", client_.get(), WaitFor::connect});
    EXPECT_EQ(wchan_of(looked), "unix_wait_for_peer");
    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    const auto truth = file_told_by_kernel(inode_of(listener_.get()));
    ASSERT_TRUE(truth.has_value());
    EXPECT_EQ(truth->inode, static_cast<std::uint32_t>(status.st_ino));
    EXPECT_EQ(looked.thread()->waits.front().address_file, truth);
  }

  std::string directory_ = "/tmp/skq-activity-XXXXXX", path_;
  sockaddr_un address_{};
  UniqueFd listener_, queued_, client_;
};

TEST_F(FullListener, ConnectTellsTheAddressAndItsFile) {
  const BlockedChild child([&] { connect_by(path_); });
  ASSERT_TRUE(child.blocks_in(SYS_connect));
  const Looked looked = look_at(child.pid());
  expect_file(looked);
  const auto bytes = looked.thread()->waits.front().address;
  ASSERT_EQ(bytes.size(), sizeof address_);
  EXPECT_EQ(std::memcmp(bytes.data(), &address_, bytes.size()), 0);
}

TEST_F(FullListener, ConnectByARelativePath) {
  const BlockedChild child([&] {
    static_cast<void>(!::chdir(directory_.c_str()));
    connect_by("../" + directory_.substr(directory_.rfind('/') + 1) + "/socket");
  });
  ASSERT_TRUE(child.blocks_in(SYS_connect));
  expect_file(look_at(child.pid()));
}

TEST_F(FullListener, ConnectByALink) {
  make_link(path_);
  const BlockedChild child([&] { connect_by(directory_ + "/link"); });
  ASSERT_TRUE(child.blocks_in(SYS_connect));
  expect_file(look_at(child.pid()));
}

TEST_F(FullListener, ConnectInsideARootOfItsOwn) {
  if (::getuid() != 0) GTEST_SKIP() << "chroot needs root";
  // The link's target is another file in our own root.
  make_link("/socket");
  const BlockedChild child([&] {
    if (::chroot(directory_.c_str()) == 0 && ::chdir("/") == 0) connect_by("/link");
  });
  ASSERT_TRUE(child.blocks_in(SYS_connect));
  expect_file(look_at(child.pid()));
}

/// Enters a mount namespace of our own where `at` is an overlay of two file systems, which is what gives files another
/// device than the kernel's. False: not permitted here.
bool mount_overlay(const std::string& at) {
  if (::unshare(::getuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  if (::mount("none", at.c_str(), "tmpfs", 0, nullptr) != 0) return false;
  for (const char* part : {"/upper", "/work"})
    if (::mkdir((at + part).c_str(), 0755) != 0) return false;
  const std::string layers = "lowerdir=/usr,upperdir=" + at + "/upper,workdir=" + at + "/work";
  return ::mount("overlay", at.c_str(), "overlay", 0, layers.c_str()) == 0;
}

TEST(Activity, AFileOnOverlayfsHasTheKernelsDevice) {
  std::string directory = "/tmp/skq-overlay-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const UniqueFd first(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const BlockedChild child([&] {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory + "/socket";
    std::memcpy(&address.sun_path[0], path.data(), path.size());
    const auto* name = reinterpret_cast<const sockaddr*>(&address);
    if (!mount_overlay(directory)) {
      for (;;) ::pause();
    }
    ::bind(listener.get(), name, sizeof address);
    ::listen(listener.get(), 0);
    ::connect(first.get(), name, sizeof address);
    ::connect(client.get(), name, sizeof address);
  });
  const auto is_in = [&](long number) { return test::is_in_call(child.pid(), child.pid(), number); };
  const bool is_settled = wait_until([&] { return is_in(SYS_connect) || is_in(SYS_pause); });
  // Also where others see a mount on it: theirs is taken away with it. So only after the look.
  const std::shared_ptr<void> remove(nullptr, [&](void*) { ::rmdir(directory.c_str()); });
  ASSERT_TRUE(is_settled);
  if (is_in(SYS_pause)) GTEST_SKIP() << "no overlayfs of our own here";
  const Looked looked = look_at(child.pid());
  expect_wait(looked, {"connect", client.get(), WaitFor::connect});
  const auto truth = file_told_by_kernel(inode_of(listener.get()));
  ASSERT_TRUE(truth.has_value());
  EXPECT_EQ(looked.thread()->waits.front().address_file, truth);
}

TEST(Activity, PollOfTwoSocketsAndAPipe) {
  const Pair pair(SOCK_STREAM), full(SOCK_STREAM);
  fill(full.a.get());
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const UniqueFd out(pipe[0]), in(pipe[1]);
  std::array<pollfd, 4> asked{
      {{pair.a.get(), POLLIN, 0}, {-1, POLLIN, 0}, {full.a.get(), POLLOUT, 0}, {out.get(), POLLIN, 0}}};
  const BlockedChild child([&] { ::syscall(SYS_poll, asked.data(), asked.size(), 654'321); });
  ASSERT_TRUE(child.blocks_in(SYS_poll));
  const Looked looked = look_at(child.pid());
  const ThreadActivity* thread = looked.thread();
  ASSERT_NE(thread, nullptr);
  EXPECT_EQ(thread->call, "poll");
  EXPECT_EQ(thread->wchan, "poll_schedule_timeout");
  EXPECT_EQ(thread->watched, 3U);
  EXPECT_EQ(thread->watched_sockets, 2U);
  EXPECT_EQ(thread->timeout_ns, 654'321'000'000);
  EXPECT_FALSE(thread->call_fd.has_value());
  ASSERT_EQ(thread->waits.size(), 2U);
  EXPECT_EQ(thread->waits[0].inode, inode_of(pair.a.get()));
  EXPECT_EQ(thread->waits[0].what, WaitFor::receive);
  EXPECT_EQ(thread->waits[1].inode, inode_of(full.a.get()));
  EXPECT_EQ(thread->waits[1].what, WaitFor::send);
  EXPECT_EQ(thread->waits[1].by, WaitBy::poll);
  EXPECT_FALSE(thread->waits[1].ready.has_value());
}

TEST(Activity, PpollWithATimeAndForEver) {
  const Pair pair(SOCK_STREAM);
  pollfd asked{pair.a.get(), POLLIN, 0};
  const timespec time{77, 5};
  const BlockedChild timed([&] { ::ppoll(&asked, 1, &time, nullptr); });
  const BlockedChild untimed([&] { ::ppoll(&asked, 1, nullptr, nullptr); });
  ASSERT_TRUE(timed.blocks_in(SYS_ppoll));
  ASSERT_TRUE(untimed.blocks_in(SYS_ppoll));
  const Looked with_time = look_at(timed.pid()), for_ever = look_at(untimed.pid());
  expect_wait(with_time, {"ppoll", pair.a.get(), WaitFor::receive, WaitBy::poll});
  expect_wait(for_ever, {"ppoll", pair.a.get(), WaitFor::receive, WaitBy::poll});
  EXPECT_EQ(with_time.thread()->timeout_ns, 77'000'000'005);
  EXPECT_FALSE(for_ever.thread()->timeout_ns.has_value());
}

TEST(Activity, SelectForReadingAndWriting) {
  const Pair pair(SOCK_STREAM), full(SOCK_STREAM);
  fill(full.a.get());
  const auto select_both = [&](bool old_call) {
    fd_set read_set, write_set;
    FD_ZERO(&read_set);
    FD_ZERO(&write_set);
    FD_SET(pair.a.get(), &read_set);
    FD_SET(full.a.get(), &write_set);
    timeval time{600, 7};
    const timespec exact{600, 7000};
    if (old_call) {
      ::syscall(SYS_select, full.b.get() + 1, &read_set, &write_set, nullptr, &time);
    } else {
      ::pselect(full.b.get() + 1, &read_set, &write_set, nullptr, &exact, nullptr);
    }
  };
  const BlockedChild old_child([&] { select_both(true); }), new_child([&] { select_both(false); });
  ASSERT_TRUE(old_child.blocks_in(SYS_select));
  ASSERT_TRUE(new_child.blocks_in(SYS_pselect6));
  for (const BlockedChild* child : {&old_child, &new_child}) {
    const Looked looked = look_at(child->pid());
    const ThreadActivity* thread = looked.thread();
    ASSERT_NE(thread, nullptr);
    EXPECT_EQ(thread->watched, 2U);
    EXPECT_EQ(thread->watched_sockets, 2U);
    EXPECT_EQ(thread->timeout_ns, 600'000'007'000);
    ASSERT_EQ(thread->waits.size(), 2U);
    EXPECT_EQ(thread->waits[0].inode, inode_of(pair.a.get()));
    EXPECT_EQ(thread->waits[0].what, WaitFor::receive);
    EXPECT_EQ(thread->waits[1].inode, inode_of(full.a.get()));
    EXPECT_EQ(thread->waits[1].what, WaitFor::send);
    EXPECT_EQ(thread->waits[1].by, WaitBy::select);
  }
}

TEST(Activity, SendfileAndSpliceToAFullSocket) {
  const Pair full(SOCK_STREAM);
  fill(full.a.get());
  const UniqueFd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const UniqueFd out(pipe[0]), in(pipe[1]);
  ASSERT_EQ(::write(in.get(), "text", 4), 4);
  const BlockedChild by_file([&] { ::sendfile(full.a.get(), file.get(), nullptr, 100'000); });
  const BlockedChild by_pipe([&] { ::splice(out.get(), nullptr, full.a.get(), nullptr, 4, 0); });
  ASSERT_TRUE(by_file.blocks_in(SYS_sendfile));
  ASSERT_TRUE(by_pipe.blocks_in(SYS_splice));
  expect_wait(look_at(by_file.pid()), {"sendfile", full.a.get(), WaitFor::send});
  expect_wait(look_at(by_pipe.pid()), {"splice", full.a.get(), WaitFor::send});
}

TEST(Activity, SpliceHeldUpByItsPipeWaitsForNoSocket) {
  const Pair pair(SOCK_STREAM);
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const UniqueFd out(pipe[0]), in(pipe[1]);
  const BlockedChild child([&] { ::splice(out.get(), nullptr, pair.a.get(), nullptr, 4, 0); });
  ASSERT_TRUE(child.blocks_in(SYS_splice));
  const Looked looked = look_at(child.pid());
  ASSERT_NE(looked.thread(), nullptr);
  EXPECT_THAT(looked.thread()->waits, IsEmpty()) << looked.thread()->wchan;
  EXPECT_EQ(looked.thread()->call_fd, out.get()) << looked.thread()->wchan;
}

}  // namespace
}  // namespace skq::kernel
