// Each kind of change, made by the tests' own sockets.
#include <sys/prctl.h>
#include <unistd.h>

#include <sstream>

#include "diff_fixture.h"

namespace live {
namespace {

TEST_F(DiffTest, NothingHappened) {
  const Pair pair = unix_pair(SOCK_STREAM);
  record();
  const Finished finished = diff({});
  EXPECT_EQ(finished.exit, 0);
  EXPECT_NE(finished.out.find(": nothing changed\n"), std::string::npos) << finished.out;
  EXPECT_TRUE(told().all().at("changes").empty());
}

TEST_F(DiffTest, OpenedAndGone) {
  const Pair stays = unix_pair(SOCK_STREAM);
  Pair goes = unix_pair(SOCK_DGRAM);
  const std::string gone = cookie_of(goes.a.get()), gone_too = cookie_of(goes.b.get());
  record();
  goes = {};
  const UniqueFd listener = tcp_listener("127.0.0.1", 4041);
  const Told changes = told();
  EXPECT_EQ(changes.cookies("opened"), std::set<std::string>{cookie_of(listener.get())});
  EXPECT_EQ(changes.cookies("gone"), (std::set<std::string>{gone, gone_too}));
  EXPECT_EQ(changes.all().at("changes").size(), 3U);
  EXPECT_EQ(changes.about().at("opened"), 1);
  EXPECT_EQ(changes.about().at("a").at("chosen"), changes.about().at("a").at("sockets"));
  const Told tcp = told({"--where=netid == \"tcp\""});
  EXPECT_EQ(tcp.about().at("a").at("chosen"), 0);
  EXPECT_EQ(tcp.about().at("b").at("chosen"), 1);
  EXPECT_GE(tcp.about().at("b").at("sockets"), 3);
  const std::string text = diff({"--where=netid == \"tcp\""}).out;
  EXPECT_NE(text.find("Z (0 of "), std::string::npos) << text;
  EXPECT_NE(text.find("Z (now, 1 of "), std::string::npos) << text;
  EXPECT_EQ(changes.about().at("gone"), 2);
  const Json left = changes.of(gone);
  EXPECT_EQ(left.at("after"), nullptr);
  EXPECT_EQ(left.at("socket").at("pid"), getpid()) << "who held it when it was last seen";
  EXPECT_EQ(changes.of(cookie_of(listener.get())).at("socket").at("local"), "127.0.0.1:4041");
}

TEST_F(DiffTest, QueuesThatGrowAndDrain) {
  const Pair grows = unix_pair(SOCK_STREAM), grows_more = unix_pair(SOCK_STREAM), drains = unix_pair(SOCK_STREAM);
  ASSERT_TRUE(send_text(drains.a.get(), std::string(700, 'x')));
  record();
  ASSERT_TRUE(send_text(grows.a.get(), std::string(300, 'x')));
  ASSERT_TRUE(send_text(grows_more.a.get(), std::string(50'000, 'x')));
  std::string buffer(700, 0);
  ASSERT_EQ(::read(drains.b.get(), buffer.data(), buffer.size()), 700);
  const Told changes = told();
  EXPECT_EQ(delta_of(changes.of(cookie_of(grows.b.get())), "recv_q"), 300);
  EXPECT_EQ(delta_of(changes.of(cookie_of(grows_more.b.get())), "recv_q"), 50'000);
  EXPECT_EQ(delta_of(changes.of(cookie_of(drains.b.get())), "recv_q"), -700);
  const Json first = changes.all().at("changes").at(0);
  EXPECT_TRUE(first.at("socket").at("cookie") == cookie_of(grows_more.a.get()) ||
              first.at("socket").at("cookie") == cookie_of(grows_more.b.get()))
      << "what grew most comes first";
  EXPECT_EQ(changes.of(cookie_of(grows.b.get())).at("before").at("recv_q"), 0);
  EXPECT_EQ(changes.of(cookie_of(grows.b.get())).at("after").at("recv_q"), queued_in(grows.b.get()));
}

TEST_F(DiffTest, CountersOfTcpHaveARate) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4042);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4042);
  record();
  ASSERT_TRUE(send_text(pair.a.get(), std::string(5000, 'x')));
  while (queued_out(pair.a.get()) != 0) usleep(1000);  // acknowledged
  const Told changes = told({"-t"});
  const Json change = changes.of(cookie_of(pair.a.get()));
  EXPECT_EQ(delta_of(change, "tcp_bytes_acked"), 5000);
  EXPECT_EQ(delta_of(changes.of(cookie_of(pair.b.get())), "recv_q"), 5000);
  const double seconds = changes.about().at("seconds");
  for (const Json& field : change.at("fields")) {
    if (field.at("field") != "tcp_bytes_acked") continue;
    // `seconds` is told in whole milliseconds, and few of them went by.
    EXPECT_GE(field.at("per_second").get<double>(), 5000 / (seconds + 0.0006));
    EXPECT_LE(field.at("per_second").get<double>(), 5000 / (seconds - 0.0006));
  }
}

TEST_F(DiffTest, StatesAndHalvesThatAreShut) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4043);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4043);
  const Pair shut = unix_pair(SOCK_STREAM);
  record();
  ASSERT_EQ(::shutdown(pair.a.get(), SHUT_WR), 0);
  ASSERT_EQ(::shutdown(shut.a.get(), SHUT_RD), 0);
  ASSERT_TRUE(reaches_tcp_state(pair.b.get(), 8));  // CLOSE-WAIT
  ASSERT_TRUE(reaches_tcp_state(pair.a.get(), 5));  // FIN-WAIT-2
  const Told changes = told();
  const Json change = changes.of(cookie_of(pair.b.get()));
  EXPECT_EQ(change.at("kind"), "state");
  EXPECT_EQ(change.at("before").at("state"), "ESTAB");
  EXPECT_EQ(change.at("after").at("state"), "CLOSE-WAIT");
  EXPECT_EQ(changes.of(cookie_of(pair.a.get())).at("after").at("state"), "FIN-WAIT-2");
  EXPECT_EQ(changes.of(cookie_of(shut.a.get())).at("after").at("shutdown"), "rd");
  const Finished text = diff({});
  EXPECT_NE(text.out.find("state ESTAB \u2192 CLOSE-WAIT"), std::string::npos) << text.out;
}

