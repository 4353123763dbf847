// Rows that wait come back as they were.
#include "collect/held_rows.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "fake_source.h"

namespace skq::collecting {
namespace {

void expect_same(const Socket& a, const Socket& b) {
  EXPECT_EQ(a.family, b.family);
  EXPECT_EQ(a.netid, b.netid);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.shutdown, b.shutdown);
  EXPECT_EQ(a.inode, b.inode);
  EXPECT_EQ(a.cookie, b.cookie);
  EXPECT_EQ(a.recv_q, b.recv_q);
  EXPECT_EQ(a.send_q, b.send_q);
  EXPECT_EQ(a.uid, b.uid);
  EXPECT_EQ(a.memory, b.memory);
  EXPECT_EQ(a.netns, b.netns);
  ASSERT_EQ(a.part.index(), b.part.index());
  const UnixPart *left = a.unix_part(), *right = b.unix_part();
  if (left == nullptr) return;
  EXPECT_EQ(left->name, right->name);
  EXPECT_EQ(left->has_name, right->has_name);
  EXPECT_EQ(left->peer_inode, right->peer_inode);
  EXPECT_EQ(left->vfs, right->vfs);
  EXPECT_EQ(left->queue, right->queue);
  EXPECT_EQ(left->pending.size(), right->pending.size());
  EXPECT_EQ(left->pending_known, right->pending_known);
}

/// True when it was packed.
bool add_to(HeldRows& held, const Socket& row) {
  const Packing packing(row, true);
  std::vector<std::byte> bytes(packing.size());
  packing.write(bytes.data());
  held.add(PackedRow(bytes.data()));
  return !packing.refers_to_more();
}

struct RandomRows {
  std::mt19937 random{11};
  NetNamespace netns{7, "web"};
  UnixQueue queue;
  std::vector<Inode> pending{Inode{1}};

  std::uint32_t number() {
    const auto bits = static_cast<std::uint32_t>(random());
    return random() % 3 == 0 ? 0 : random() % 2 == 0 ? bits : bits % 9;
  }
  std::optional<std::uint32_t> maybe() { return random() % 2 == 0 ? std::optional(number()) : std::nullopt; }
  bool coin() { return random() % 2 == 0; }

  Socket next(std::uint32_t inode, std::string_view name) {
    Socket row = unix_row(inode);
    row.cookie = Cookie{random()};
    row.state = static_cast<State>(random() % 256);
    row.netid = coin() ? Netid::u_dgr : Netid::u_seq;
    row.shutdown = coin() ? std::optional(static_cast<Shutdown>(random() % 4)) : std::nullopt;
    row.recv_q = maybe();
    row.send_q = maybe();
    row.uid = maybe();
    row.memory.known = static_cast<std::uint8_t>(random() % (memory_items + 1));
    for (std::size_t at = 0; at < row.memory.known; ++at) row.memory.values[at] = number();
    if (coin()) row.netns = &netns;
    UnixPart part;
    part.has_name = coin();
    if (part.has_name) part.name = name;
    if (coin()) part.peer_inode = Inode{number()};
    if (coin()) part.vfs = VfsObject{number(), number(), number()};
    if (random() % 50 == 0) part.queue = &queue;
    if (random() % 50 == 0) part.pending = pending, part.pending_known = true;
    row.part = part;
    return row;
  }
};

TEST(HeldRows, ComeBackAsTheyWere) {
  RandomRows rows;
  HeldRows held;
  std::vector<Socket> truth;
  std::string texts(1 << 17, '\0');
  for (char& c : texts) c = static_cast<char>(rows.random());
  // More than fit into one block, and names that are longer than the kernel's.
  for (std::uint32_t inode = 1; inode <= 20'000; ++inode) {
    const std::size_t length = inode % 1000 == 0 ? 65'000 + inode % 3000 : rows.random() % 109;
    truth.push_back(rows.next(inode, std::string_view(texts).substr(rows.random() % 1000, length)));
    const UnixPart& part = *truth.back().unix_part();
    const bool plain = part.queue == nullptr && part.pending.empty() && part.name.size() <= 0xffff;
    EXPECT_EQ(add_to(held, truth.back()), plain);
  }
  ASSERT_EQ(held.size(), truth.size());
  Socket row;
  std::size_t at = 0;
  for (std::size_t part = 0; part < held.parts(); ++part) {
    HeldRows::Walk walk(held, part);
    for (auto packed = walk.next(); packed; packed = walk.next(), ++at) {
      ASSERT_LT(at, truth.size());
      packed->unpack(row);
      expect_same(row, truth[at]);
      EXPECT_EQ(packed->inode(), truth[at].inode);
      if (HasFailure()) return;
    }
  }
  EXPECT_EQ(at, truth.size());
  for (const Socket& one : truth) {
    ASSERT_NE(held.find(one.inode), HeldRows::Place{});
    held.take(held.find(one.inode), row);
    expect_same(row, one);
  }
  EXPECT_EQ(held.find(Inode{20'001}), HeldRows::Place{});
}

TEST(HeldRows, AreFoundByTheInodeOfUnixSocketsOnly) {
  HeldRows held;
  Socket row;
  EXPECT_EQ(held.find(Inode{1}), HeldRows::Place{});
  Socket first = unix_row(5), second = unix_row(5);
  first.recv_q = 1, second.recv_q = 2;
  for (const Socket& one : {inet_row(Netid::tcp, 4, 1, 80, 1, 90), unix_row(0), first, second}) add_to(held, one);
  EXPECT_EQ(held.find(Inode{4}), HeldRows::Place{});
  EXPECT_EQ(held.find(Inode{0}), HeldRows::Place{});
  ASSERT_NE(held.find(Inode{5}), HeldRows::Place{});
  held.take(held.find(Inode{5}), row);
  EXPECT_EQ(row.recv_q, 1U) << "the first of two";
}

TEST(HeldRows, TakeLittleRoom) {
  Socket row = unix_row(5, Inode{6});
  row.memory.known = memory_items;
  row.memory.values[1] = row.memory.values[3] = 212'992;
  auto& part = std::get<UnixPart>(row.part);
  part.name = "/run/service.sock", part.has_name = true;
  HeldRows held;
  for (int count = 0; count < 10'000; ++count) ASSERT_TRUE(add_to(held, row));
  EXPECT_LE(held.bytes(), 10'000U * 64 + (1U << 18));
}

}  // namespace
}  // namespace skq::collecting
