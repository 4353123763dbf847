// -K: what is closed is what was shown, each row says what became of its socket, and nothing else dies.
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <thread>

#include "live_test.h"

namespace live {
namespace {

constexpr std::uint16_t port = 4501;
constexpr const char* host = "127.0.0.1";

int pending_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

bool carries(const Pair& pair) {
  char byte = 0;
  return send(pair.a.get(), "x", 1, MSG_NOSIGNAL) == 1 && recv(pair.b.get(), &byte, 1, 0) == 1;
}

bool send_all(int fd, const std::string& text) {
  return write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string port_text(const UniqueFd& fd) { return std::to_string(local_port(fd.get())); }

class Kill : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    listener_ = tcp_listener(host, port);
    victim_ = pair();
    for (int count = 0; count < 10; ++count) others_.push_back(pair());
  }

  [[nodiscard]] Pair pair() const { return tcp_pair(listener_.get(), host, port); }

  void expect_only_the_victim_died() {
    EXPECT_EQ(pending_error(victim_.a.get()), ECONNABORTED);
    EXPECT_EQ(pending_error(victim_.b.get()), ECONNRESET);
    expect_the_others_live();
  }
  void expect_the_others_live() {
    for (const Pair& other : others_) EXPECT_TRUE(carries(other));
    EXPECT_TRUE(carries(pair())) << "the listener";
  }
  void expect_all_live() {
    EXPECT_TRUE(carries(victim_));
    expect_the_others_live();
  }

  UniqueFd listener_;
  Pair victim_;
  std::vector<Pair> others_;
};

/// `skq -K --yes` with machine output: result by local port.
struct Killed {
  Finished finished;
  std::multimap<std::uint64_t, std::string> results;
};
Killed kill_them(std::vector<std::string> arguments, const Surroundings& surroundings = {}) {
  arguments.insert(arguments.begin(), {"-K", "-n", "--yes", "--format=raw", "-c", "local_port,state"});
  Killed killed{run_skq(arguments, surroundings), {}};
  if (killed.finished.out.empty()) return killed;
  const Rows rows(killed.finished.out);
  for (const Row& row : rows.all()) killed.results.emplace(row.number("local_port").value_or(0), row.raw("result"));
  return killed;
}

TEST_F(Kill, OneConnectionAndNothingElse) {
  const Killed killed = kill_them({"sport", "=", port_text(victim_.a)});
  EXPECT_EQ(killed.finished.exit, 0);
  EXPECT_EQ(killed.finished.err, "skq: 1 killed\n");
  ASSERT_EQ(killed.results.size(), 1U);
  EXPECT_EQ(killed.results.begin()->second, "killed");
  expect_only_the_victim_died();
}

TEST_F(Kill, DoesToTheSocketWhatSsDoes) {
  SKIP_WITHOUT("ss");
  const Finished ss = run({"ss", "-K", "src", host, "sport", "=", port_text(victim_.a)});
  EXPECT_EQ(ss.exit, 0);
  expect_only_the_victim_died();
}

// ss -K without a filter takes every socket there is.
TEST_F(Kill, NotWithoutAFilter) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"-K"},
                                                    {"-K", "--yes"},
                                                    {"-K", "-t", "--yes"},
                                                    {"-K", "--yes", "state", "established"}}) {
    const Finished refused = run_skq(arguments);
    EXPECT_EQ(refused.exit, 2) << as_shell(arguments);
    EXPECT_EQ(refused.out, "");
    EXPECT_NE(refused.err.find("-a"), std::string::npos) << refused.err;
  }
  expect_all_live();
}

