// One look, with a kernel that behaves as badly as the real one can.
#include "skq/collect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <random>
#include <set>

#include "collect/flat_index.h"
#include "fake_source.h"

namespace skq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr StateSet every_state = StateSet::from_bits(0xFFF);

struct Look : testing::Test {
  FakeSource source;
  Snapshot storage;
  Request request;
  std::vector<std::uint32_t> inodes;
  std::vector<Socket> rows;
  int batches = 0;

  Look() { request.tables = {{Netid::u_str, Family::unix_domain, every_state, false}}; }

  auto& unix_answers() { return source.answers[{Family::unix_domain, Netid::u_str}]; }

  Summary run() {
    inodes.clear();
    auto result = collect(request, source, storage, [&](std::span<const Socket* const> batch) {
      ++batches;
      for (const Socket* row : batch) {
        inodes.push_back(static_cast<std::uint32_t>(row->inode));
        rows.push_back(*row);
      }
    });
    EXPECT_TRUE(result);
    return result ? *result : Summary{};
  }
};

TEST_F(Look, ShowsRowsInTheKernelsOrder) {
  unix_answers() = {{.rows = {unix_row(3), unix_row(1), unix_row(2)}, .end = {}}};
  const Summary summary = run();
  EXPECT_THAT(inodes, ElementsAre(3, 1, 2));
  EXPECT_TRUE(summary.complete());
  EXPECT_EQ(summary.rows_seen, 3U);
}

// What hangs on the other end waits for the end of its dump, nothing else does.
TEST_F(Look, OnlyRowsThatWantTheirOtherEndWait) {
  request.tables.push_back({Netid::tcp, Family::inet, every_state, false});
  request.needs = NeedSet(Need::peer, Need::peer_inode);
  unix_answers() = {{.rows = {unix_row(3, Inode{1}), unix_row(1, Inode{3}), unix_row(2, Inode{9})}, .end = {}}};
  source.answers[{Family::inet, Netid::tcp}] = {{.rows = {inet_row(Netid::tcp, 5, 1, 80, 1, 90)}, .end = {}}};
  std::vector<std::uint32_t> others;
  const auto result = collect(request, source, storage, [&](std::span<const Socket* const> batch) {
    for (const Socket* row : batch) {
      inodes.push_back(static_cast<std::uint32_t>(row->inode));
      others.push_back(row->other_end == nullptr ? 0 : static_cast<std::uint32_t>(row->other_end->inode));
    }
  });
  ASSERT_TRUE(result);
  EXPECT_THAT(inodes, ElementsAre(3, 1, 2, 5));
  EXPECT_THAT(others, ElementsAre(1, 3, 0, 0));
  EXPECT_EQ(result->rows_seen, 4U);
}

TEST_F(Look, RowsThatWaitAreCutByTheLimitToo) {
  request.needs = NeedSet(Need::peer);
  request.limit = 2;
  request.wanted = [](const Socket& row) { return row.other_end != nullptr; };
  unix_answers() = {
      {.rows = {unix_row(1), unix_row(2, Inode{3}), unix_row(3, Inode{2}), unix_row(4, Inode{2})}, .end = {}}};
  run();
  EXPECT_THAT(inodes, ElementsAre(2, 3));
}

TEST_F(Look, AFurtherTryAddsToTheRowsThatWait) {
  request.needs = NeedSet(Need::peer);
  unix_answers() = {{.rows = {unix_row(1), unix_row(2)}, .end = {.interrupted = true}},
                    {.rows = {unix_row(2), unix_row(3), unix_row(3)}, .end = {}}};
  const Summary summary = run();
  EXPECT_TRUE(summary.complete());
  EXPECT_THAT(inodes, ElementsAre(1, 2, 3));
  EXPECT_EQ(summary.rows_seen, 3U);
}

TEST_F(Look, AFurtherTryThatFailsLeavesTheRowsThatWait) {
  request.needs = NeedSet(Need::peer);
  unix_answers() = {{.rows = {unix_row(1), unix_row(2)}, .end = {.interrupted = true}}};
  source.fails_after = 1;
  EXPECT_THAT(run().gaps, SizeIs(1));
  EXPECT_THAT(inodes, ElementsAre(1, 2));
}

