// Every network namespace of the host: found by their processes, names, mounts, or by nothing but a socket; and what is
// joined over them, and what must not be.
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>

#include "live_test.h"

namespace live {
namespace {

constexpr const char* columns = "netid,state,inode,netns,netns_name,local,peer,owners,peer_owners,peer_status,pending";

std::uint64_t own_namespace() {
  struct stat status {};
  return stat("/proc/thread-self/ns/net", &status) == 0 ? status.st_ino : 0;
}

class AllNamespaces : public LiveTest {
 protected:
  /// Runs `body` in a fresh network namespace, which then lives on by what was opened there, and by nothing else. Gives
  /// its inode; 0: none is to be had.
  static std::uint64_t in_fresh_namespace(const std::function<void()>& body) {
    const UniqueFd home(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    if (enter_private_network()) return 0;
    const std::uint64_t inode = own_namespace();
    body();
    EXPECT_EQ(setns(home.get(), CLONE_NEWNET), 0);
    return inode;
  }

  static std::string of(int fd) { return std::to_string(inode_of(fd)); }
  static Holder held(int fd) { return {getpid(), own_comm(), fd}; }
  static Rows list_all(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--all-netns", "-n"});
    return list(std::move(arguments), columns);
  }
};

std::vector<Holder> only(const Holder& holder) { return {holder}; }

// The accepted end lives in the namespace of the client, which the server's own dump lacks.
TEST_F(AllNamespaces, UnixStream) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, file("l"), 5);
  UniqueFd client;
  const std::uint64_t there = in_fresh_namespace([&] { client = unix_client(SOCK_STREAM, file("l")); });
  const UniqueFd server = accepted(listener.get());
  const Rows rows = list_all({"-xap"});
  const Row& near = rows.one("inode", of(server.get()));
  const Row& far = rows.one("inode", of(client.get()));
  EXPECT_EQ(rows.one("inode", of(listener.get())).number("netns"), own_namespace());
  EXPECT_EQ(near.number("netns"), there);
  EXPECT_EQ(far.number("netns"), there);
  EXPECT_EQ(near.holders("peer_owners"), only(held(client.get())));
  EXPECT_EQ(far.holders("peer_owners"), only(held(server.get())));
  EXPECT_EQ(far.text("peer_status"), "connected");
  EXPECT_TRUE(far.is_null("netns_name"));
}

TEST_F(AllNamespaces, UnixDatagram) {
  const UniqueFd server = unix_bound(SOCK_DGRAM, file("s"));
  UniqueFd client;
  const std::uint64_t there = in_fresh_namespace([&] { client = unix_client(SOCK_DGRAM, file("s")); });
  const Rows rows = list_all({"-xap"});
  const Row& far = rows.one("inode", of(client.get()));
  EXPECT_EQ(far.number("netns"), there);
  EXPECT_EQ(far.text("peer_status"), "connected");
  EXPECT_EQ(far.holders("peer_owners"), only(held(server.get())));
  EXPECT_EQ(rows.one("inode", of(server.get())).number("netns"), own_namespace());
}

TEST_F(AllNamespaces, AClientOfElsewhereThatIsNotYetAccepted) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, file("l"), 5);
  UniqueFd client;
  in_fresh_namespace([&] { client = unix_client(SOCK_STREAM, file("l")); });
  shutdown(client.get(), SHUT_RDWR);  // only the listener's list tells that it is not dead
  const Rows rows = list_all({"-xa"});
  EXPECT_EQ(rows.one("inode", of(listener.get())).inodes("pending"),
            std::vector<std::uint32_t>{inode_of(client.get())});
  EXPECT_EQ(rows.one("inode", of(client.get())).text("peer_status"), "pending");
}