TEST_F(DiffTest, ADescriptorThatWasPassedOn) {
  Pair pair = unix_pair(SOCK_STREAM);
  const std::string passed = cookie_of(pair.a.get()), kept = cookie_of(pair.b.get());
  record();
  const Child child({pair.a.get()}, [] { return prctl(PR_SET_NAME, "heir") == 0; });
  ASSERT_TRUE(child.ok());
  pair.a.reset();
  const Told changes = told();
  const Json change = changes.of(passed);
  EXPECT_EQ(change.at("kind"), "owner");
  EXPECT_EQ(change.at("before").at("owners").at(0).at("pid"), getpid());
  EXPECT_EQ(change.at("after").at("owners").at(0).at("pid"), child.pid());
  EXPECT_EQ(change.at("after").at("owners").size(), 1U);
  EXPECT_TRUE(changes.of(kept).is_null());
  const Finished text = diff({});
  EXPECT_NE(text.out.find("\u2192 heir[" + std::to_string(child.pid()) + "]"), std::string::npos) << text.out;
}

TEST_F(DiffTest, MissingUntilASecondAbsenceProvesIt) {
  Pair pair = unix_pair(SOCK_STREAM);
  const std::string cookie = cookie_of(pair.a.get());
  const std::string first = record();
  pair = {};
  const std::string second = record();
  EXPECT_EQ(told({first, second}).kind_of(cookie), "missing");
  EXPECT_FALSE(told({first, second}).about().at("witnessed").get<bool>());
  EXPECT_NE(diff({first, second}).out.find("\nmissing: not in the later look; there is none after it yet"),
            std::string::npos);
  const std::string third = record();
  EXPECT_EQ(told({first, second}).kind_of(cookie), "gone");
  EXPECT_EQ(told({first, third}).kind_of(cookie), "missing");
  EXPECT_EQ(told({first, "live"}).kind_of(cookie), "gone") << "the running kernel is asked twice";
  EXPECT_EQ(told({second, third}).kind_of(cookie), "");
}

TEST_F(DiffTest, NamesThatWantToHarm) {
  const std::string name = std::string(1, '\0') + "evil\n\x1b[2J\xff\"";
  record();
  char old_name[17] = {};
  prctl(PR_GET_NAME, old_name);
  prctl(PR_SET_NAME, "a\x1b[1m\nb");
  const UniqueFd listener = unix_listener(SOCK_STREAM, name, 3);
  const Told changes = told();
  const Finished text = diff({}), lines = diff({"--json-lines"});
  prctl(PR_SET_NAME, old_name);
  EXPECT_EQ(changes.kind_of(cookie_of(listener.get())), "opened");
  EXPECT_EQ(text.out.find('\x1b'), std::string::npos);
  EXPECT_NE(text.out.find("evil\\n\\x1b[2J"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("a\\x1b[1m\\nb["), std::string::npos) << text.out;
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 1) << lines.out;
  EXPECT_FALSE(Json::parse(lines.out, nullptr, false).is_discarded());
}

TEST_F(DiffTest, ChosenByEitherSide) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4044);
  Pair tcp = tcp_pair(listener.get(), "127.0.0.1", 4044), other = unix_pair(SOCK_STREAM);
  const std::string waits = cookie_of(tcp.b.get());
  record();
  ASSERT_TRUE(send_text(other.a.get(), "x"));
  ASSERT_EQ(::shutdown(tcp.a.get(), SHUT_WR), 0);
  ASSERT_TRUE(reaches_tcp_state(tcp.b.get(), 8));
  EXPECT_EQ(told({"-x"}).kind_of(waits), "");
  EXPECT_NE(told({"-x"}).kind_of(cookie_of(other.b.get())), "");
  EXPECT_EQ(told({"-t"}).kind_of(waits), "state");
  EXPECT_EQ(told({"-t"}).kind_of(cookie_of(other.b.get())), "");
  for (const char* side : {"state == ESTAB", "state == CLOSE-WAIT", "comm == \"diff_test\""})
    EXPECT_EQ(told({"--where", side}).kind_of(waits), "state") << side;
  EXPECT_EQ(told({"--where", "state == LAST-ACK"}).kind_of(waits), "");
  const Told limited = told({"--limit", "1"});
  EXPECT_EQ(limited.all().at("changes").size(), 1U);
  EXPECT_GT(limited.about().at("state").get<int>() + limited.about().at("grown").get<int>(), 1) << "all are counted";
  EXPECT_NE(diff({"--limit", "1"}).out.find("more change"), std::string::npos);
}

TEST_F(DiffTest, FitsATerminal) {
  const std::string path = file(std::string(80, 'n'));
  record();
  const UniqueFd listener = unix_listener(SOCK_STREAM, path, 3);
  const UniqueFd client = unix_client(SOCK_STREAM, path);
  const Finished shown = run_on_terminal(skq({"diff", "--from", folder() + "/rec"}), 100);
  EXPECT_EQ(shown.exit, 0);
  std::string line;
  for (std::istringstream all(shown.out); std::getline(all, line);) EXPECT_LE(line.size(), 130U) << line;
  EXPECT_NE(shown.out.find("nnn"), std::string::npos);
}

}  // namespace
}  // namespace live