// A JSON document begins with what is missing from it.
TEST_F(Look, WhatIsMissingIsKnownBeforeTheFirstRow) {
  for (const NeedSet needs : {NeedSet(), NeedSet(Need::peer), NeedSet(Need::owners)}) {
    request.tables = {{Netid::tcp, Family::inet, every_state, true}, {Netid::u_str, Family::unix_domain, every_state}};
    request.needs = needs | NeedSet(Need::mark);
    source.answers[{Family::inet, Netid::tcp}] = {
        {.rows = {inet_row(Netid::tcp, 5, 1, 80, 1, 90), inet_row(Netid::tcp, 6, 1, 80, 1, 91)}, .end = {}}};
    unix_answers() = {{.rows = {unix_row(1)}, .end = {.error = ENOMEM}}};
    source.own_gaps = {{GapKind::netns, "of the source"}};
    source.scan = {.unreadable = 1, .first_unreadable = "pid 1"};
    batches = 0;
    std::vector<Gap> known;
    request.known = [&](const Summary& summary) {
      EXPECT_EQ(batches, 0);
      known = summary.gaps;
      EXPECT_EQ(summary.rows_seen, 3U);
    };
    const Summary summary = run();
    EXPECT_THAT(inodes, ElementsAre(5, 6, 1));
    EXPECT_EQ(known, summary.gaps);
    EXPECT_THAT(known, SizeIs(needs.has(Need::owners) ? 4 : 3));
  }
}

TEST_F(Look, ALimitStopsADumpWhoseRowsWaitForNobody) {
  request.tables = {{Netid::tcp, Family::inet, every_state, false}};
  request.limit = 1;
  request.known = [](const Summary&) {};
  source.answers[{Family::inet, Netid::tcp}] = {
      {.rows = {inet_row(Netid::tcp, 5, 1, 80, 1, 90), inet_row(Netid::tcp, 6, 1, 80, 1, 91)}, .end = {}}};
  EXPECT_EQ(run().rows_seen, 1U);
  EXPECT_THAT(inodes, ElementsAre(5));
}

TEST_F(Look, ALimitCountsOnlyRowsThatAreWanted) {
  request.tables = {{Netid::tcp, Family::inet, every_state, false}};
  request.limit = 1;
  request.wanted = [](const Socket& row) { return row.inode == Inode{6}; };
  source.answers[{Family::inet, Netid::tcp}] = {
      {.rows = {inet_row(Netid::tcp, 5, 1, 80, 1, 90), inet_row(Netid::tcp, 6, 1, 80, 1, 91)}, .end = {}}};
  for (const bool early : {false, true}) {
    request.known = early ? [](const Summary&) {} : std::function<void(const Summary&)>();
    run();
    EXPECT_THAT(inodes, ElementsAre(6)) << early;
  }
}