// Each namespace has a 127.0.0.1 of its own.
TEST_F(AllNamespaces, TheSameLoopbackConnectionInTwoIsTwo) {
  const auto connect_here = [](std::vector<UniqueFd>& all) {
    all.push_back(tcp_listener("127.0.0.1", 4080));
    UniqueFd client = inet_bound("127.0.0.1", 4081, SOCK_STREAM);
    ASSERT_TRUE(inet_connect(client.get(), "127.0.0.1", 4080));
    all.push_back(accepted(all.front().get()));
    all.push_back(std::move(client));
  };
  std::vector<UniqueFd> here, there;
  connect_here(here);
  const std::uint64_t far = in_fresh_namespace([&] { connect_here(there); });
  ASSERT_EQ(there.size(), 3U);
  const Rows rows = list_all({"-tap"});
  for (const auto* side : {&here, &there}) {
    const int server = (*side)[1].get(), client = (*side)[2].get();
    EXPECT_EQ(rows.one("inode", of(server)).holders("peer_owners"), only(held(client)));
    EXPECT_EQ(rows.one("inode", of(client)).holders("peer_owners"), only(held(server)));
    EXPECT_EQ(rows.one("inode", of(client)).number("netns"), side == &there ? far : own_namespace());
  }
}

// Where the other end is not in the same namespace, one from elsewhere must not take its place.
TEST_F(AllNamespaces, OneHalfOfALoopbackConnectionInEachIsNoConnection) {
  const auto connected = [](std::uint16_t from, std::uint16_t to) {
    UniqueFd made = inet_bound("127.0.0.1", from, SOCK_DGRAM);
    EXPECT_TRUE(inet_connect(made.get(), "127.0.0.1", to));
    return made;
  };
  const UniqueFd here = connected(4080, 4081);
  UniqueFd there;
  in_fresh_namespace([&] { there = connected(4081, 4080); });
  const Rows rows = list_all({"-uap"});
  for (const int one : {here.get(), there.get()}) EXPECT_TRUE(rows.one("inode", of(one)).is_null("peer_owners"));
}

bool ip(std::vector<std::string> words) {
  words.insert(words.begin(), "ip");
  return run(words).exit == 0;
}

TEST_F(AllNamespaces, TcpOverAVethPair) {
  SKIP_WITHOUT("ip");
  const UniqueFd home(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  UniqueFd door, client;
  const std::uint64_t there =
      in_fresh_namespace([&] { door = UniqueFd(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)); });
  const std::string target = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(door.get());
  if (!ip({"link", "add", "skq0", "type", "veth", "peer", "name", "skq1", "netns", target}))
    GTEST_SKIP() << "no veth pair is to be had here";
  ASSERT_TRUE(ip({"addr", "add", "192.0.2.1/24", "dev", "skq0"}) && ip({"link", "set", "skq0", "up"}));
  ASSERT_EQ(setns(door.get(), CLONE_NEWNET), 0);
  ASSERT_TRUE(ip({"addr", "add", "192.0.2.2/24", "dev", "skq1"}) && ip({"link", "set", "skq1", "up"}));
  ASSERT_EQ(setns(home.get(), CLONE_NEWNET), 0);
  const UniqueFd listener = tcp_listener("192.0.2.1", 4080);
  ASSERT_EQ(setns(door.get(), CLONE_NEWNET), 0);
  client = inet_client("192.0.2.1", 4080);
  ASSERT_EQ(setns(home.get(), CLONE_NEWNET), 0);
  const UniqueFd server = accepted(listener.get());
  door.reset();
  const Rows rows = list_all({"-tap"});
  EXPECT_EQ(rows.one("inode", of(client.get())).number("netns"), there);
  EXPECT_EQ(rows.one("inode", of(server.get())).number("netns"), own_namespace());
  EXPECT_EQ(rows.one("inode", of(client.get())).holders("peer_owners"), only(held(server.get())));
  EXPECT_EQ(rows.one("inode", of(server.get())).holders("peer_owners"), only(held(client.get())));
}

