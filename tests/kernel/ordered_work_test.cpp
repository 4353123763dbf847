#include "kernel/ordered_work.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

namespace skq::kernel {
namespace {

/// Some work, more for some tasks than for others.
void take_time(unsigned seed) {
  std::mt19937 random(seed);
  for (unsigned steps = random() % 2000; steps != 0; --steps) random();
  if (random() % 16 == 0) std::this_thread::yield();
}

TEST(OrderedWork, ResultsComeInTheOrderOfTheTasksAndOneByOne) {
  for (const std::size_t count : {0U, 1U, 2U, 7U, 3000U}) {
    std::vector<std::size_t> taken;
    std::atomic<int> taking{0};
    OrderedWork work;
    for (std::size_t at = 0; at < count; ++at) {
      work.add([&, at](std::size_t) -> OrderedWork::Result {
        take_time(static_cast<unsigned>(at));
        return [&, at] {
          EXPECT_EQ(++taking, 1);
          taken.push_back(at);
          --taking;
        };
      });
    }
    work.finish();
    ASSERT_EQ(taken.size(), count);
    for (std::size_t at = 0; at < count; ++at) ASSERT_EQ(taken[at], at);
  }
}

TEST(OrderedWork, AWorkerDoesOneTaskAtATime) {
  OrderedWork work;
  std::vector<std::atomic<int>> busy(work.workers());
  for (unsigned at = 0; at < 2000; ++at) {
    work.add([&, at](std::size_t worker) -> OrderedWork::Result {
      EXPECT_EQ(++busy.at(worker), 1);
      take_time(at);
      --busy[worker];
      return [] {};
    });
  }
  work.finish();
}

TEST(OrderedWork, GoesOnAfterFinish) {
  OrderedWork work;
  int sum = 0;
  for (int round = 1; round <= 20; ++round) {
    for (int at = 0; at < 10; ++at) work.add([&, at](std::size_t) { return [&sum, at] { sum += at; }; });
    work.finish();
    EXPECT_EQ(sum, 45 * round);
  }
}

// Whatever fails is told to who waits, once nobody works any more.
TEST(OrderedWork, WhatATaskThrowsIsThrownToItsOwner) {
  for (const bool by_result : {false, true}) {
    std::atomic<int> working{0};
    std::vector<unsigned> taken;
    OrderedWork work;
    const auto give_all = [&] {
      for (unsigned at = 0; at < 500; ++at) {
        work.add([&, at](std::size_t) -> OrderedWork::Result {
          ++working;
          take_time(at);
          --working;
          if (at == 250 && !by_result) throw std::runtime_error("task");
          return [&, at] {
            if (at == 250) throw std::runtime_error("result");
            taken.push_back(at);
          };
        });
      }
      work.finish();
    };
    EXPECT_THROW(give_all(), std::runtime_error);
    EXPECT_EQ(working, 0);
    EXPECT_LE(taken.size(), 250U);
    for (std::size_t at = 0; at < taken.size(); ++at) EXPECT_EQ(taken[at], at);
  }
}

TEST(OrderedWork, WhatNobodyWaitsForIsDropped) {
  std::atomic<int> begun{0}, ended{0};
  {
    OrderedWork work;
    for (unsigned at = 0; at < 4; ++at) {
      work.add([&, at](std::size_t) -> OrderedWork::Result {
        ++begun;
        take_time(at);
        ++ended;
        return [] {};
      });
    }
  }
  EXPECT_EQ(begun, ended) << "somebody was left at work";
}

}  // namespace
}  // namespace skq::kernel