// With owners, for a document, to be sorted, with lists: rows wait in different ways.
TEST_F(Look, RowsComeInOneOrder) {
  std::vector<Socket> sockets;
  std::mt19937 random(4);
  for (std::uint32_t inode = 1; inode <= 3000; ++inode) {
    const std::uint32_t partner = inode % 2 == 0 ? inode - 1 : inode + 1;
    sockets.push_back(inode % 5 == 0   ? unix_row(inode)
                      : inode % 7 == 0 ? unix_row(inode, Inode{inode + 10'000})
                                       : unix_row(inode, Inode{partner}));
    if (inode % 20 >= 18) sockets.back().netid = Netid::u_dgr;
  }
  std::shuffle(sockets.begin(), sockets.end(), random);
  request.tables.push_back({Netid::u_dgr, Family::unix_domain, every_state});
  unix_answers() = {{.rows = sockets, .end = {}}};
  request.needs = NeedSet(Need::peer);
  run();
  const auto order = inodes;
  ASSERT_THAT(order, SizeIs(3000));
  const auto again = [&](NeedSet needs) {
    storage = {};
    request.needs = needs;
    run();
    EXPECT_TRUE(inodes == order) << inodes.size();
  };
  for (const Need need : {Need::owners, Need::peer_owners, Need::pending}) again(NeedSet(Need::peer, need));
  request.known = [](const Summary&) {};
  again(NeedSet(Need::peer));
  request.known = nullptr;
  request.keep = true;
  again(NeedSet(Need::peer));
  request.kernels_order = true;
  storage = {};
  run();
  std::vector<std::uint32_t> kernels;
  for (const Socket& row : sockets) kernels.push_back(static_cast<std::uint32_t>(row.inode));
  EXPECT_TRUE(inodes == kernels);
}

TEST(CookieSet, KnowsWhatItWasGiven) {
  collecting::CookieSet set;
  std::set<std::uint64_t> truth;
  std::mt19937_64 random(3);
  for (int round = 0; round < 20'000; ++round) {
    const std::uint64_t wide = random();
    const std::uint64_t cookie = round % 3 == 0 ? wide : round % 3 == 1 ? wide % 5000 : UINT64_MAX - wide % 100;
    const bool is_new = cookie == 0 || truth.insert(cookie).second;
    ASSERT_EQ(set.add(Cookie{cookie}), is_new) << cookie;
  }
  set.clear();
  EXPECT_TRUE(set.add(Cookie{*truth.begin() + 1}));
}

TEST_F(Look, WhatARecordingDoesNotHoldIsAGapWhenItWasNamed) {
  unix_answers() = {{.rows = {}, .end = {.error = ENODATA}}};
  EXPECT_TRUE(run().complete());
  request.tables[0].named = true;
  const Summary summary = run();
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_EQ(summary.gaps[0].detail, "unix: not in the recording");
}

TEST_F(Look, ANarrowRecordingIsAGap) {
  unix_answers() = {{.rows = {unix_row(3)}, .end = {.narrowed = true}}};
  const Summary summary = run();
  EXPECT_THAT(inodes, ElementsAre(3));
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_THAT(summary.gaps[0].detail, HasSubstr("rows may be missing"));
}

// net/sctp/diag.c sends the endpoint, too, with each of the two walks, and its cookie and inode with every association.
TEST_F(Look, AssociationsShareTheirEndpointsCookie) {
  request.tables = {{Netid::sctp, Family::inet, every_state, false}};
  const auto association = [](std::uint16_t peer_port) {
    Socket row = inet_row(Netid::sctp, 5, 1, 5000, 2, peer_port);
    std::get<InetPart>(row.part).association = SctpState::established;
    return row;
  };
  Socket endpoint = inet_row(Netid::sctp, 5, 0, 5000, 0, 0);
  endpoint.state = State::listen;
  source.answers[{Family::inet, Netid::sctp}] = {
      {.rows = {endpoint, endpoint, association(6000), association(6001), association(6000)}, .end = {}}};
  run();
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_EQ(rows[0].state, State::listen);
  EXPECT_EQ(rows[1].inet()->peer_port, 6000);
  EXPECT_EQ(rows[2].inet()->peer_port, 6001);
}

// Asked for state 13, the kernel gives rows that say they are closed.
TEST_F(Look, BoundAndIdleTcpIsShownWhenAskedFor) {
  request.tables = {{Netid::tcp, Family::inet, StateSet(State::bound_inactive), false}};
  Socket bound = inet_row(Netid::tcp, 5, 1, 5000, 0, 0);
  bound.state = State::close;
  Socket other = inet_row(Netid::tcp, 6, 1, 5001, 2, 80);
  source.answers[{Family::inet, Netid::tcp}] = {{.rows = {bound, other}, .end = {}}};
  run();
  EXPECT_THAT(inodes, ElementsAre(5));
  EXPECT_EQ(rows[0].state, State::close);
}

TEST_F(Look, DropsDuplicatesByCookie) {
  unix_answers() = {{.rows = {unix_row(3), unix_row(3), unix_row(2), unix_row(3)}, .end = {}}};
  run();
  EXPECT_THAT(inodes, ElementsAre(3, 2));
}

TEST_F(Look, KeepsEmbryosThatShareInodeZero) {
  Socket first = unix_row(0), second = unix_row(0);
  second.cookie = Cookie{77};
  unix_answers() = {{.rows = {first, second}, .end = {}}};
  run();
  EXPECT_THAT(inodes, ElementsAre(0, 0));
}

TEST_F(Look, DoesAnInterruptedDumpAgainWithoutShowingRowsTwice) {
  unix_answers() = {{.rows = {unix_row(1), unix_row(2)}, .end = {.interrupted = true}},
                    {.rows = {unix_row(2), unix_row(3)}, .end = {}}};
  EXPECT_TRUE(run().complete());
  EXPECT_THAT(inodes, ElementsAre(1, 2, 3));
}

TEST_F(Look, AnInterruptedDumpThatIsKeptShowsOnlyTheGoodTry) {
  request.keep = true;
  unix_answers() = {{.rows = {unix_row(1), unix_row(2)}, .end = {.truncated = true}},
                    {.rows = {unix_row(2), unix_row(3)}, .end = {}}};
  EXPECT_TRUE(run().complete());
  EXPECT_THAT(inodes, ElementsAre(2, 3));
}

TEST_F(Look, GivesUpAfterThreeInterruptions) {
  unix_answers() = {{.rows = {unix_row(1)}, .end = {.interrupted = true}}};
  const Summary summary = run();
  EXPECT_THAT(source.asked, SizeIs(3));
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_EQ(summary.gaps[0].kind, GapKind::dump);
  EXPECT_THAT(summary.gaps[0].detail, HasSubstr("unix"));
}

TEST_F(Look, AMissingFamilyIsAGapOnceAndOnlyWhenNamed) {
  request.tables = {{Netid::raw, Family::inet, every_state, false}, {Netid::raw, Family::inet6, every_state, false}};
  source.answers[{Family::inet, Netid::raw}] =
      source.answers[{Family::inet6, Netid::raw}] = {{.rows = {}, .end = {.error = ENOENT}}};
  EXPECT_TRUE(run().complete());
  for (TableRequest& table : request.tables) table.named = true;
  const Summary summary = run();
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_EQ(summary.gaps[0].kind, GapKind::family);
  EXPECT_THAT(summary.gaps[0].detail, HasSubstr("raw"));
}

TEST_F(Look, RowsThatProcTellsInsteadAreShownAndTheGapSaysSo) {
  request.tables = {{Netid::raw, Family::inet, every_state, true}};
  Socket row = inet_row(Netid::raw, 5, 1, 1, 0, 0), twin = row;
  row.cookie = twin.cookie = Cookie{0};  // /proc has none; two rows alike are two sockets
  source.answers[{Family::inet, Netid::raw}] = {{.rows = {row, twin}, .end = {.error = ENOENT, .substituted = true}}};
  const Summary summary = run();
  EXPECT_THAT(inodes, ElementsAre(5, 5));
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_THAT(summary.gaps[0].detail, HasSubstr("/proc/net/raw"));
}

// ss starts again with another request when the IPv6 dump fails, and prints the IPv4 rows once more.
TEST_F(Look, AFailedIpv6DumpDoesNotShowTheRowsOfIpv4Twice) {
  request.tables = {{Netid::tcp, Family::inet, every_state, true}, {Netid::tcp, Family::inet6, every_state, true}};
  source.answers[{Family::inet, Netid::tcp}] = {{.rows = {inet_row(Netid::tcp, 5, 1, 80, 1, 90)}, .end = {}}};
  source.answers[{Family::inet6, Netid::tcp}] = {{.rows = {}, .end = {.error = EINVAL}}};
  const Summary summary = run();
  EXPECT_THAT(inodes, ElementsAre(5));
  EXPECT_THAT(summary.gaps, SizeIs(1));
}

TEST_F(Look, AnyOtherErrorOfADumpIsAGapEvenUnnamed) {
  unix_answers() = {{.rows = {unix_row(1)}, .end = {.error = ENOMEM}}};
  const Summary summary = run();
  EXPECT_THAT(inodes, ElementsAre(1));
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_THAT(summary.gaps[0].detail, HasSubstr("Cannot allocate memory"));
}

TEST_F(Look, ATryThatFailsAfterAnInterruptedOneKeepsWhatCame) {
  unix_answers() = {{.rows = {unix_row(1)}, .end = {.interrupted = true}}};
  source.fails_after = 1;
  const Summary summary = run();
  EXPECT_THAT(inodes, ElementsAre(1));
  EXPECT_THAT(summary.gaps, SizeIs(1));
}

TEST_F(Look, ATryThatFailsAfterAnInterruptedOneKeepsWhatCameAlsoWhereRowsAreKept) {
  request.keep = true;
  unix_answers() = {{.rows = {unix_row(1), unix_row(2)}, .end = {.interrupted = true}}};
  source.fails_after = 1;
  const Summary summary = run();
  EXPECT_THAT(inodes, ElementsAre(1, 2));
  EXPECT_THAT(summary.gaps, SizeIs(1));
}

TEST_F(Look, ARecordingWithoutItsEndIsReadOnceAndSaysSo) {
  unix_answers() = {{.rows = {unix_row(1)}, .end = {.truncated = true, .recorded = true}}};
  const Summary summary = run();
  EXPECT_THAT(source.asked, SizeIs(1));
  EXPECT_THAT(inodes, ElementsAre(1));
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_EQ(summary.gaps[0].detail, "unix: the recording of this dump has no end, rows may be missing");
}

TEST_F(Look, HiddenMarksAreAGapWhenTheyAreAskedFor) {
  request.tables = {{Netid::tcp, Family::inet, every_state, false}};
  source.answers[{Family::inet, Netid::tcp}] = {{.rows = {inet_row(Netid::tcp, 5, 1, 80, 1, 90)}, .end = {}}};
  EXPECT_TRUE(run().complete());
  request.needs = NeedSet(Need::mark);
  const Summary summary = run();
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_EQ(summary.gaps[0].kind, GapKind::mark);
}

// Raw sockets of a kernel without raw_diag: root lacks no capability there.
TEST_F(Look, MarksThatProcDoesNotKnowAreNoGapOfTheirOwn) {
  request.tables = {{Netid::raw, Family::inet, every_state, false}};
  Socket row = inet_row(Netid::raw, 5, 1, 1, 0, 0);
  row.cookie = Cookie{0};
  source.answers[{Family::inet, Netid::raw}] = {{.rows = {row}, .end = {.error = ENOENT, .substituted = true}}};
  request.needs = NeedSet(Need::mark);
  EXPECT_TRUE(run().complete());
}

TEST_F(Look, MalformedMessagesAreCounted) {
  unix_answers() = {{.rows = {}, .end = {.malformed = 2}}};
  ASSERT_THAT(run().gaps, SizeIs(1));
}

TEST_F(Look, StreamsWithoutAJoinInSeveralBatches) {
  Answer many;
  for (std::uint32_t i = 1; i <= 2000; ++i) many.rows.push_back(unix_row(i));
  unix_answers() = {many};
  run();
  EXPECT_THAT(inodes, SizeIs(2000));
  EXPECT_GT(batches, 1);
}

TEST_F(Look, StopsAtTheLimitWithoutReadingOn) {
  Answer many;
  for (std::uint32_t i = 1; i <= 2000; ++i) many.rows.push_back(unix_row(i));
  unix_answers() = {many};
  request.limit = 3;
  const Summary summary = run();
  EXPECT_THAT(inodes, ElementsAre(1, 2, 3));
  EXPECT_LT(summary.rows_seen, 2000U);
  request.keep = true;
  storage = {};
  run();
  EXPECT_THAT(inodes, ElementsAre(1, 2, 3));
}

TEST_F(Look, AppliesStatesPerTableAndThePredicate) {
  Socket dgram = unix_row(2);
  dgram.netid = Netid::u_dgr;
  unix_answers() = {{.rows = {unix_row(1), dgram, unix_row(3, std::nullopt, State::listen), unix_row(4)}, .end = {}}};
  request.tables = {{Netid::u_str, Family::unix_domain, StateSet(State::established), false}};
  request.wanted = [](const Socket& s) { return s.inode != Inode{4}; };
  run();
  EXPECT_THAT(inodes, ElementsAre(1));
  EXPECT_EQ(source.asked[0].states, StateSet(State::established));
}

TEST_F(Look, JoinsPeersEvenWhenTheOtherEndIsNotShown) {
  request.needs = NeedSet(Need::peer, Need::peer_inode, Need::memory);
  Socket one = unix_row(1, Inode{2}), two = unix_row(2, Inode{1});
  two.netid = Netid::u_str;
  unix_answers() = {{.rows = {one, two}, .end = {}}};
  request.wanted = [](const Socket& s) { return s.inode == Inode{1}; };
  run();
  ASSERT_THAT(rows, SizeIs(1));
  ASSERT_NE(rows[0].other_end, nullptr);
  EXPECT_EQ(rows[0].other_end->inode, Inode{2});
}

TEST_F(Look, PendingIsAskedApart) {
  request.needs = NeedSet(Need::pending, Need::queues);
  Socket listener = unix_row(5, std::nullopt, State::listen);
  listener.recv_q = 1;
  unix_answers() = {{.rows = {listener}, .end = {}}};
  static const Inode client{9};
  Socket list = listener;
  std::get<UnixPart>(list.part).pending = std::span(&client, 1);
  std::get<UnixPart>(list.part).pending_known = true;
  source.pending = {{.rows = {list}, .end = {}}};
  EXPECT_TRUE(run().complete());
  ASSERT_THAT(source.asked, SizeIs(2));
  EXPECT_TRUE(source.asked[1].listeners_pending);
  EXPECT_THAT(rows[0].unix_part()->pending, ElementsAre(client));
}

TEST_F(Look, AMissingPendingListIsAGapNotAnEmptyList) {
  request.needs = NeedSet(Need::pending, Need::queues);
  Socket listener = unix_row(5, std::nullopt, State::listen);
  listener.recv_q = 9000;
  unix_answers() = {{.rows = {listener, unix_row(6, std::nullopt, State::listen)}, .end = {}}};
  const Summary summary = run();
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_EQ(summary.gaps[0].kind, GapKind::pending);
  EXPECT_FALSE(rows[0].unix_part()->pending_known);
  EXPECT_TRUE(rows[1].unix_part()->pending_known);  // nobody waits there: empty, and known to be
}

TEST_F(Look, ADoubtfulPeerAsksTheListeners) {
  request.needs = NeedSet(Need::peer, Need::peer_inode);
  Socket client = unix_row(9, Inode{0});
  client.shutdown = Shutdown::rdwr;
  unix_answers() = {{.rows = {client}, .end = {}}};
  EXPECT_TRUE(run().complete());
  ASSERT_THAT(source.asked, SizeIs(3));
  EXPECT_TRUE(source.asked[1].listeners_pending);
  EXPECT_FALSE(source.asked[2].listeners_pending);  // to see that no list is missing
  EXPECT_EQ(rows[0].unix_part()->in_pending_list, false);
}

TEST_F(Look, ADoubtfulPeerIsNotDeclaredDeadWhileAListIsMissing) {
  request.needs = NeedSet(Need::peer, Need::peer_inode);
  Socket client = unix_row(9, Inode{0});
  client.shutdown = Shutdown::rdwr;
  Socket listener = unix_row(5, std::nullopt, State::listen);
  listener.recv_q = 9000;
  unix_answers() = {{.rows = {client}, .end = {}}, {.rows = {listener}, .end = {}}};
  const Summary summary = run();
  ASSERT_THAT(summary.gaps, SizeIs(1));
  EXPECT_EQ(summary.gaps[0].kind, GapKind::pending);
  EXPECT_EQ(rows[0].unix_part()->in_pending_list, std::nullopt);
}

TEST_F(Look, AWaitingClientIsFoundThoughListenersAreNotShown) {
  request.needs = NeedSet(Need::peer, Need::peer_inode);
  Socket client = unix_row(9, Inode{0});
  client.shutdown = Shutdown::rdwr;
  unix_answers() = {{.rows = {client}, .end = {}}, {.rows = {}, .end = {}}};
  static const Inode waiting{9};
  Socket list = unix_row(5, std::nullopt, State::listen);
  std::get<UnixPart>(list.part).pending = std::span(&waiting, 1);
  source.pending = {{.rows = {list}, .end = {}}};
  run();
  EXPECT_EQ(rows[0].unix_part()->in_pending_list, true);
}

TEST_F(Look, ProcIsNotWalkedWhenNothingIsShown) {
  request.needs = NeedSet(Need::owners);
  unix_answers() = {{.rows = {unix_row(1)}, .end = {}}};
  request.wanted = [](const Socket&) { return false; };
  run();
  EXPECT_EQ(source.scans, 0);
}

TEST_F(Look, OwnersAreLookedForOnlyForWhatIsShown) {
  request.needs = NeedSet(Need::owners, Need::peer_owners, Need::peer, Need::peer_inode);
  unix_answers() = {{.rows = {unix_row(1, Inode{2}), unix_row(2, Inode{1}), unix_row(7)}, .end = {}}};
  request.wanted = [](const Socket& s) { return s.inode == Inode{1}; };
  run();
  EXPECT_THAT(source.wanted, ElementsAre(Inode{1}, Inode{2}));
}

TEST_F(Look, NoStatesNoDump) {
  request.tables = {{Netid::u_str, Family::unix_domain, StateSet(), false}};
  EXPECT_TRUE(run().complete());
  EXPECT_THAT(source.asked, IsEmpty());
}

}  // namespace
}  // namespace skq