// Listings that show no owners, and those that do not even keep their rows, look for such namespaces, too.
TEST_F(AllNamespaces, HeldByNothingButASocket) {
  UniqueFd listener, bound, udp, unix_one;
  const std::uint64_t there = in_fresh_namespace([&] {
    listener = tcp_listener("127.0.0.1", 4080);
    udp = inet_bound("::1", 4081, SOCK_DGRAM);
    unix_one = unix_socket(SOCK_STREAM);
  });
  const std::uint64_t idle = in_fresh_namespace([&] { bound = inet_bound("127.0.0.1", 4082, SOCK_STREAM); });
  EXPECT_EQ(list_all({"-tl"}).one("inode", of(listener.get())).number("netns"), there);
  EXPECT_EQ(list_all({"-ua6"}).one("inode", of(udp.get())).number("netns"), there);
  EXPECT_EQ(list_all({"-xa", "--sort=inode"}).one("inode", of(unix_one.get())).number("netns"), there);
  EXPECT_EQ(list_all({"-tlp"}).one("inode", of(listener.get())).holders("owners"), only(held(listener.get())));
  // A kernel before 6.8 does not tell of sockets that are only bound.
  const Rows inactive = list_all({"-tB"});
  const UniqueFd control = inet_bound("127.0.0.1", 4083, SOCK_STREAM);
  if (list_all({"-tB"}).count("inode", of(control.get())) == 1) {
    EXPECT_EQ(inactive.one("inode", of(bound.get())).number("netns"), idle);
  }
}

TEST_F(AllNamespaces, NamedAndMountedOnes) {
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("none", "/run", "tmpfs", 0, "mode=755") != 0)
    GTEST_SKIP() << "no mount namespace is to be had here";
  ASSERT_TRUE(std::filesystem::create_directory("/run/netns"));
  const auto mount_here = [](const std::string& path) {
    const UniqueFd made(open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600));
    return mount("/proc/thread-self/ns/net", path.c_str(), nullptr, MS_BIND, nullptr) == 0;
  };
  const UniqueFd leftover(open("/run/netns/removed", O_RDONLY | O_CREAT | O_CLOEXEC, 0));
  UniqueFd in_named, in_mounted;
  const std::uint64_t named = in_fresh_namespace([&] {
    EXPECT_TRUE(mount_here("/run/netns/web one"));
    in_named = unix_socket(SOCK_DGRAM);
  });
  const std::string place = file("a blank");
  const std::uint64_t mounted = in_fresh_namespace([&] { EXPECT_TRUE(mount_here(place)); });
  const Rows rows = list_all({"-xa"});
  EXPECT_EQ(rows.one("inode", of(in_named.get())).number("netns"), named);
  EXPECT_EQ(rows.one("inode", of(in_named.get())).text("netns_name"), "web one");
  // Nothing is in the mounted one but what the kernel and skq themselves have there.
  const Rows netlink = list_all({"-a", "-A", "netlink"});
  EXPECT_GT(netlink.count("netns", std::to_string(mounted)), 1U);
  // The table has the name where there is one.
  const Finished table = run_skq({"-xa", "--all-netns"});
  EXPECT_NE(table.out.find("\nweb one "), std::string::npos) << table.out;
  umount2(place.c_str(), MNT_DETACH);
}

TEST_F(AllNamespaces, Fifty) {
  std::vector<std::unique_ptr<Child>> children;
  std::vector<UniqueFd> listeners;
  std::set<std::uint64_t> expected;
  for (int count = 0; count < 25; ++count) {
    children.push_back(std::make_unique<Child>(std::vector<int>{}, [] {
      static UniqueFd listener;
      if (enter_private_network()) return false;
      listener = tcp_listener("127.0.0.1", 4080);
      return listener.valid();
    }));
    ASSERT_TRUE(children.back()->ok());
    struct stat status {};
    ASSERT_EQ(stat(("/proc/" + std::to_string(children.back()->pid()) + "/ns/net").c_str(), &status), 0);
    expected.insert(status.st_ino);
    expected.insert(in_fresh_namespace([&] { listeners.push_back(tcp_listener("127.0.0.1", 4080)); }));
  }
  EXPECT_EQ(expected.size(), 50U);
  const Finished finished =
      run_skq({"--all-netns", "-tln", "--format=raw", "-c", "netns,local", "sport", "=", ":4080"});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  const Rows rows(finished.out);
  for (const std::uint64_t one : expected) EXPECT_EQ(rows.count("netns", std::to_string(one)), 1U) << one;
}

