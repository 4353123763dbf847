// What a TARGET stands for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "skq/target.h"
#include "two_looks.h"

namespace skq::diagnosing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_view_literals;

TEST(ParseTarget, EachKindByItsLook) {
  const std::pair<std::string_view, TargetKind> words[] = {
      {"812", TargetKind::pid},           {"nginx", TargetKind::name},        {"/run/x.sock", TargetKind::path},
      {"@name", TargetKind::abstract},    {"ino:4711", TargetKind::inode},    {":5432", TargetKind::port},
      {"192.0.2.7:53", TargetKind::port}, {"[::1]:80", TargetKind::port},     {"*:80", TargetKind::port},
      {"kworker/0:1", TargetKind::name},  {"run/rel.sock", TargetKind::name}, {"8a", TargetKind::name},
      {"host:80", TargetKind::name},      {"@812", TargetKind::abstract},
  };
  for (const auto& [word, kind] : words) {
    const auto target = parse_target(word);
    ASSERT_TRUE(target) << word;
    EXPECT_EQ(target->kind, kind) << word;
    EXPECT_EQ(target->text, word);
  }
  EXPECT_EQ(parse_target("812")->number, 812U);
  EXPECT_EQ(parse_target("ino:4711")->number, 4711U);
  EXPECT_EQ(parse_target(":5432")->number, 5432U);
  EXPECT_FALSE(parse_target("*:80")->address);
  EXPECT_EQ(parse_target("[::1]:80")->family, Family::inet6);
  EXPECT_EQ(parse_target("@name")->name, "name");
}

TEST(ParseTarget, WhatIsWrongIsSaid) {
  for (const std::string_view word : {"", "0", "99999999", "99999999999999999999", "ino:", "ino:x", "ino:0", "@", ":",
                                      ":http", ":0", ":65536", "ino:4294967296", ":-1", ": 80"})
    EXPECT_FALSE(parse_target(word)) << word;
  EXPECT_NE(parse_target(":http").error().doing.find("65535"), std::string::npos);
}

struct Host : SceneBuilder {
  Host() {
    listener(10, "/run/pg.sock", 0, 5);
    pair(11, 12);
    named(11, "/run/pg.sock", VfsObject{77, 8, 1});
    unix_part(10).vfs = VfsObject{77, 8, 1};
    listener(13, "\0bus"sv, 0, 5);
    tcp_row(*this, 20, State::listen, 5432, 0);
    std::get<InetPart>(at(20).part).local = Address{};
    tcp_row(*this, 21, State::established, 5432, 40000);
    tcp_row(*this, 22, State::established, 40000, 5432);
    for (const std::uint32_t inode : {10U, 11U, 20U, 21U}) holds(640, "postgres", inode, static_cast<int>(inode));
    holds(812, "psql", 12, 3);
    holds(813, "psql", 22, 3);
    holds(1, "systemd", 13, 9);
  }
  TargetMatch resolve(std::string_view word, const TargetWorld& world = {}) {
    const auto target = parse_target(word);
    return resolve_target(*target, scene().sockets, world);
  }
};

std::vector<Inode> inodes(std::initializer_list<std::uint32_t> list) {
  std::vector<Inode> all;
  for (const std::uint32_t one : list) all.push_back(Inode{one});
  return all;
}

TEST(ResolveTarget, APid) {
  Host host;
  EXPECT_EQ(host.resolve("812").sockets, inodes({12}));
  EXPECT_THAT(host.resolve("812").pids, ElementsAre(812));
  EXPECT_FALSE(host.resolve("999").found());
}

TEST(ResolveTarget, AProcessWithoutSockets) {
  Host host;
  const ProcessName processes[] = {{999, "sleeper"}};
  TargetWorld world;
  world.processes = processes;
  EXPECT_THAT(host.resolve("999", world).pids, ElementsAre(999));
  EXPECT_THAT(host.resolve("sleeper", world).pids, ElementsAre(999));
  EXPECT_THAT(host.resolve("sleeper", world).sockets, IsEmpty());
}

TEST(ResolveTarget, AComm) {
  Host host;
  const auto match = host.resolve("psql");
  EXPECT_THAT(match.pids, ElementsAre(812, 813));
  EXPECT_EQ(match.sockets, inodes({12, 22}));
  EXPECT_EQ(match.meaning, "process");
}

