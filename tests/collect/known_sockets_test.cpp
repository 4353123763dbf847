// What an event may be told of the socket's life: what a look saw, and never more.
#include "collect/known_sockets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_source.h"

namespace skq::collecting {
namespace {

struct Known : testing::Test {
  FakeSource source;
  Owner nginx{.pid = 12, .fd = 3, .comm = "nginx"};
  KnownSockets known{{{Netid::tcp, Family::inet, StateSet(State::established), false}}, NeedSet(Need::owners), false};

  void look(const std::vector<Socket>& rows) {
    source.answers[{Family::inet, Netid::tcp}] = {{.rows = rows, .end = {}}};
    ASSERT_TRUE(known.look(source));
  }
  /// The event of the socket with that inode, which the event itself does not tell.
  [[nodiscard]] Socket told(std::uint32_t inode) const {
    Socket event = inet_row(Netid::tcp, inode, 1, 80, 2, 443);
    event.inode = Inode{0};
    known.tell(event);
    return event;
  }
};

Socket living(std::uint32_t inode) {
  Socket row = inet_row(Netid::tcp, inode, 1, 80, 2, 443);
  row.uid = 1000;
  return row;
}

TEST_F(Known, TellsWhatALookSaw) {
  source.scan.entries = {{Inode{7}, Owners{std::span(&nginx, 1)}}};
  look({living(7)});
  const Socket event = told(7);
  EXPECT_EQ(event.inode, Inode{7});
  EXPECT_EQ(event.uid, 1000U);
  ASSERT_NE(event.owners, nullptr);
  EXPECT_EQ(event.owners->list[0].pid, 12);
}

TEST_F(Known, NothingOfASocketThatCameLater) {
  look({living(7)});
  const Socket event = told(8);
  EXPECT_EQ(event.inode, Inode{0});
  EXPECT_FALSE(event.uid);
  EXPECT_EQ(event.owners, nullptr);
}

TEST_F(Known, NobodyAtTheLookIsUnknownAtTheEnd) {
  look({living(7)});
  EXPECT_EQ(told(7).owners, nullptr);
}

// An event may wait to be read while a look that no longer sees its socket is made.
TEST_F(Known, TheLookBeforeStillCounts) {
  look({living(7)});
  look({living(8)});
  EXPECT_EQ(told(7).uid, 1000U);
  EXPECT_EQ(told(8).uid, 1000U);
  look({living(8)});
  EXPECT_FALSE(told(7).uid);
}

TEST_F(Known, AKernelThatCannotListThemIsAGap) {
  source.answers[{Family::inet, Netid::tcp}] = {{.rows = {}, .end = {.error = ENOENT}}};
  const auto summary = known.look(source);
  ASSERT_TRUE(summary);
  ASSERT_EQ(summary->gaps.size(), 1U);
  EXPECT_EQ(summary->gaps[0].kind, GapKind::family);
}

TEST_F(Known, OwnersAreLookedForOnlyWhenAskedFor) {
  KnownSockets cheap({{Netid::tcp, Family::inet, {}, false}}, NeedSet(Need::memory, Need::tcp_info), false);
  ASSERT_TRUE(cheap.look(source));
  EXPECT_EQ(source.scans, 0);
  ASSERT_FALSE(source.asked.empty());
  EXPECT_TRUE(source.asked[0].needs.empty());
}

}  // namespace
}  // namespace skq::collecting