TEST_F(AllNamespaces, AProcessInAContainersPidNamespace) {
  const Child container({}, [] {
    if (unshare(CLONE_NEWPID) != 0 || enter_private_network()) return false;
    static UniqueFd listener;
    listener = tcp_listener("127.0.0.1", 4080);
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) return false;
    if (fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      prctl(PR_SET_NAME, "contained");
      if (getpid() != 1 || write(ready[1], "y", 1) != 1) _exit(1);
      for (;;) pause();
    }
    listener.reset();
    close(ready[1]);
    char answer = 'n';
    return read(ready[0], &answer, 1) == 1;
  });
  if (!container.ok()) GTEST_SKIP() << "no pid namespace is to be had here";
  const Finished finished = run_skq(
      {"--all-netns", "-tln", "--format=raw", "-c", "netns,comm,pid,cmdline,cgroup", "--where", "comm == 'contained'"});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  const Rows rows(finished.out);
  const Row& row = rows.one("comm", "contained");
  EXPECT_NE(row.number("netns"), own_namespace());
  EXPECT_GT(row.number("pid").value_or(0), 1U) << "as it is numbered here, not there";
  EXPECT_FALSE(row.is_null("cmdline"));
}

// The numbers of interfaces are each namespace's own.
TEST_F(AllNamespaces, NoInterfaceOfElsewhereGetsANameOfHere) {
  const auto bound_to_lo = [] {
    UniqueFd made = inet_socket("127.0.0.1", SOCK_DGRAM);
    setsockopt(made.get(), SOL_SOCKET, SO_BINDTODEVICE, "lo", 2);
    const InetAddress at = inet_address("127.0.0.1", 4080);
    EXPECT_EQ(bind(made.get(), at.get(), at.length), 0);
    return made;
  };
  const UniqueFd here = bound_to_lo();
  UniqueFd there;
  in_fresh_namespace([&] { there = bound_to_lo(); });
  const Rows rows = list_all({"-ua"});
  EXPECT_EQ(rows.one("inode", of(here.get())).text("local"), "127.0.0.1%lo:4080");
  EXPECT_EQ(rows.one("inode", of(there.get())).text("local"), "127.0.0.1%if1:4080");
  const Rows with = list_all({"-ua", "dev", "=", "lo"}), without = list_all({"-ua", "dev", "!=", "lo"});
  EXPECT_EQ(with.count("inode", of(here.get())), 1U);
  EXPECT_EQ(with.count("inode", of(there.get())), 0U);
  EXPECT_EQ(without.count("inode", of(here.get())), 0U);
  EXPECT_EQ(without.count("inode", of(there.get())), 1U);
}

TEST_F(AllNamespaces, FieldsChooseAndSortAlsoInOne) {
  const UniqueFd here = unix_socket(SOCK_DGRAM);
  UniqueFd there;
  const std::uint64_t far = in_fresh_namespace([&] { there = unix_socket(SOCK_DGRAM); });
  EXPECT_EQ(list({"-xa"}, "inode,netns").one("inode", of(here.get())).number("netns"), own_namespace());
  const Rows chosen = list_all({"-xa", "--where", "netns == " + std::to_string(far)});
  EXPECT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen.count("inode", of(there.get())), 1U);
  EXPECT_EQ(list({"-xa", "--where", "netns == " + std::to_string(far)}, "inode").size(), 0U);
  const Rows sorted = list_all({"-xa", "--sort=-netns"});
  for (std::size_t at = 1; at < sorted.size(); ++at)
    EXPECT_GE(sorted.all()[at - 1].number("netns"), sorted.all()[at].number("netns"));
  const Finished lines = run_skq({"-xa", "--all-netns", "--json-lines"});
  EXPECT_NE(lines.out.find("\"netns\":" + std::to_string(far)), std::string::npos);
  EXPECT_EQ(run_skq({"-xa", "--json-lines"}).out.find("\"netns_name\":"), std::string::npos);
}