// ss -K -x prints sockets that live on as if they had been killed.
TEST_F(Kill, FamiliesThatCannotBeClosedAreRefusedByName) {
  const UniqueFd bound = unix_bound(SOCK_DGRAM, file("u"));
  const std::map<std::string, std::vector<std::string>> all{
      {"unix", {"-x"}}, {"packet", {"-0"}}, {"netlink", {"-f", "netlink"}}, {"unix ", {"-A", "tcp,unix_dgram"}}};
  for (const auto& [name, arguments] : all) {
    std::vector<std::string> words{"-K", "-a", "--yes"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const Finished refused = run_skq(words);
    EXPECT_EQ(refused.exit, 2);
    EXPECT_EQ(refused.out, "");
    EXPECT_NE(refused.err.find(name), std::string::npos) << refused.err;
  }
  expect_all_live();
}

TEST_F(Kill, NotUnaskedWhereNobodyCanBeAsked) {
  const Finished refused = run_skq({"-K", "sport", "=", port_text(victim_.a)});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_EQ(refused.out, "");
  EXPECT_NE(refused.err.find("--yes"), std::string::npos) << refused.err;
  EXPECT_EQ(run_skq({"-K", "-W", "--yes", "sport", "=", port_text(victim_.a)}).exit, 2);
  expect_all_live();
}

TEST_F(Kill, AsksOnATerminal) {
  for (const char* answer : {"n\n", "\n", "yesterday\n", "\x04"}) {
    Running asked(skq({"-Kn", "sport", "=", port_text(victim_.a)}), {}, Running::On::terminal);
    ASSERT_TRUE(asked.shows("Close this socket? [y/N] ")) << asked.out();
    EXPECT_NE(asked.out().find(":" + port_text(victim_.a)), std::string::npos) << asked.out();
    asked.type(answer);
    const Finished finished = asked.finish();
    EXPECT_EQ(finished.exit, 1) << answer;
    EXPECT_NE(finished.out.find("nothing was closed"), std::string::npos) << finished.out;
  }
  expect_all_live();
  Running asked(skq({"-Kn", "sport", "=", port_text(victim_.a)}), {}, Running::On::terminal);
  ASSERT_TRUE(asked.shows("[y/N] "));
  asked.type("y\n");
  const Finished finished = asked.finish();
  EXPECT_EQ(finished.exit, 0);
  EXPECT_NE(finished.out.find("1 killed"), std::string::npos) << finished.out;
  expect_only_the_victim_died();
}

// Between the list and the answer one socket goes and another comes that the filter would take, too.
TEST_F(Kill, WhatWasShownIsWhatIsClosed) {
  Pair leaves = pair();
  const std::uint16_t reused = local_port(leaves.a.get());
  const std::string filter = "sport = " + port_text(victim_.a) + " or sport = " + std::to_string(reused);
  Running asked(skq({"-Kn", filter}), {}, Running::On::terminal);
  ASSERT_TRUE(asked.shows("Close these 2 sockets? [y/N] ")) << asked.out();
  // A reset leaves no TIME-WAIT behind, so the port is free for the next one.
  const linger hard{.l_onoff = 1, .l_linger = 0};
  setsockopt(leaves.a.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  leaves.a.reset();
  leaves.b.reset();
  const UniqueFd comes = inet_bound(host, reused, SOCK_STREAM);
  ASSERT_TRUE(comes.valid());
  ASSERT_TRUE(inet_connect(comes.get(), host, port));
  asked.type("y\n");
  const Finished finished = asked.finish();
  EXPECT_EQ(finished.exit, 0) << "gone is no failure: " << finished.out;
  EXPECT_NE(finished.out.find("1 killed, 1 gone"), std::string::npos) << finished.out;
  EXPECT_EQ(pending_error(comes.get()), 0);
  EXPECT_EQ(send(comes.get(), "x", 1, MSG_NOSIGNAL), 1);
}

TEST_F(Kill, WarnsOfTheOwnLogin) {
  const std::string connection =
      std::string(host) + " " + std::to_string(port) + " " + host + " " + port_text(victim_.a);
  Running asked(skq({"-Kn", "sport", "=", port_text(victim_.a)}), {.environment = {"SSH_CONNECTION=" + connection}},
                Running::On::terminal);
  ASSERT_TRUE(asked.shows("[y/N] "));
  EXPECT_NE(asked.out().find("ssh login"), std::string::npos) << asked.out();
  asked.type("n\n");
  EXPECT_EQ(asked.finish().exit, 1);
}

TEST_F(Kill, WithoutTheRightNothingIsCalledKilled) {
  const Killed killed = kill_them({"sport", "=", port_text(victim_.a)}, {.without_net_admin = true});
  EXPECT_EQ(killed.finished.exit, 1);
  EXPECT_EQ(killed.finished.err, "skq: 1 not permitted\n");
  ASSERT_EQ(killed.results.size(), 1U);
  EXPECT_EQ(killed.results.begin()->second, "not-permitted");
  EXPECT_NE(killed.finished.out.find("CAP_NET_ADMIN"), std::string::npos);
  expect_all_live();
}

TEST_F(Kill, LimitAndSortChooseTheRows) {
  std::vector<std::uint16_t> ports;
  for (const Pair& other : others_) ports.push_back(local_port(other.a.get()));
  const std::uint16_t highest = *std::max_element(ports.begin(), ports.end());
  const Killed killed = kill_them({"--sort=-local_port", "--limit=1", "dport", "=", std::to_string(port), "and",
                                   "sport", "!=", port_text(victim_.a)});
  ASSERT_EQ(killed.results.size(), 1U);
  EXPECT_EQ(killed.results.begin()->first, highest);
  for (const Pair& other : others_)
    EXPECT_EQ(pending_error(other.a.get()), local_port(other.a.get()) == highest ? ECONNABORTED : 0);
}

TEST_F(Kill, ListenersOnlyWhereTheyAreListed) {
  EXPECT_TRUE(kill_them({"sport", "=", std::to_string(port), "and", "dport", "=", "0"}).results.empty());
  EXPECT_TRUE(carries(pair()));
  const Killed killed = kill_them({"-l", "sport", "=", std::to_string(port)});
  ASSERT_EQ(killed.results.size(), 1U);
  EXPECT_EQ(killed.results.begin()->second, "killed");
  EXPECT_FALSE(inet_client(host, port).valid());
}

// The kernel finds one member of such a group by the asker's address; ss reaches no other.
TEST_F(Kill, EveryListenerOfAReuseportGroup) {
  std::vector<UniqueFd> group;
  for (int count = 0; count < 20; ++count) {
    UniqueFd member = inet_socket(host, SOCK_STREAM);
    set_option(member.get(), SO_REUSEPORT, 1);
    const InetAddress address = inet_address(host, port + 1);
    ASSERT_EQ(bind(member.get(), address.get(), address.length), 0);
    ASSERT_EQ(listen(member.get(), 5), 0);
    group.push_back(std::move(member));
  }
  const Killed killed = kill_them({"-tl", "sport", "=", std::to_string(port + 1)});
  EXPECT_EQ(killed.finished.err, "skq: 20 killed\n");
  EXPECT_EQ(killed.results.size(), 20U);
  for (const UniqueFd& member : group) EXPECT_EQ(pending_error(member.get()), ECONNABORTED);
}

TEST_F(Kill, EveryKindOfAddress) {
  for (const char* const address : {"::1", "::ffff:127.0.0.1"}) {
    const UniqueFd listener = tcp_listener(address, port + 2);
    ASSERT_TRUE(listener.valid()) << address;
    const Pair both = tcp_pair(listener.get(), address, port + 2);
    const Killed connection = kill_them({"-t", "sport", "=", port_text(both.a)});
    EXPECT_EQ(connection.finished.err, "skq: 1 killed\n") << address;
    EXPECT_EQ(pending_error(both.a.get()), ECONNABORTED);
    EXPECT_EQ(pending_error(both.b.get()), ECONNRESET);
    EXPECT_EQ(kill_them({"-tl", "sport", "=", std::to_string(port + 2)}).finished.err, "skq: 1 killed\n") << address;
  }
}

TEST_F(Kill, BoundToADevice) {
  UniqueFd client = inet_socket(host, SOCK_STREAM);
  ASSERT_EQ(setsockopt(client.get(), SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), 0);
  ASSERT_TRUE(inet_connect(client.get(), host, port));
  EXPECT_EQ(kill_them({"sport", "=", port_text(client)}).finished.err, "skq: 1 killed\n");
  EXPECT_EQ(pending_error(client.get()), ECONNABORTED);
}

TEST_F(Kill, TimeWait) {
  const std::string closed = port_text(victim_.a);
  victim_.a.reset();
  victim_.b.reset();
  const std::vector<std::string> waiting{"state", "time-wait", "sport", "=", closed};
  ASSERT_EQ(list(waiting, "local").size(), 1U);
  EXPECT_EQ(kill_them(waiting).finished.err, "skq: 1 killed\n");
  EXPECT_EQ(list(waiting, "local").size(), 0U);
}

TEST_F(Kill, ABoundUdpSocketIsNotCalledKilledForItLivesOn) {
  const UniqueFd server = inet_bound(host, port + 3, SOCK_DGRAM);
  const UniqueFd client = inet_client(host, port + 3, SOCK_DGRAM);
  const std::uint16_t client_port = local_port(client.get());
  const Killed killed =
      kill_them({"-ua", "sport", "=", std::to_string(port + 3), "or", "dport", "=", std::to_string(port + 3)});
  EXPECT_EQ(killed.finished.exit, 1);
  EXPECT_EQ(killed.finished.err, "skq: 1 killed, 1 survived\n");
  EXPECT_EQ(killed.results.find(port + 3)->second, "survived");
  EXPECT_EQ(killed.results.find(client_port)->second, "killed");
  EXPECT_EQ(list({"-ua", "sport", "=", std::to_string(port + 3)}, "local").size(), 1U);
  EXPECT_EQ(pending_error(server.get()), ECONNABORTED);
  EXPECT_EQ(pending_error(client.get()), ECONNABORTED);
}

TEST_F(Kill, JsonHasResultAndError) {
  SKIP_WITHOUT("jq");
  const std::string path = file("rows");
  for (const char* format : {"--json-lines", "-J"}) {
    const Pair both = pair();
    EXPECT_EQ(run_skq({"-K", "--yes", format, "sport", "=", port_text(both.a)}, {.stdout_path = path}).exit, 0);
    const Finished jq = run({"jq", "-r", "(.sockets[0]? // .) | .result, .error, .netid", path});
    EXPECT_EQ(jq.out, "killed\nnull\ntcp\n") << format << jq.err;
    run({"rm", path});
  }
}

TEST_F(Kill, NothingMatched) {
  const std::vector<std::string> nothing{"sport", "=", "1"};
  const Killed killed = kill_them(nothing);
  EXPECT_EQ(killed.finished.exit, 0);
  EXPECT_EQ(killed.finished.err, "skq: no socket matched, nothing was closed\n");
  EXPECT_EQ(run_skq({"-K", "--yes", "--exit-code", "sport", "=", "1"}).exit, 4);
  // Nothing to ask about either.
  EXPECT_EQ(run_on_terminal(skq({"-K", "sport", "=", "1"}), 80).exit, 0);
}

TEST_F(Kill, WhatWasDoneIsToldAlsoWhenTheRowsCannotBeWritten) {
  const Finished finished = run_skq({"-K", "--yes", "sport", "=", port_text(victim_.a)}, {.stdout_path = "/dev/full"});
  EXPECT_EQ(finished.exit, 1);
  EXPECT_NE(finished.err.find("1 killed"), std::string::npos) << finished.err;
  EXPECT_NE(finished.err.find(std::string(host) + ":" + port_text(victim_.a)), std::string::npos) << finished.err;
  expect_only_the_victim_died();
}

// What a shell makes of "sport = :$UNSET".
TEST_F(Kill, NotWithAFilterThatLeavesNothingOut) {
  for (const char* filter : {"sport = :", "dst :", "src *", "src *:*", "dst inet:*", "src 0.0.0.0/0", "sport ge 0"}) {
    const Finished refused = run_skq({"-K", "--yes", "-tn", filter});
    EXPECT_EQ(refused.exit, 2) << filter;
    EXPECT_NE(refused.err.find("leaves none out"), std::string::npos) << refused.err;
  }
  expect_all_live();
}

// A `not` holds for those, too, whose owners could not be read: here no descriptor is left to read them by.
TEST_F(Kill, NothingWhereOwnersThatDecideAreUnknown) {
  if (in_own_user_namespace()) GTEST_SKIP() << "only root can become another user";
  SKIP_WITHOUT("setpriv");
  // May close every socket here, and look into no process but its own.
  std::filesystem::copy_file(SKQ_PATH, file("skq"));
  std::vector<std::string> words{"setpriv",
                                 "--reuid=65534",
                                 "--regid=65534",
                                 "--clear-groups",
                                 "--inh-caps=+net_admin",
                                 "--ambient-caps=+net_admin",
                                 file("skq"),
                                 "-K",
                                 "--yes",
                                 "-tn",
                                 "--limit=1",
                                 "--where=not comm == \"" + own_comm() + '"'};
  for (const int exit : {1, 3}) {
    const Finished refused = run(words);
    EXPECT_EQ(refused.exit, exit) << refused.err;
    EXPECT_EQ(refused.out, "");
    EXPECT_NE(refused.err.find("nothing was closed"), std::string::npos) << refused.err;
    words.emplace_back("--strict");
  }
  expect_all_live();
}

TEST_F(Kill, AnInterruptedOneTellsWhatItDid) {
  constexpr std::size_t many = 300;
  while (others_.size() < many) others_.push_back(pair());
  Running killing(skq({"-K", "--yes", "-tnH", "dport", "=", std::to_string(port)}));
  // As soon as the first is closed; those that are looked at later may be closed by then.
  const auto dead = [&] {
    return std::count_if(others_.begin(), others_.end(),
                         [](const Pair& other) { return pending_error(other.a.get()) != 0; });
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (dead() == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  killing.signal(SIGINT);
  const Finished finished = killing.finish();
  EXPECT_EQ(finished.signal, 0);
  EXPECT_EQ(static_cast<std::size_t>(std::count(finished.out.begin(), finished.out.end(), '\n')), many + 1);
  EXPECT_NE(finished.err.find(" killed"), std::string::npos) << finished.err;
  if (finished.exit != 0) {
    EXPECT_EQ(finished.exit, 1);
    EXPECT_NE(finished.err.find(" not tried"), std::string::npos) << finished.err;
  }
}

TEST_F(Kill, WhatIsBoundButInactiveIsToldAndNotAskedAbout) {
  const UniqueFd bound = inet_bound(host, port + 4, SOCK_STREAM);
  const Killed killed = kill_them({"-ta", "sport", "=", std::to_string(port + 4)});
  if (killed.results.empty()) GTEST_SKIP() << "the kernel does not list such sockets";
  EXPECT_EQ(killed.finished.exit, 1);
  EXPECT_EQ(killed.finished.err, "skq: 1 not supported\n");
  EXPECT_EQ(killed.results.begin()->second, "not-supported");
  EXPECT_NE(killed.finished.out.find("nothing\\x20to\\x20close"), std::string::npos) << killed.finished.out;
}

TEST_F(Kill, MptcpIsRefusedForItsSubflows) {
  const Finished refused = run_skq({"-K", "--yes", "-M", "sport", "=", "1"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_NE(refused.err.find("-Kt"), std::string::npos) << refused.err;
}

TEST_F(Kill, AnAnswerBeforeTheQuestionIsNone) {
  Running asked(skq({"-Kn", "-F", "-"}), {}, Running::On::terminal);
  asked.type("sport = " + port_text(victim_.a) + "\n\x04y\n");
  const Finished finished = asked.finish();
  EXPECT_EQ(finished.exit, 2) << finished.out;
  EXPECT_NE(finished.out.find("--yes"), std::string::npos) << finished.out;
  expect_all_live();
}

// skq waits for its filter, so the answer is surely there first.
TEST_F(Kill, WhatWasTypedAheadAnswersNothing) {
  const std::string fifo = file("filter");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  Running asked(skq({"-Kn", "-F", fifo}), {}, Running::On::terminal);
  asked.type("y\n");
  {
    const UniqueFd filter(open(fifo.c_str(), O_WRONLY | O_CLOEXEC));
    ASSERT_TRUE(send_all(filter.get(), "sport = " + port_text(victim_.a) + "\n"));
  }
  ASSERT_TRUE(asked.shows("Close this socket? [y/N] ")) << asked.out();
  asked.type("n\n");
  const Finished finished = asked.finish();
  EXPECT_NE(finished.out.find("nothing was closed"), std::string::npos) << finished.out;
  EXPECT_EQ(finished.exit, 1);
  expect_all_live();
}

TEST_F(Kill, NotBesideAnotherMode) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"-s", "-K"},
                                                {"--limits", "-K"},
                                                {"-D", file("dump"), "-K"},
                                                {"-E", "-K"},
                                                {"-K", "-s"}}) {
    std::vector<std::string> line = words;
    line.insert(line.end(), {"--yes", "sport", "=", port_text(victim_.a)});
    const Finished refused = run_skq(line);
    EXPECT_EQ(refused.exit, 2) << as_shell(line);
    EXPECT_NE(refused.err.find("do different things: say one"), std::string::npos) << refused.err;
  }
  EXPECT_EQ(run_skq({"--yes", "-t"}).exit, 2);
  expect_all_live();
}

TEST_F(Kill, NothingIsClosedWhereTheAnswerHasNowhereToGo) {
  EXPECT_EQ(run_skq({"-K", "--yes", "sport", "=", port_text(victim_.a)}, {.stdout_closed = true}).exit, 1);
  expect_all_live();
}

TEST_F(Kill, ByOwner) {
  const Child owner({victim_.a.get()}, [] { return true; });
  ASSERT_TRUE(owner.ok());
  const Killed killed = kill_them({"-t", "--where", "pid == " + std::to_string(owner.pid())});
  ASSERT_EQ(killed.results.size(), 1U) << killed.finished.err;
  expect_only_the_victim_died();
}

}  // namespace
}  // namespace live
