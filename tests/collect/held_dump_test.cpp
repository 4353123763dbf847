// Rows that wait for one another: each comes out once, with the other end that a join of all rows at once gives it.
#include "collect/held_dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>

#include "collect/peers.h"
#include "fake_source.h"

namespace skq::collecting {
namespace {

using testing::ElementsAre;

Socket of_kind(Netid netid, std::uint32_t inode, std::uint32_t peer = 0) {
  Socket row = peer == 0 ? unix_row(inode) : unix_row(inode, Inode{peer});
  row.netid = netid;
  return row;
}

/// Inodes and those of the other ends, 0 for none.
using Shown = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

void note(Shown& shown, std::span<Socket* const> rows) {
  for (const Socket* const row : rows)
    shown.emplace_back(static_cast<std::uint32_t>(row->inode),
                       row->other_end == nullptr ? 0 : static_cast<std::uint32_t>(row->other_end->inode));
}

Shown all_of(HeldDump& dump) {
  dump.end();
  dump.set_pairs_aside();
  Shown shown;
  dump.hand_over([&](std::span<Socket* const> rows) { note(shown, rows); });
  return shown;
}

TEST(HeldDump, BothEndsOfAConnectionGoAsSoonAsTheyAreThere) {
  HeldDump dump(true);
  const auto with_peer = [&](std::uint32_t inode, std::uint32_t peer) {
    EXPECT_TRUE(dump.add(of_kind(Netid::u_str, inode, peer), true));
  };
  with_peer(1, 2);
  with_peer(3, 4);
  EXPECT_TRUE(dump.add(of_kind(Netid::u_str, 5), true));
  with_peer(4, 3);
  with_peer(2, 1);
  for (std::uint32_t inode = 100; dump.pairs().rows() < 4 && inode < 200; ++inode) with_peer(inode, inode + 1000);
  EXPECT_EQ(dump.pairs().rows(), 4U) << "long before the end";
  Shown shown;
  dump.take_pairs().hand_over([&](std::span<Socket* const> rows) { note(shown, rows); });
  EXPECT_THAT(shown, ElementsAre(std::pair(3, 4), std::pair(4, 3), std::pair(1, 2), std::pair(2, 1)));
  const Shown rest = all_of(dump);
  ASSERT_GT(rest.size(), 1U);
  EXPECT_EQ(rest[0], std::pair(5U, 0U));
  EXPECT_EQ(rest[1], std::pair(100U, 0U)) << "their other ends never came";
}

TEST(HeldDump, OfAPairOnlyWhatIsAskedForIsShown) {
  HeldDump dump(true);
  dump.add(of_kind(Netid::u_str, 1, 2), true);
  dump.add(of_kind(Netid::u_str, 2, 1), false);
  dump.add(of_kind(Netid::u_seq, 3, 4), false);
  dump.add(of_kind(Netid::u_seq, 4, 3), false);
  dump.add(of_kind(Netid::u_dgr, 5), false);
  EXPECT_EQ(all_of(dump), (Shown{{1, 2}}));
}

TEST(HeldDump, WhoPointsToSomebodyElseStillHasAnOtherEnd) {
  HeldDump dump(true);
  // The other end has closed meanwhile, and the other way round; two that want the same; and who wants itself.
  const std::vector<Socket> rows{of_kind(Netid::u_str, 1, 2), of_kind(Netid::u_str, 2),    of_kind(Netid::u_str, 3),
                                 of_kind(Netid::u_str, 4, 3), of_kind(Netid::u_str, 5, 6), of_kind(Netid::u_str, 7, 6),
                                 of_kind(Netid::u_str, 6, 8), of_kind(Netid::u_str, 9, 9)};
  for (const Socket& row : rows) dump.add(row, true);
  Shown shown = all_of(dump);
  std::sort(shown.begin(), shown.end());
  EXPECT_EQ(shown, (Shown{{1, 2}, {2, 0}, {3, 0}, {4, 3}, {5, 6}, {6, 0}, {7, 6}, {9, 9}}));
}

TEST(HeldDump, MoreMayComeAfterTheEnd) {
  HeldDump dump(true);
  dump.add(of_kind(Netid::u_str, 1, 2), true);
  dump.end();
  dump.add(of_kind(Netid::u_str, 2, 1), true);
  EXPECT_EQ(all_of(dump), (Shown{{1, 2}, {2, 1}}));
}

// Whatever a recording from a hostile hand has: equal inodes, peers that nobody has or that everybody has.
TEST(HeldDump, TellsTheSameAsAJoinOfAllRows) {
  std::mt19937 random(5);
  const std::string names(200, 'n');
  for (int round = 0; round < 60; ++round) {
    const std::uint32_t inodes = round % 3 == 0 ? 50 : 5'000;
    const bool sound = round % 2 == 0;
    std::vector<Socket> rows;
    for (std::uint32_t inode = 1; inode <= inodes; ++inode) {
      const std::uint32_t partner = inode % 2 == 0 ? inode - 1 : inode + 1;
      const Netid netid = !sound && random() % 3 == 0 ? Netid::u_dgr : Netid::u_str;
      const std::uint32_t peer = !sound && random() % 2 == 0 ? static_cast<std::uint32_t>(random() % inodes) : partner;
      rows.push_back(of_kind(netid, inode, random() % 5 == 0 ? 0 : peer));
      auto& part = std::get<UnixPart>(rows.back().part);
      part.name = std::string_view(names).substr(random() % 200);
      part.has_name = true;
    }
    std::shuffle(rows.begin(), rows.end(), random);
    HeldDump dump(true);
    for (const Socket& row : rows) dump.add(row, true);
    std::vector<Socket*> pointers;
    for (Socket& row : rows) pointers.push_back(&row);
    join_unix_peers(pointers);
    // But a third one that points to an end of a connection may come too late: no kernel has it.
    std::set<std::uint32_t> thirds;
    for (const Socket* const row : pointers) {
      const Socket* const other = row->other_end;
      const Socket* const theirs = other == nullptr ? nullptr : other->other_end;
      if (theirs != nullptr && theirs != row && theirs != other && theirs->other_end == other)
        thirds.insert(static_cast<std::uint32_t>(row->inode));
    }
    Shown truth, shown = all_of(dump);
    note(truth, pointers);
    for (Shown* const told : {&truth, &shown}) {
      for (auto& [inode, other] : *told)
        if (thirds.count(inode) != 0) other = 0;
      std::sort(told->begin(), told->end());
    }
    Shown different;
    std::set_symmetric_difference(shown.begin(), shown.end(), truth.begin(), truth.end(),
                                  std::back_inserter(different));
    ASSERT_THAT(different, testing::IsEmpty()) << round;
  }
}

TEST(WaitingRows, RoomIsUsedAgain) {
  WaitingRows waiting;
  std::mt19937 random(9);
  std::map<std::uint32_t, std::uint32_t> truth;  // by whom they wait for
  const std::string names(300, 'n');
  for (int round = 0; round < 100'000; ++round) {
    const auto awaited = static_cast<std::uint32_t>(1 + random() % 3000);
    if (random() % 2 == 0) {
      Socket row = of_kind(Netid::u_str, static_cast<std::uint32_t>(round) + 1, awaited);
      std::get<UnixPart>(row.part).name = std::string_view(names).substr(random() % 300);
      const Packing packing(row, true);
      std::vector<std::byte> bytes(packing.size());
      packing.write(bytes.data());
      ASSERT_EQ(waiting.add(Inode{awaited}, PackedRow(bytes.data())),
                truth.emplace(awaited, static_cast<std::uint32_t>(round) + 1).second);
      continue;
    }
    EXPECT_EQ(waiting.take(Inode{awaited}, Inode{200'000}), nullptr);
    const auto who = truth.find(awaited);
    const std::byte* const taken = waiting.take(Inode{awaited}, Inode{who == truth.end() ? 1 : who->second});
    ASSERT_EQ(taken != nullptr, truth.count(awaited) == 1);
    if (taken == nullptr) continue;
    ASSERT_EQ(PackedRow(taken).inode(), Inode{truth[awaited]});
    waiting.release(taken);
    truth.erase(awaited);
  }
  std::vector<std::uint32_t> left, expected;
  waiting.for_each(
      [&](const std::byte* bytes) { left.push_back(static_cast<std::uint32_t>(PackedRow(bytes).inode())); });
  for (const auto& [awaited, inode] : truth) expected.push_back(inode);
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(left, expected) << "in the order in which they came";
  EXPECT_LE(waiting.bytes(), std::size_t{2} << 20U);
}

}  // namespace
}  // namespace skq::collecting