TEST_F(AllNamespaces, AnOrdinaryUserSeesItsOwnAndIsToldOfOthers) {
  if (in_own_user_namespace()) GTEST_SKIP() << "only root can become another user";
  const UniqueFd here = unix_socket(SOCK_DGRAM);
  const Child elsewhere({}, [] { return !enter_private_network(); });
  ASSERT_TRUE(elsewhere.ok());
  const std::vector<std::string> arguments{"-xa", "--all-netns", "--format=raw", "-c", "inode,netns"};
  const Finished root = run_skq(arguments);
  EXPECT_EQ(root.exit, 0);
  const Finished user = run_skq(arguments, {.user = 65534});
  EXPECT_EQ(user.exit, 0);
  EXPECT_EQ(Rows(user.out).one("inode", of(here.get())).number("netns"), own_namespace());
  EXPECT_NE(user.err.find("could not be entered"), std::string::npos) << user.err;
  EXPECT_EQ(user.err.find('\n'), user.err.size() - 1) << "one line: " << user.err;
  std::vector<std::string> strict = arguments;
  strict.emplace_back("--strict");
  EXPECT_EQ(run_skq(strict, {.user = 65534}).exit, 3);
}

/// What is said of namespaces that could not be entered; as an ordinary user, of those of others.
std::string not_entered(const Finished& finished) {
  const std::size_t end = finished.err.find(" could not be entered");
  return end == std::string::npos ? std::string() : finished.err.substr(0, end);
}

TEST_F(AllNamespaces, OnesThatVanishWhileTheyAreListed) {
  const UniqueFd here = unix_socket(SOCK_DGRAM);
  const std::vector<std::string> listing{"-xap", "--all-netns", "--format=raw", "-c", "inode,netns"};
  const std::string before = not_entered(run_skq(listing));
  if (!in_own_user_namespace()) EXPECT_EQ(before, "");
  const Child churn({}, [] {
    const pid_t worker = fork();
    if (worker != 0) return worker > 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
      const pid_t short_lived = fork();
      if (short_lived == 0) _exit(unshare(CLONE_NEWNET) == 0 && unix_socket(SOCK_STREAM).valid() ? 0 : 1);
      waitpid(short_lived, nullptr, 0);
    }
  });
  ASSERT_TRUE(churn.ok());
  for (int look = 0; look < 20; ++look) {
    const Finished finished = run_skq(listing);
    ASSERT_EQ(finished.exit, 0) << finished.err;
    EXPECT_EQ(not_entered(finished), before) << finished.err;
    EXPECT_EQ(Rows(finished.out).count("inode", of(here.get())), 1U);
  }
}

// With too few descriptors some are left out, and that is said.
TEST_F(AllNamespaces, TooFewDescriptorsAreAGap) {
  std::vector<UniqueFd> sockets;
  for (int count = 0; count < 30; ++count) in_fresh_namespace([&] { sockets.push_back(unix_socket(SOCK_STREAM)); });
  const UniqueFd here = unix_socket(SOCK_DGRAM);
  SKIP_WITHOUT("prlimit");
  const Finished finished =
      run({"prlimit", "--nofile=64:64", SKQ_PATH, "-xap", "--all-netns", "--format=raw", "-c", "inode,netns,owners"});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_NE(finished.err.find("could not be entered"), std::string::npos) << finished.err;
  // An ordinary user may not enter those of others either, and one reason is told.
  if (!in_own_user_namespace()) EXPECT_NE(finished.err.find("Too many open files"), std::string::npos) << finished.err;
  const Rows rows(finished.out);
  EXPECT_EQ(rows.one("inode", of(here.get())).holders("owners"), only(held(here.get()))) << finished.err;
}

}  // namespace
}  // namespace live
