// Sockets of many network namespaces in one look: what is joined over them, and how strangers lead to more.
#include <gtest/gtest.h>

#include "collect/flat_index.h"
#include "collect/peers.h"
#include "fake_source.h"
#include "skq/collect.h"

namespace skq {
namespace {

const NetNamespace own{.inode = 1, .name = {}, .foreign = false};
const NetNamespace web{.inode = 2, .name = "web", .foreign = true};
const NetNamespace web_again{.inode = 2, .name = "web", .foreign = true};
const NetNamespace third{.inode = 3, .name = {}, .foreign = true};

Socket in(const NetNamespace* netns, Socket socket) {
  socket.netns = netns;
  return socket;
}

/// 192.0.2.LOCAL:PORT -> 192.0.2.PEER:PORT.
Socket routed(const NetNamespace* netns, std::uint32_t inode, std::uint8_t local, std::uint16_t local_port,
              std::uint8_t peer, std::uint16_t peer_port, Netid netid = Netid::tcp) {
  Socket socket = inet_row(netid, inode, local, local_port, peer, peer_port);
  auto& part = std::get<InetPart>(socket.part);
  for (Address* address : {&part.local, &part.peer}) {
    address->bytes[0] = std::byte{192};
    address->bytes[2] = std::byte{2};
  }
  return in(netns, socket);
}

std::vector<Socket*> pointers(std::vector<Socket>& rows) {
  std::vector<Socket*> all;
  for (Socket& row : rows) all.push_back(&row);
  return all;
}

std::vector<std::uint32_t> joined(std::vector<Socket> rows) {
  collecting::join_inet_peers(pointers(rows));
  std::vector<std::uint32_t> peers;
  for (const Socket& row : rows)
    peers.push_back(row.other_end == nullptr ? 0 : static_cast<std::uint32_t>(row.other_end->inode));
  return peers;
}

using Peers = std::vector<std::uint32_t>;

TEST(PeersOverNamespaces, UnixByInodeWhereverTheyLive) {
  std::vector<Socket> rows{in(&own, unix_row(1, Inode{2})), in(&web, unix_row(2, Inode{1}))};
  collecting::join_unix_peers(pointers(rows));
  EXPECT_EQ(rows[0].other_end, &rows[1]);
  EXPECT_EQ(rows[1].other_end, &rows[0]);
}

TEST(PeersOverNamespaces, EqualLoopbackConnectionsStayApart) {
  const auto at = [](const NetNamespace* netns, std::uint32_t inode, bool client) {
    return in(netns,
              client ? inet_row(Netid::tcp, inode, 1, 5000, 1, 80) : inet_row(Netid::tcp, inode, 1, 80, 1, 5000));
  };
  EXPECT_EQ(joined({at(&own, 1, true), at(&web, 2, true), at(&own, 3, false), at(&web_again, 4, false)}),
            (Peers{3, 4, 1, 2}));
  EXPECT_EQ(joined({at(&own, 1, true), at(&web, 2, false)}), (Peers{0, 0})) << "halves of two connections";
  EXPECT_EQ(joined({at(&own, 1, true), at(nullptr, 2, false)}), (Peers{0, 0})) << "who knows where";
  EXPECT_EQ(joined({at(nullptr, 1, true), at(nullptr, 2, false)}), (Peers{2, 1})) << "a look at one namespace";
}

TEST(PeersOverNamespaces, LoopbackOfIPv6IsLoopback) {
  const auto at = [](const NetNamespace* netns, std::uint32_t inode, std::uint16_t from, std::uint16_t to) {
    Socket socket = inet_row(Netid::tcp, inode, 0, from, 0, to);
    socket.family = Family::inet6;
    auto& part = std::get<InetPart>(socket.part);
    part.local.bytes[15] = part.peer.bytes[15] = std::byte{1};
    return in(netns, socket);
  };
  EXPECT_EQ(joined({at(&own, 1, 5000, 80), at(&web, 2, 80, 5000)}), (Peers{0, 0}));
  EXPECT_EQ(joined({at(&web, 1, 5000, 80), at(&web, 2, 80, 5000)}), (Peers{2, 1}));
}

TEST(PeersOverNamespaces, AcrossAVethPair) {
  EXPECT_EQ(joined({routed(&own, 1, 1, 80, 2, 5000), routed(&web, 2, 2, 5000, 1, 80)}), (Peers{2, 1}));
  EXPECT_EQ(joined({routed(&own, 1, 1, 80, 2, 5000), mapped(routed(&web, 2, 2, 5000, 1, 80))}), (Peers{2, 1}));
}

TEST(PeersOverNamespaces, NotWhereSeveralCouldBeMeant) {
  // Two clients of two networks with the same addresses, and one server that is in the network of just one.
  EXPECT_EQ(
      joined({routed(&own, 1, 1, 80, 2, 5000), routed(&web, 2, 2, 5000, 1, 80), routed(&third, 3, 2, 5000, 1, 80)}),
      (Peers{0, 0, 0}));
  // The other end in the same namespace goes before; the one elsewhere then has none.
  EXPECT_EQ(joined({routed(&own, 1, 1, 80, 2, 5000), routed(&web, 2, 2, 5000, 1, 80), routed(&own, 3, 2, 5000, 1, 80)}),
            (Peers{3, 0, 1}));
}

TEST(PeersOverNamespaces, AUdpServerIsLookedForWhereItsClientIs) {
  const auto client = in(&web, inet_row(Netid::udp, 1, 1, 5000, 1, 53));
  const auto server = [](const NetNamespace* netns, std::uint32_t inode) {
    return in(netns, inet_row(Netid::udp, inode, 0, 53, 0, 0));
  };
  EXPECT_EQ(joined({client, server(&own, 2)}), (Peers{0, 0}));
  EXPECT_EQ(joined({client, server(&own, 2), server(&web, 3)}), (Peers{3, 0, 0}));
}

TEST(PendingOverNamespaces, ListsAreMatchedWithinOneAndNameClientsOfAll) {
  const std::vector<Inode> waiting{Inode{7}};
  const auto listener = [&](const NetNamespace* netns, std::uint32_t inode, bool with_list) {
    Socket socket = in(netns, unix_row(inode, std::nullopt, State::listen));
    socket.cookie = Cookie{5};  // before Linux 5.4 cookies were each namespace's own
    socket.recv_q = 1;
    if (with_list) socket.part = UnixPart{.pending_known = true, .pending = waiting};
    return socket;
  };
  std::vector<Socket> rows{listener(&own, 1, false), listener(&web, 2, false), in(&web, unix_row(7, Inode{0}))};
  const Socket list = listener(&web_again, 2, true);
  const std::vector<const Socket*> lists{&list};
  EXPECT_EQ(collecting::join_pending_lists(pointers(rows), lists), 1U);
  EXPECT_FALSE(rows[0].unix_part()->pending_known);
  EXPECT_TRUE(rows[1].unix_part()->pending_known);
  collecting::join_pending_clients(pointers(rows), collecting::clients_of(lists));
  EXPECT_EQ(rows[2].unix_part()->in_pending_list, true);
}

TEST(IdentityOverNamespaces, EqualCookiesOfTwoAreTwoSockets) {
  EXPECT_NE(collecting::identity_of(in(&web, unix_row(1))), collecting::identity_of(in(&third, unix_row(1))));
  EXPECT_EQ(collecting::identity_of(in(&web, unix_row(1))), collecting::identity_of(in(&web_again, unix_row(1))));
  EXPECT_EQ(collecting::identity_of(in(&own, unix_row(1))), Cookie{1001});
  Socket without = in(&web, unix_row(1));
  without.cookie = Cookie{0};
  EXPECT_EQ(collecting::identity_of(without), Cookie{0});
}

class Strangers : public ::testing::Test {
 protected:
  Strangers() {
    source_.follows = true;
    source_.answers[{Family::unix_domain, Netid::u_str}] = {
        {{in(&own, unix_row(9)), in(&own, unix_row(1, Inode{2}))}, {}}};
    source_.scan.strangers = {{Inode{2}, 71, 3}};
    request_.tables = {{.netid = Netid::u_str, .family = Family::unix_domain, .states = ~StateSet()}};
  }

