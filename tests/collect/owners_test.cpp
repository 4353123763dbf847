#include "collect/owners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "collect/inode_order.h"
#include "fake_source.h"

namespace skq::collecting {
namespace {

constexpr NeedSet both{Need::owners, Need::peer_owners};

struct OwnersJoin : testing::Test {
  std::vector<Socket> rows{unix_row(1, Inode{2}), unix_row(2, Inode{1}), unix_row(3), unix_row(0)};
  std::vector<Socket*> shown{&rows[0], &rows[1], &rows[2], &rows[3]};
  Owner nginx{.pid = 12, .fd = 3, .comm = "nginx"};
  OwnerScan scan;

  std::optional<Gap> join() {
    scan.entries = {{Inode{1}, Owners{std::span(&nginx, 1)}}};
    return join_owners(shown, OwnerTable(scan, scan.entries, both));
  }
};

TEST_F(OwnersJoin, NobodyIsKnownOnlyWhenEverythingWasRead) {
  EXPECT_EQ(join(), std::nullopt);
  EXPECT_EQ(rows[0].owners->list.size(), 1U);
  EXPECT_EQ(rows[1].peer_owners->list[0].pid, 12);
  ASSERT_NE(rows[2].owners, nullptr);
  EXPECT_TRUE(rows[2].owners->list.empty());
  EXPECT_EQ(rows[2].peer_owners, nullptr);  // it has no peer
}

TEST_F(OwnersJoin, UnreadableProcessesMakeItUnknownAndAGap) {
  scan.unreadable = 2;
  scan.first_unreadable = "pid 1 (init)";
  const auto gap = join();
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->kind, GapKind::owners);
  EXPECT_THAT(gap->detail, testing::HasSubstr("pid 1 (init)"));
  EXPECT_EQ(rows[2].owners, nullptr);
  EXPECT_EQ(rows[0].owners->list.size(), 1U);
}

TEST_F(OwnersJoin, ASocketWithoutInodeCanBeHeldByNobody) {
  scan.unreadable = 1;
  join();
  ASSERT_NE(rows[3].owners, nullptr);
  EXPECT_TRUE(rows[3].owners->list.empty());
}

TEST_F(OwnersJoin, TheKernelsOwnNetlinkSocketsAreHeldByNobody) {
  static const std::uint32_t joined = 1;
  Socket kernels = unix_row(50), members = unix_row(51);
  kernels.part = NetlinkPart{};
  members.part =
      NetlinkPart{.groups = std::span(&joined, 1)};  // a process's socket without a port, listed by its group
  std::vector<Socket> netlink{kernels, members};
  shown = {&netlink[0], &netlink[1]};
  scan.unreadable = 1;
  EXPECT_TRUE(join());
  ASSERT_NE(netlink[0].owners, nullptr);
  EXPECT_TRUE(netlink[0].owners->list.empty());
  EXPECT_EQ(netlink[1].owners, nullptr);
}

TEST_F(OwnersJoin, HiddenProcessesAreAGapToo) {
  scan.hidden_processes = true;
  EXPECT_TRUE(join());
}

TEST_F(OwnersJoin, NoGapWhenAllShownAreKnown) {
  scan.unreadable = 5;
  shown = {&rows[0]};
  scan.entries = {};
  OwnerScan full;
  full.unreadable = 5;
  full.entries = {{Inode{1}, Owners{std::span(&nginx, 1)}}, {Inode{2}, Owners{std::span(&nginx, 1)}}};
  EXPECT_EQ(join_owners(shown, OwnerTable(full, full.entries, both)), std::nullopt);
}

TEST_F(OwnersJoin, APeerOfAnotherNamespaceIsLookedForByItsInode) {
  std::vector<Inode> wanted;
  add_wanted_inodes(unix_row(7, Inode{70}), both, wanted);
  EXPECT_THAT(wanted, testing::ElementsAre(Inode{7}, Inode{70}));
}

TEST(InodeOrder, AsSortAndUniqueHaveIt) {
  std::mt19937 random(2);
  for (const std::size_t count : {0UL, 1UL, 100UL, 30'000UL}) {
    std::vector<Inode> inodes;
    for (std::size_t at = 0; at < count; ++at)
      inodes.push_back(Inode{static_cast<std::uint32_t>(at % 3 == 0 ? random() % 500 : random())});
    const std::set<Inode> truth(inodes.begin(), inodes.end());
    sort_unique(inodes);
    EXPECT_TRUE(std::equal(inodes.begin(), inodes.end(), truth.begin(), truth.end())) << count;
  }
}

}  // namespace
}  // namespace skq::collecting
