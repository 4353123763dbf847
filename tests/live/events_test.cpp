// -E: each destroyed socket once, with its addresses; what is lost is told; it ends when it is told to.
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>

#include "live_test.h"

namespace live {
namespace {

constexpr const char* host = "127.0.0.1";
constexpr std::uint16_t port = 4601;
constexpr std::uint16_t mark_port = 4699;

std::vector<std::string> events(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-E", "-n"});
  return skq(std::move(arguments));
}
std::vector<std::string> raw_events(std::vector<std::string> arguments, const std::string& columns) {
  arguments.insert(arguments.begin(), {"--format=raw", "-c", columns});
  return events(std::move(arguments));
}

/// The header comes when it listens.
void expect_listening(Running& running) {
  ASSERT_TRUE(running.reads_until([&] { return !running.out().empty(); }));
}

/// Destroys a socket and waits until that is told: whatever was destroyed before has been told as well, but for what
/// another CPU still holds, so a test asks for its own rows, too.
void destroy_mark(Running& running) {
  inet_bound(host, mark_port, SOCK_DGRAM).reset();
  EXPECT_TRUE(running.shows(":" + std::to_string(mark_port))) << running.out();
}

bool all_told(Running& running, const std::vector<std::string>& pieces) {
  return std::all_of(pieces.begin(), pieces.end(), [&](const std::string& piece) { return running.shows(piece); });
}

Finished stop(Running& running, int signal = SIGINT) {
  running.signal(signal);
  return running.finish();
}

class Events : public LiveTest {};

TEST_F(Events, EachSocketOnceWithItsAddresses) {
  Running running(raw_events({}, "cookie,netid,state,local,peer,inode,uid,send_q"));
  expect_listening(running);
  destroy_mark(running);  // the look at what lives is over
  std::vector<std::string> cookies;
  std::vector<std::string> rows;
  for (const std::string address : {"127.0.0.1", "::1"}) {
    const std::string shown = address == host ? address : "[" + address + "]";
    UniqueFd listener = tcp_listener(address, port);
    Pair pair = tcp_pair(listener.get(), address, port);
    UniqueFd udp = inet_bound(address, port + 1, SOCK_DGRAM);
    const std::string client = shown + ":" + std::to_string(local_port(pair.a.get()));
    const std::string server = shown + ":" + std::to_string(port);
    for (const int fd : {listener.get(), pair.a.get(), pair.b.get(), udp.get()}) cookies.push_back(cookie_of(fd));
    rows.push_back(" tcp UNCONN " + client + " " + server + " ");
    rows.push_back(" tcp UNCONN " + server + " " + client + " ");
    rows.push_back(" udp UNCONN " + shown + ":" + std::to_string(port + 1) + " ");
  }
  EXPECT_TRUE(all_told(running, cookies)) << running.out();
  const Finished finished = stop(running);
  EXPECT_EQ(finished.exit, 0);
  EXPECT_EQ(finished.err, "");
  const Rows told(finished.out);
  for (const std::string& cookie : cookies) EXPECT_EQ(told.count("cookie", cookie), 1U) << cookie << finished.out;
  for (const std::string& row : rows) EXPECT_NE(finished.out.find(row), std::string::npos) << row << finished.out;
  for (const std::string& cookie : cookies) {
    const Row& row = told.one("cookie", cookie);
    EXPECT_TRUE(row.is_null("uid")) << "not told of a socket that came after the look, and not root's";
    EXPECT_TRUE(row.is_null("inode"));
    // Of udp the kernel says -1.
    EXPECT_EQ(row.is_null("send_q"), row.raw("netid") == "udp") << row.raw("send_q");
  }
}

TEST_F(Events, WhatLivedBeforeIsKnownWithItsOwners) {
  UniqueFd before = inet_bound(host, port, SOCK_DGRAM);
  const std::string inode = std::to_string(inode_of(before.get()));
  Running running(raw_events({"-p"}, "local,inode,uid,pid,comm"));
  expect_listening(running);
  destroy_mark(running);  // the first look is over
  before.reset();
  inet_bound(host, port + 1, SOCK_DGRAM).reset();
  EXPECT_TRUE(all_told(running, {":" + std::to_string(port) + " ", ":" + std::to_string(port + 1) + " "}));
  const Finished finished = stop(running);
  const Rows rows(finished.out);
  const Row& known = rows.one("local", "127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(known.raw("inode"), inode);
  EXPECT_EQ(known.number("uid"), getuid());
  EXPECT_EQ(known.raw("pid"), std::to_string(getpid()));
  EXPECT_EQ(known.text("comm"), own_comm());
  const Row& unknown = rows.one("local", "127.0.0.1:" + std::to_string(port + 1));
  EXPECT_TRUE(unknown.is_null("pid")) << "it came and went between two looks";
  EXPECT_TRUE(unknown.is_null("uid"));
}

TEST_F(Events, AnOwnerIsKnownOfWhatALaterLookSaw) {
  Running running(raw_events({"-p"}, "local,pid"));
  expect_listening(running);
  destroy_mark(running);
  // When the next look comes is a matter of time, so many wait for it, and one goes at a time until one was seen.
  std::vector<UniqueFd> waiting;
  for (int count = 0; count < 200; ++count) waiting.push_back(inet_bound(host, 0, SOCK_DGRAM));
  const std::string owned = " " + std::to_string(getpid()) + "\n";
  EXPECT_TRUE(running.reads_until([&] {
    if (waiting.empty() || running.out().find(owned) != std::string::npos) return true;
    waiting.pop_back();
    usleep(100'000);
    return false;
  }));
  EXPECT_TRUE(running.shows(owned)) << running.out();
  stop(running);
}

TEST_F(Events, FilterWhereAndFamilies) {
  Running filtered(raw_events({"sport", "=", std::to_string(port + 1)}, "netid,local"));
  Running where(raw_events({"--where", "local_port == " + std::to_string(port + 1)}, "netid,local"));
  Running version(raw_events({"-u6"}, "netid,local"));
  for (Running* const running : {&filtered, &where, &version}) expect_listening(*running);
  for (const std::uint16_t at : {port, static_cast<std::uint16_t>(port + 1)}) {
    inet_bound(host, at, SOCK_DGRAM).reset();
    inet_bound("::1", at, SOCK_DGRAM).reset();
    inet_bound("::1", at, SOCK_STREAM).reset();
  }
  const std::string v4 = "udp 127.0.0.1:4602\n", v6 = "udp [::1]:4602\n", other = "udp [::1]:4601\n";
  EXPECT_TRUE(all_told(filtered, {v4, v6, "tcp [::1]:4602\n"}));
  EXPECT_TRUE(all_told(where, {v4, v6, "tcp [::1]:4602\n"}));
  EXPECT_TRUE(all_told(version, {v6, other}));
  EXPECT_EQ(stop(filtered).out.find("4601"), std::string::npos);
  EXPECT_EQ(stop(where).out.find("4601"), std::string::npos);
  const std::string out = stop(version).out;
  EXPECT_EQ(out.find("127.0.0.1"), std::string::npos);
  EXPECT_EQ(out.find("tcp"), std::string::npos);
}

TEST_F(Events, LimitEndsIt) {
  Running running(raw_events({"--limit=2"}, "local"));
  expect_listening(running);
  for (int count = 0; count < 5; ++count) inet_bound(host, port, SOCK_DGRAM).reset();
  const Finished finished = running.finish();
  EXPECT_EQ(finished.exit, 0);
  EXPECT_EQ(Rows(finished.out).size(), 2U);
}

TEST_F(Events, AnOrdinaryUserMayListen) {
  Running running(raw_events({}, "local"), {.without_net_admin = true});
  expect_listening(running);
  destroy_mark(running);
  const Finished finished = stop(running);
  EXPECT_EQ(finished.exit, 0);
  EXPECT_EQ(finished.err, "");
}

TEST_F(Events, SignalsEndItInOrder) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Running running(events({"-u"}));
    expect_listening(running);
    EXPECT_EQ(running.out().substr(0, 4), "Time") << "the header does not wait for the first event";
    destroy_mark(running);
    const Finished finished = stop(running, signal);
    EXPECT_EQ(finished.exit, 0);
    EXPECT_EQ(finished.signal, 0);
    EXPECT_EQ(finished.err, "");
  }
}

TEST_F(Events, ExitCodeSaysThatNothingMatched) {
  Running running(raw_events({"--exit-code", "sport", "=", "1"}, "local"));
  expect_listening(running);
  EXPECT_EQ(stop(running).exit, 4);
}

TEST_F(Events, AReaderThatGoesAwayEndsItAlsoWhenNothingHappens) {
  for (const Running::On on : {Running::On::pipes, Running::On::socket}) {
    Running running(events({}), {}, on);
    expect_listening(running);
    running.stop_reading();
    EXPECT_EQ(running.finish().signal, SIGPIPE);
  }
}

TEST_F(Events, OutputThatCannotBeWritten) {
  EXPECT_EQ(run(events({}), {.stdout_closed = true}).exit, 1);
  EXPECT_EQ(run(events({}), {.stdout_path = "/dev/full"}).exit, 1);
}

// ss -E -x ends with 255 and says nothing.
TEST_F(Events, WhatHasNoEventsIsRefusedByName) {
  struct Case {
    std::vector<std::string> arguments;
    std::string name;
  };
  for (const Case& refused :
       {Case{{"-x"}, "unix"}, Case{{"-0"}, "packet"}, Case{{"-f", "netlink"}, "netlink"}, Case{{"-w"}, "raw"},
        Case{{"-J"}, "--json-lines"}, Case{{"--sort=local"}, "--sort"}, Case{{"-W"}, "-W"}, Case{{"-l"}, "-l"}}) {
    const Finished finished = run(events(refused.arguments));
    EXPECT_EQ(finished.exit, 2) << refused.name;
    EXPECT_EQ(finished.out, "");
    EXPECT_NE(finished.err.find(refused.name), std::string::npos) << finished.err;
  }
}

TEST_F(Events, JsonLinesAreJson) {
  SKIP_WITHOUT("jq");
  Running running(events({"--json-lines", "-t"}));
  // No header: what is destroyed before it listens is not told.
  ASSERT_TRUE(running.reads_until([&] {
    inet_bound(host, port, SOCK_STREAM).reset();
    return running.out().find('\n') != std::string::npos;
  }));
  const std::string path = file("events");
  std::ofstream(path) << stop(running).out;
  const Finished jq =
      run({"jq", "-r", "[.netid, .local_port, (.ts|type), (.time|test(\"^20[0-9-]+T[0-9:]+\\\\.[0-9]{3}\"))] | @csv",
           path});
  EXPECT_EQ(jq.exit, 0) << jq.err;
  EXPECT_EQ(jq.out.substr(0, jq.out.find('\n')), "\"tcp\"," + std::to_string(port) + ",\"number\",true");
}

/// What the kernel dropped of the events for the one listener of this network namespace.
std::uint64_t lost_by_listener() {
  std::ifstream file("/proc/net/netlink");
  std::uint64_t lost = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string socket, protocol, portid, groups, rmem, wmem, dump, locks, drops;
    words >> socket >> protocol >> portid >> groups >> rmem >> wmem >> dump >> locks >> drops;
    if (protocol == std::to_string(NETLINK_SOCK_DIAG) && groups != "00000000") lost += std::stoull(drops);
  }
  return lost;
}

/// "incomplete: at least N events were lost", a line for each burst.
std::uint64_t told_as_lost(const std::string& messages) {
  constexpr std::string_view begin = "at least ";
  std::uint64_t sum = 0;
  for (std::size_t at = messages.find(begin); at != std::string::npos; at = messages.find(begin, at + 1))
    sum += std::stoull(messages.substr(at + begin.size()));
  return sum;
}

// ss ends at the first event that finds no room.
TEST_F(Events, LossIsCountedAndItGoesOn) {
  // Without the right its buffer is that of an ordinary user, and small.
  Running running(raw_events({"--strict", "-u"}, "netid,local"), {.without_net_admin = true});
  expect_listening(running);
  running.signal(SIGSTOP);
  std::size_t destroyed = 0;
  while (lost_by_listener() < 100 && destroyed < 1'000'000) {
    for (int count = 0; count < 100; ++count, ++destroyed) inet_socket(host, SOCK_DGRAM).reset();
  }
  ASSERT_LT(destroyed, 1'000'000U);
  running.signal(SIGCONT);
  // Every event was either told or counted: that no row is missing from the sum is the exactness of the count.
  const auto told = [&] {
    return static_cast<std::size_t>(std::count(running.out().begin(), running.out().end(), '\n')) - 1;
  };
  EXPECT_TRUE(running.reads_until([&] { return told() + lost_by_listener() == destroyed; }))
      << told() << " told, " << lost_by_listener() << " lost of " << destroyed;
  const std::uint64_t lost = lost_by_listener();
  destroy_mark(running);
  const Finished finished = stop(running);
  EXPECT_EQ(finished.exit, 3) << finished.err;
  EXPECT_EQ(told_as_lost(finished.err), lost) << finished.err;
}

// A killed tcp socket stays with its owner, closed: its end comes when the owner lets it go.
TEST_F(Events, AKilledSocketEndsWithItsOwner) {
  const UniqueFd listener = tcp_listener(host, port);
  Pair pair = tcp_pair(listener.get(), host, port);
  const std::string cookie = cookie_of(pair.a.get());
  Running running(raw_events({}, "cookie,local"));
  expect_listening(running);
  EXPECT_EQ(run_skq({"-K", "--yes", "-n", "sport", "=", std::to_string(local_port(pair.a.get()))}).exit, 0);
  destroy_mark(running);
  EXPECT_EQ(running.out().find(cookie + " "), std::string::npos) << running.out();
  pair.a.reset();
  EXPECT_TRUE(running.shows(cookie + " ")) << running.out();
  stop(running);
}

}  // namespace
}  // namespace live
