// The builder's own promises, and the index's: what a scene is made of is found again.
#include "scene_builder.h"

#include <gtest/gtest.h>

#include "diagnose/scene_index.h"

namespace skq::diagnosing {
namespace {

TEST(SceneIndex, FindsSocketsProcessesAndWaits) {
  SceneBuilder host;
  host.pair(10, 11);
  host.full(10);
  host.holds(812, "psql", 10, 3);
  host.holds(640, "postgres", 11, 9);
  host.thread(812).in_call("sendto", 10, WaitFor::send, "sock_alloc_send_pskb").since(3.7);
  host.thread(640).is(ThreadState::stopped);
  const Patience patience;
  const SceneIndex index(host.scene(), nullptr, patience);
  ASSERT_EQ(index.waits().size(), 1U);
  const Waiting& waiting = index.waits()[0];
  EXPECT_EQ(waiting.socket, &host.at(10));
  EXPECT_TRUE(index.is_long(waiting));
  EXPECT_EQ(index.other_side(waiting).socket, &host.at(11));
  EXPECT_EQ(index.find(Inode{12}), nullptr);
  const auto holders = index.holders_of(host.at(11));
  ASSERT_EQ(holders.size(), 1U);
  EXPECT_EQ(holders[0].doing, Doing::stopped);
  EXPECT_FALSE(holders[0].attends);
}

}  // namespace
}  // namespace skq::diagnosing
