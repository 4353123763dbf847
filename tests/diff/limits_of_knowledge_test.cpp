// What a look did not look at, may not see, or cannot compare is said, and never told as a change.
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "diff_fixture.h"

namespace live {
namespace {

TEST_F(DiffTest, AnotherBootIsOneSentence) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4061);
  record();
  const std::string other = recorded_as("other", [](skq::SnapshotHead& head) { head.at.boot_id = "another"; });
  const Finished text = run_skq({"diff", other});
  EXPECT_EQ(text.exit, 0);
  EXPECT_NE(text.out.find("booted anew"), std::string::npos) << text.out;
  EXPECT_EQ(std::count(text.out.begin(), text.out.end(), '\n'), 1) << text.out;
  const Finished json = run_skq({"diff", "-J", "--strict", other});
  EXPECT_EQ(json.exit, 3);
  const Json answer = Json::parse(json.out);
  EXPECT_EQ(answer.at("diff").at("comparable"), false);
  EXPECT_TRUE(answer.at("changes").empty());
  EXPECT_NE(json.err.find("booted anew"), std::string::npos);
}

TEST_F(DiffTest, AnotherHostIsRefused) {
  record();
  const std::string other = recorded_as("other", [](skq::SnapshotHead& head) {
    head.at.boot_id = "another";
    head.at.host = "db\x1b[1m2";
  });
  const Finished finished = run_skq({"diff", other});
  EXPECT_EQ(finished.exit, 1);
  EXPECT_NE(finished.err.find(" is of host db\\x1b[1m2, the live look of host "), std::string::npos) << finished.err;
  EXPECT_EQ(finished.out, "");
}

TEST_F(DiffTest, AHostThatWasGivenAnotherNameIsTheSame) {
  const Pair pair = unix_pair(SOCK_STREAM);
  record();
  const std::string other = recorded_as("other", [](skq::SnapshotHead& head) { head.at.host = "old\x1b[1m"; });
  const Finished finished = diff({other});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_NE(finished.err.find("the host's name changed from old\\x1b[1m to "), std::string::npos) << finished.err;
  EXPECT_NE(finished.out.find("nothing changed"), std::string::npos) << finished.out;
}

TEST_F(DiffTest, WhatWasNotRecordedIsNotOpened) {
  record({"-t"});
  const Pair pair = unix_pair(SOCK_STREAM);
  const UniqueFd listener = tcp_listener("127.0.0.1", 4062);
  const Told changes = told();
  EXPECT_EQ(changes.cookies("opened"), std::set<std::string>{cookie_of(listener.get())});
  EXPECT_NE(changes.gaps().find("2 unix sockets of the live look are not compared: the snapshot of 2"),
            std::string::npos)
      << changes.gaps();
  EXPECT_EQ(diff({"--strict"}).exit, 3);
  EXPECT_EQ(diff({"--strict", "-t"}).exit, 0) << "what is asked for is all there";
}

TEST_F(DiffTest, WhatWasNotComparedIsNotUnchanged) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4065);
  record({"-ta"});
  const std::string other = recorded_as("other", [](skq::SnapshotHead& head) { head.at.netns = head.at.netns + 1; });
  const Finished text = run_skq({"diff", "-t", other});
  EXPECT_EQ(text.out.find("nothing changed"), std::string::npos) << text.out;
  EXPECT_TRUE(text.out.starts_with("Nothing could be compared")) << text.out << text.err;
  EXPECT_EQ(run_skq({"diff", "-t", "--strict", other}).exit, 3);
}

TEST_F(DiffTest, ThroughAFilterNothingIsOpened) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4063);
  const std::string first = record({"sport", "=", ":4063"});
  const UniqueFd other = tcp_listener("127.0.0.1", 4064);
  EXPECT_EQ(told({first}).cookies("opened"), std::set<std::string>{});
  EXPECT_NE(told({first}).gaps().find("recorded through a filter"), std::string::npos);
  const std::string second = record({"sport", "=", ":4063"});
  EXPECT_TRUE(told({first, second}).all().at("changes").empty());
  EXPECT_EQ(told({first, second}).gaps(), "") << "the same filter twice leaves out the same";
}