  std::vector<std::uint32_t> shown() {
    std::vector<std::uint32_t> inodes;
    auto summary = collect(request_, source_, storage_, [&](std::span<const Socket* const> rows) {
      for (const Socket* row : rows) {
        inodes.push_back(static_cast<std::uint32_t>(row->inode));
        other_ends_.push_back(row->other_end != nullptr ? row->other_end->inode : Inode{0});
      }
    });
    EXPECT_TRUE(summary);
    if (summary) gaps_ = summary->gaps;
    return inodes;
  }

  void hide_one() { source_.behind[Family::unix_domain] = {in(&web, unix_row(2, Inode{1}))}; }

  FakeSource source_;
  Request request_;
  Snapshot storage_;
  std::vector<Gap> gaps_;
  std::vector<Inode> other_ends_;
};

TEST_F(Strangers, OneWalkIsEnoughWhereTheyLeadNowhere) {
  request_.needs = NeedSet(Need::owners, Need::peer, Need::peer_inode);
  EXPECT_EQ(shown(), (std::vector<std::uint32_t>{9, 1}));
  EXPECT_EQ(source_.scans, 1);
  EXPECT_EQ(source_.seen, (std::vector<std::vector<Inode>>{{Inode{1}, Inode{9}}})) << "sorted";
  EXPECT_EQ(source_.followed.size(), 1U);
  EXPECT_EQ(source_.asked.size(), 1U);
}

TEST_F(Strangers, NewRowsAreJoinedAndTheirOwnersLookedFor) {
  hide_one();
  request_.needs = NeedSet(Need::owners, Need::peer_owners, Need::peer, Need::peer_inode);
  source_.scan.entries = {};
  EXPECT_EQ(shown(), (std::vector<std::uint32_t>{1, 2, 9}));
  EXPECT_EQ(other_ends_, (std::vector<Inode>{Inode{2}, Inode{1}, Inode{0}}));
  EXPECT_EQ(source_.scans, 2);
  EXPECT_EQ(source_.seen.size(), 1U) << "the second walk is for owners only";
  EXPECT_EQ(source_.wanted, (std::vector<Inode>{Inode{1}, Inode{2}, Inode{9}}));
}

TEST_F(Strangers, RowsThatStreamAreFollowedByTheirs) {
  hide_one();
  EXPECT_EQ(shown(), (std::vector<std::uint32_t>{9, 1, 2}));
  EXPECT_EQ(source_.scans, 1);
  EXPECT_TRUE(source_.wanted.empty());
}

TEST_F(Strangers, NobodyLooksForThemPastTheLimitOrInOneNamespace) {
  hide_one();
  request_.limit = 1;
  EXPECT_EQ(shown(), (std::vector<std::uint32_t>{9}));
  EXPECT_EQ(source_.scans, 0);
  request_.limit.reset();
  source_.follows = false;
  storage_.rows.clear();
  EXPECT_EQ(shown(), (std::vector<std::uint32_t>{9, 1}));
  EXPECT_EQ(source_.scans, 0);
}

TEST_F(Strangers, KeptRowsStandInTheOrderOfTheTables) {
  hide_one();
  request_.keep = true;
  request_.tables.push_back({.netid = Netid::tcp, .family = Family::inet, .states = ~StateSet()});
  source_.answers[{Family::inet, Netid::tcp}] = {{{in(&own, inet_row(Netid::tcp, 5, 1, 80, 1, 5000))}, {}}};
  source_.behind[Family::inet] = {in(&web, inet_row(Netid::tcp, 6, 1, 80, 1, 5000))};
  EXPECT_EQ(shown(), (std::vector<std::uint32_t>{9, 1, 2, 5, 6}));
}

TEST_F(Strangers, WhatIsSaidOfListsIsSaidOnce) {
  Socket listener = in(&own, unix_row(3, std::nullopt, State::listen));
  listener.recv_q = 4;
  source_.answers[{Family::unix_domain, Netid::u_str}] = {{{listener}, {}}};
  Socket another = listener;
  another.inode = Inode{4};
  another.cookie = Cookie{1004};
  another.netns = &web;
  source_.behind[Family::unix_domain] = {another};
  request_.needs = NeedSet(Need::pending, Need::queues);
  shown();
  ASSERT_EQ(gaps_.size(), 1U);
  EXPECT_EQ(gaps_.front().kind, GapKind::pending);
  EXPECT_NE(gaps_.front().detail.find("2 listeners"), std::string::npos) << gaps_.front().detail;
}

TEST_F(Strangers, GapsOfTheSourceAreTold) {
  source_.own_gaps = {{GapKind::netns, "1 network namespace could not be entered"}};
  shown();
  EXPECT_EQ(gaps_, source_.own_gaps);
}

}  // namespace
}  // namespace skq
