// The metrics of `skq check` on real sockets, whose truth the sockets themselves tell; thresholds at the very boundary.
#include <netinet/in.h>
#include <poll.h>

#include <fstream>
#include <numeric>

#include "why/why_test.h"

namespace why {
namespace {

using live::Finished;
using live::run_skq;

using Checked = live::LiveTest;

Finished check(std::vector<std::string> words) {
  words.insert(words.begin(), "check");
  return run_skq(std::move(words));
}

/// "accept-fill=80%;@80:;@100:;0" gives "80%".
std::string value_in(const Finished& done, const std::string& label) {
  const std::size_t at = done.out.find(" " + label + "=");
  if (at == std::string::npos) return "no " + label + " in " + done.out + done.err;
  const std::size_t from = at + label.size() + 2;
  return done.out.substr(from, done.out.find_first_of("; \n", from) - from);
}

/// A listener that takes five, and clients that wait to be accepted.
struct Queue {
  UniqueFd listener;
  std::vector<UniqueFd> clients;
  Queue(const std::string& name, int waiting) : listener(live::unix_listener(SOCK_STREAM, name, 4)) {
    for (int i = 0; i < waiting; ++i) clients.push_back(live::unix_client(SOCK_STREAM, name));
  }
};

struct Step {
  int waiting, exit;
  const char* value;
};

TEST_F(Checked, AcceptFillAtItsBoundaries) {
  for (const Step step : {Step{0, 0, "0%"}, Step{3, 0, "60%"}, Step{4, 1, "80%"}, Step{5, 2, "100%"}}) {
    const std::string name = file("l" + std::to_string(step.waiting));
    const Queue queue(name, step.waiting);
    const Finished done = check({"accept-fill", "src", name});
    EXPECT_EQ(done.exit, step.exit) << done.out << done.err;
    EXPECT_EQ(value_in(done, "accept-fill"), step.value);
    EXPECT_EQ(value_in(done, "full"), step.exit == 2 ? "1" : "0");
    EXPECT_EQ(done.err, "");
  }
}

TEST_F(Checked, GivenThresholdsTakeThePlaceOfTheUsual) {
  const Queue queue(file("l"), 4);
  EXPECT_EQ(check({"accept-fill", "-w", "80"}).exit, 0) << "80 is not more than 80";
  EXPECT_EQ(check({"accept-fill", "-w", "79.99"}).exit, 1);
  EXPECT_EQ(check({"accept-fill", "-c", "@80%:"}).exit, 2);
  EXPECT_EQ(check({"accept-fill", "-w", "~:", "-c", "~:"}).exit, 0);
  EXPECT_EQ(check({"accept-fill", "-w79"}).exit, 1);
}

TEST_F(Checked, AListenerThatIsGoneIsNotAllRight) {
  const Finished done = check({"accept-fill", "src", file("gone")});
  EXPECT_EQ(done.exit, 3);
  EXPECT_TRUE(done.out.starts_with("SKQ UNKNOWN - no listener matches | accept-fill=U")) << done.out;
  EXPECT_EQ(check({"count", "-xl", "-c", "1:", "src", file("gone")}).exit, 2);
  const Finished none = check({"send-fill", "-x", "src", file("gone")});
  EXPECT_EQ(none.exit, 0) << "nothing is there that could be full: " << none.out;
  EXPECT_EQ(value_in(none, "send-fill"), "U");
}

TEST_F(Checked, ATcpListenerThatIsFullIsNamedWithItsHolder) {
  const UniqueFd listener = live::tcp_listener("127.0.0.1", 4100, 1);
  const UniqueFd one = live::inet_client("127.0.0.1", 4100), two = live::inet_client("127.0.0.1", 4100);
  Finished done;
  ASSERT_TRUE(await([&] {
    return (done = check({"accept-fill", "-n", "sport", "=", ":4100"})).exit == 2;
  })) << done.out;
  EXPECT_NE(done.out.find("1 of 1 full: tcp 127.0.0.1:4100 |"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("pid " + std::to_string(getpid()) + " ("), std::string::npos) << done.out;
}

TEST_F(Checked, CloseWaitAndTimeWaitAreCounted) {
  const UniqueFd listener = live::tcp_listener("127.0.0.1", 4101);
  Pair pair = live::tcp_pair(listener.get(), "127.0.0.1", 4101);
  EXPECT_EQ(check({"close-wait", "-c", "0"}).exit, 0);
  pair.a.reset();
  ASSERT_TRUE(live::reaches_tcp_state(pair.b.get(), 8));
  EXPECT_EQ(check({"close-wait", "-c", "0"}).exit, 2);
  EXPECT_EQ(check({"close-wait", "-c", "1"}).exit, 0);
  EXPECT_EQ(check({"close-wait", "-c", "0", "sport", "=", ":4101"}).exit, 2);
  EXPECT_EQ(check({"close-wait", "-c", "0", "sport", "=", ":4102"}).exit, 0);
  EXPECT_EQ(check({"time-wait", "-c", "0"}).exit, 0);
  pair.b.reset();
  Finished done;
  EXPECT_TRUE(await([&] { return (done = check({"time-wait", "-c", "0"})).exit == 2; })) << done.out;
  EXPECT_EQ(check({"close-wait", "-c", "0"}).exit, 0);
}

TEST_F(Checked, FillsAndMemoryAreWhatTheSocketsSay) {
  const Pair pair = unix_pair(SOCK_STREAM);
  live::send_until_full(pair.a.get(), 4096);
  const auto memory = live::memory_of(pair.a.get());
  const std::string inode = std::to_string(live::inode_of(pair.a.get()));
  const Finished sent = check({"send-fill", "-x"});
  EXPECT_EQ(sent.exit, memory[live::wmem_alloc] >= memory[live::sndbuf] ? 2 : 1) << sent.out;
  EXPECT_EQ(value_in(check({"recv-fill", "-x"}), "recv-fill"), value_in(sent, "send-fill"));
  EXPECT_EQ(value_in(check({"recv-fill", "-x", "--where", "inode == " + inode}), "recv-fill"), "0%");
  const Finished held = check({"memory", "-x"});
  EXPECT_EQ(value_in(held, "memory"), std::to_string(memory[live::wmem_alloc]) + "B") << "once, not at both ends";
  EXPECT_EQ(check({"memory", "-x", "-c", std::to_string(memory[live::wmem_alloc])}).exit, 0);
  EXPECT_EQ(check({"memory", "-x", "-c", std::to_string(memory[live::wmem_alloc] - 1)}).exit, 2);
  EXPECT_EQ(check({"memory", "-x", "-w", "1K"}).exit, 1);
}

TEST_F(Checked, DropsAreThoseOfTheSockets) {
  const UniqueFd receiver = live::inet_bound("127.0.0.1", 4103, SOCK_DGRAM);
  live::set_option(receiver.get(), SO_RCVBUF, 4096);
  const UniqueFd sender = live::inet_client("127.0.0.1", 4103, SOCK_DGRAM);
  for (int i = 0; i < 200; ++i) live::send_text(sender.get(), std::string(500, 'x'));
  const auto drops = live::memory_of(receiver.get())[live::drops];
  ASSERT_GT(drops, 0U) << "situation";
  EXPECT_EQ(value_in(check({"drops"}), "drops"), std::to_string(drops));
  EXPECT_EQ(check({"drops", "-c", std::to_string(drops - 1), "-u"}).exit, 2);
  EXPECT_EQ(check({"drops", "-c", std::to_string(drops), "-u"}).exit, 0);
  EXPECT_EQ(check({"recv-fill", "-u"}).exit, 1) << "it drops what does not fit, and so is never quite full";
}

TEST_F(Checked, CountIsWhatTheListShows) {
  const UniqueFd listener = live::tcp_listener("127.0.0.1", 4104);
  const Pair pair = live::tcp_pair(listener.get(), "127.0.0.1", 4104);
  EXPECT_EQ(value_in(check({"count", "--tcp"}), "count"), "2");
  EXPECT_EQ(value_in(check({"count", "--tcp", "-a"}), "count"), "3");
  EXPECT_EQ(value_in(check({"count", "--tcp", "state", "listening"}), "count"), "1");
  EXPECT_EQ(value_in(check({"count", "--tcp", "dport", "=", ":4104"}), "count"), "1");
  EXPECT_EQ(value_in(check({"count", "--tcp", "--where", "local_port == 4104"}), "count"), "1");
  const std::string pid = std::to_string(getpid());
  EXPECT_EQ(value_in(check({"count", "--tcp", "-a", "--where", "pid == " + pid}), "count"), "3");
}

TEST_F(Checked, AFullDatagramQueueIsCriticalWhereBpfTellsItAndNeverTakenForEmpty) {
  const std::string name = file("d");
  const UniqueFd receiver = live::unix_bound(SOCK_DGRAM, name);
  const UniqueFd sender = live::unix_client(SOCK_DGRAM, name);
  live::send_until_full(sender.get(), 1);
  const Finished none = check({"dgram-fill", "src", name + "-gone"});
  EXPECT_EQ(none.exit, 3) << none.out;
  EXPECT_TRUE(none.out.starts_with("SKQ UNKNOWN - no socket matches")) << none.out;
  const Finished done = check({"dgram-fill", "src", name});
  if (run_skq({"-xa", "--bpf=require"}).exit == 0) {
    EXPECT_EQ(done.exit, 2) << done.out << done.err;
    EXPECT_EQ(value_in(done, "dgram-fill"), "100%");
  } else {
    EXPECT_EQ(done.exit, 3) << done.out << done.err;
    EXPECT_EQ(value_in(done, "dgram-fill"), "U");
  }
}

TEST_F(Checked, ThePeerOfAUnixSocketIsThatOfTheList) {
  const Pair pair = unix_pair(SOCK_STREAM);
  live::send_until_full(pair.a.get(), 4096);
  const std::string peer = " * " + std::to_string(live::inode_of(pair.b.get())) + "  ";
  for (const char* const metric : {"send-fill", "memory"}) {
    const Finished done = check({metric, "-x", "-c", "0"});
    EXPECT_NE(done.out.find(peer), std::string::npos) << done.out;
  }
  const Finished count = check({"count", "-x", "-c", "0"});
  EXPECT_EQ(count.out.find("* 0"), std::string::npos) << "nobody asked for the peer: " << count.out;
}

TEST_F(Checked, PortsAreNumbers) {
  const UniqueFd listener = live::tcp_listener("127.0.0.1", 80);
  const Finished done = check({"count", "--tcp", "-l", "-c", "0", "sport", "=", ":http"});
  EXPECT_EQ(done.exit, 2) << done.out;
  EXPECT_NE(done.out.find("127.0.0.1:80 "), std::string::npos) << done.out;
}

TEST_F(Checked, ANameCannotBreakTheLine) {
  const std::string name("\0skq|x=1;2\n\x1b[31m\xff", 17);
  const UniqueFd listener = live::unix_listener(SOCK_STREAM, name, 0);
  const UniqueFd client = live::unix_client(SOCK_STREAM, name);
  const Finished done = check({"accept-fill", "-x"});
  EXPECT_EQ(done.exit, 2) << done.out;
  EXPECT_EQ(std::count(done.out.begin(), done.out.end(), '|'), 1) << done.out;
  EXPECT_EQ(std::count(done.out.begin(), done.out.end(), '\n'), 2) << done.out;
  EXPECT_EQ(done.out.find('\x1b'), std::string::npos);
  EXPECT_LT(done.out.find(" |"), 80U) << done.out;
}

TEST_F(Checked, WhatThisKernelLacksMakesItIncomplete) {
  constexpr int dccp = 33;
  if (live::diag_error(AF_INET, dccp) == 0) GTEST_SKIP() << "this kernel has DCCP: no table is missing";
  const Pair pair = unix_pair(SOCK_STREAM);
  const Finished missing = check({"count", "-A", "dccp"});
  EXPECT_EQ(missing.exit, 3);
  EXPECT_TRUE(missing.out.starts_with("SKQ UNKNOWN - incomplete: ")) << missing.out;
  EXPECT_EQ(value_in(missing, "count"), "U");
  EXPECT_EQ(check({"count", "-A", "dccp,u_str", "-w", "1"}).exit, 3);
  EXPECT_EQ(check({"count", "-A", "dccp,u_str", "-c", "5:"}).exit, 3) << "those that are missing may be the rest";
  const Finished critical = check({"count", "-A", "dccp,u_str", "-c", "1"});
  EXPECT_EQ(critical.exit, 2) << critical.out;
  EXPECT_TRUE(critical.out.starts_with("SKQ CRITICAL - (incomplete) count 2 |")) << critical.out;
}

TEST_F(Checked, TheHostsNumbers) {
  const Finished orphans = check({"orphans"});
  std::ifstream file("/proc/net/sockstat");
  EXPECT_EQ(orphans.exit, 0) << orphans.out;
  EXPECT_EQ(check({"orphans", "-c", "@0:"}).exit, 2);
  EXPECT_EQ(check({"orphans", "sport", "=", ":1"}).exit, 3) << "no filter narrows it";
  EXPECT_EQ(check({"tcp-memory", "-x"}).exit, 3);
  // Told to the first network namespace only, and this is none.
  EXPECT_EQ(check({"tcp-memory"}).exit, 3);
}

}  // namespace
}  // namespace why