TEST_F(DiffTest, WhatLeftAFilterIsNotGone) {
  const Pair pair = unix_pair(SOCK_STREAM);
  const std::string cookie = cookie_of(pair.b.get());
  const std::vector<std::string> waiting{"-xa", "--where", "recv_q > 0"};
  ASSERT_TRUE(send_text(pair.a.get(), "x"));
  const std::string full = record(waiting);
  char byte = 0;
  ASSERT_EQ(read(pair.b.get(), &byte, 1), 1);
  const std::string drained = record(waiting);
  ASSERT_TRUE(send_text(pair.a.get(), "x"));
  const std::string again = record(waiting);
  ASSERT_EQ(read(pair.b.get(), &byte, 1), 1);
  record(waiting);
  EXPECT_EQ(told({full, drained}).kind_of(cookie), "missing");
  EXPECT_NE(told({full, drained}).gaps().find("may only have left"), std::string::npos);
  EXPECT_EQ(told({drained, again}).kind_of(cookie), "opened");
  EXPECT_NE(diff({drained, again}).out.find("perhaps older"), std::string::npos);
}

TEST_F(DiffTest, AnotherNamespaceIsNotGone) {
  const Pair pair = unix_pair(SOCK_STREAM);
  record();
  ASSERT_FALSE(enter_private_network());
  const Told changes = told();
  EXPECT_TRUE(changes.all().at("changes").empty()) << changes.all().dump();
  EXPECT_NE(changes.gaps().find("did not look into their network namespace"), std::string::npos) << changes.gaps();
}

// The sockets by which a look is made, whatever the program is called, and also where nobody tells who holds them.
TEST_F(DiffTest, WhatLooksIsNoChange) {
  std::filesystem::create_symlink(SKQ_PATH, file("skqb"));
  std::filesystem::create_directory(file("rec"));
  std::filesystem::permissions(file("rec"), std::filesystem::perms(0777));
  std::vector<Surroundings> users{{}};
  if (!in_own_user_namespace()) users.push_back({.user = uid_t{65534}});
  for (const Surroundings& user : users)
    for (const std::vector<std::string>& how : {std::vector<std::string>{"--why"}, {"-c", "netid,local,peer"}}) {
      std::filesystem::remove_all(file("rec"));
      std::filesystem::create_directory(file("rec"));
      std::filesystem::permissions(file("rec"), std::filesystem::perms(0777));
      std::vector<std::string> words{file("skqb"), "record", "--dir=" + file("rec")};
      words.insert(words.end(), how.begin(), how.end());
      const Finished recorded = run(words, user);
      if (user.user && recorded.err.find("Invalid argument") != std::string::npos) break;
      ASSERT_EQ(recorded.exit, 0) << recorded.err;
      for (const auto& entry : std::filesystem::directory_iterator(file("rec")))
        std::filesystem::permissions(entry.path(), std::filesystem::perms(0644));
      for (const Surroundings& other : users) {
        const Finished finished = run({file("skqb"), "diff", "-J", "--from", file("rec")}, other);
        ASSERT_EQ(finished.exit, 0) << finished.err;
        const Told changes(Json::parse(finished.out));
        for (const Json& change : changes.all().at("changes"))
          EXPECT_NE(change.at("socket").at("netid"), "nl") << change;
      }
    }
}

TEST_F(DiffTest, AnOrdinaryUserTakesNobodysSockets) {
  if (in_own_user_namespace()) GTEST_SKIP() << "only root can become another user";
  const pid_t trial = fork();
  if (trial == 0) _exit(setresuid(65534, 65534, 65534) == 0 ? 0 : 1);
  int status = 0;
  waitpid(trial, &status, 0);
  if (status != 0) GTEST_SKIP() << "there is no uid 65534 in this user namespace";
  Pair goes = unix_pair(SOCK_STREAM);
  const Pair stays = unix_pair(SOCK_STREAM);
  const std::string gone = cookie_of(goes.a.get());
  record();
  std::filesystem::permissions(folder() + "/rec", std::filesystem::perms(0755));
  for (const auto& entry : std::filesystem::directory_iterator(folder() + "/rec"))
    std::filesystem::permissions(entry.path(), std::filesystem::perms(0644));
  ASSERT_TRUE(send_text(stays.a.get(), "x"));
  goes = {};
  const Surroundings as_nobody{.user = uid_t{65534}};
  const Finished finished = run_skq({"diff", "-J", "--from", folder() + "/rec"}, as_nobody);
  ASSERT_EQ(finished.exit, 0) << finished.err;
  const Told changes(Json::parse(finished.out));
  EXPECT_EQ(changes.kind_of(gone), "gone");
  EXPECT_EQ(changes.about().at("owner"), 0) << "owners that cannot be seen have not gone";
  EXPECT_EQ(changes.kind_of(cookie_of(stays.b.get())), "grown");
  EXPECT_NE(changes.gaps().find("the live look: owners of"), std::string::npos) << changes.gaps();
}

}  // namespace
}  // namespace live