TEST(ResolveTarget, AUnitOrContainerWhereNoProcessIsCalledSo) {
  static const Process details{.cmdline = "", .cgroup = "", .container = "0123456789abcdef", .unit = "db.service"};
  Host host;
  host.scene();
  Owner owner{.pid = 640, .tid = 0, .fd = 3, .comm = "postgres", .process = &details};
  const Owners owners{{&owner, 1}};
  Socket socket = host.at(10);
  socket.owners = &owners;
  const Socket* const rows[] = {&socket};
  for (const std::string_view word : {"db.service", "db", "0123456789abcdef", "0123456789ab"}) {
    // A word of digits alone would be a pid.
    const auto match = resolve_target(*parse_target(word), rows, {});
    EXPECT_THAT(match.pids, ElementsAre(640)) << word;
    EXPECT_EQ(match.sockets, inodes({10})) << word;
  }
  EXPECT_EQ(resolve_target(*parse_target("db"), rows, {}).meaning, "unit");
  EXPECT_FALSE(resolve_target(*parse_target("01234567ab"), rows, {}).found());
}

TEST(ResolveTarget, APath) {
  Host host;
  EXPECT_EQ(host.resolve("/run/pg.sock").sockets, inodes({10, 11}));
  EXPECT_THAT(host.resolve("/run/pg.sock").pids, ElementsAre(640));
  TargetWorld world;
  world.canonical_path = "/run/pg.sock";
  EXPECT_EQ(host.resolve("/var/run/pg.sock", world).sockets, inodes({10, 11}));
  TargetWorld by_file;
  by_file.file = VfsObject{77, 8, 1};
  EXPECT_EQ(host.resolve("/other/name", by_file).sockets, inodes({10, 11}));
  by_file.file = VfsObject{78, 8, 1};
  EXPECT_FALSE(host.resolve("/other/name", by_file).found());
}

TEST(ResolveTarget, ANameAsItIsPrinted) {
  Host host;
  host.listener(30, "/run/a\nb", 0, 5);
  EXPECT_EQ(host.resolve("/run/a\\nb").sockets, inodes({30}));
  EXPECT_EQ(host.resolve("/run/a\nb").sockets, inodes({30}));
  host.listener(31, "rel/x.sock", 0, 5);
  EXPECT_EQ(host.resolve("rel/x.sock").sockets, inodes({31}));
  EXPECT_EQ(host.resolve("rel/x.sock").meaning, "path");
}

TEST(ResolveTarget, AnAbstractNameEvenPadded) {
  Host host;
  EXPECT_EQ(host.resolve("@bus").sockets, inodes({13}));
  host.listener(32, "\0padded\0\0\0"sv, 0, 5);
  EXPECT_EQ(host.resolve("@padded").sockets, inodes({32}));
  EXPECT_FALSE(host.resolve("@run/pg.sock").found());
  EXPECT_FALSE(host.resolve("/bus").found());
}

TEST(ResolveTarget, AnInodeAndAPort) {
  Host host;
  EXPECT_EQ(host.resolve("ino:12").sockets, inodes({12}));
  EXPECT_EQ(host.resolve(":5432").sockets, inodes({20, 21, 22}));
  EXPECT_THAT(host.resolve(":5432").pids, ElementsAre(640, 813));
  EXPECT_EQ(host.resolve(":40000").sockets, inodes({21, 22}));
  EXPECT_FALSE(host.resolve(":1").found());
}

TEST(ResolveTarget, AnAddressAndPortIsEitherEndOrAWildcard) {
  Host host;
  EXPECT_EQ(host.resolve("127.0.0.1:5432").sockets, inodes({20, 21, 22}));
  EXPECT_EQ(host.resolve("[::ffff:127.0.0.1]:5432").sockets, inodes({20, 21, 22}));
  EXPECT_EQ(host.resolve("192.0.2.1:5432").sockets, inodes({20}));
  EXPECT_FALSE(host.resolve("192.0.2.1:40000").found());
}

TEST(ResolveTarget, RowsWithoutInodeAreFoundAndNotListed) {
  SceneBuilder host;
  tcp_row(host, 0, State::time_wait, 80, 5000);
  const auto match = resolve_target(*parse_target(":80"), host.scene().sockets, {});
  EXPECT_TRUE(match.found());
  EXPECT_THAT(match.sockets, IsEmpty());
}

TEST(ResolveTarget, NearWordsOfThatKind) {
  Host host;
  EXPECT_THAT(host.resolve("postgers").near, ElementsAre("postgres"));
  EXPECT_THAT(host.resolve("/run/pq.sock").near, ElementsAre("/run/pg.sock"));
  EXPECT_THAT(host.resolve("/tmp/elsewhere/deep/down/pg.sock").near, ElementsAre("/run/pg.sock"));
  EXPECT_THAT(host.resolve("@bsu").near, ElementsAre("@bus"));
  EXPECT_THAT(host.resolve("nothinglikeit").near, IsEmpty());
  EXPECT_THAT(host.resolve("999").near, IsEmpty());
}

TEST(ResolveTarget, TheOtherEndsAreLookedAtToo) {
  Host host;
  const auto match = host.resolve("/run/pg.sock");
  EXPECT_THAT(pids_to_look_at(match, host.scene().sockets), ElementsAre(640, 812));
}

}  // namespace
}  // namespace skq::diagnosing
