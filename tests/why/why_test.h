// What every test of `skq why` begins with: the stage, a network namespace of its own, and a folder.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "actor.h"
#include "answer.h"
#include "calls.h"
#include "live/live_test.h"
#include "probe.h"
#include "stage.h"

namespace why {

using live::Pair;
using live::UniqueFd;
using live::unix_pair;

class WhyTest : public live::LiveTest {
 protected:
  void SetUp() override {
    if (const auto& reason = no_stage()) GTEST_SKIP() << *reason;
    LiveTest::SetUp();
  }
};

/// The situation must be what it is called before skq is asked.
#define ASSERT_BLOCKS(actor, call) ASSERT_TRUE((actor).blocks_in(call)) << "situation: " << (actor).in_words()

}  // namespace why
