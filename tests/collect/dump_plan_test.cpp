#include "collect/dump_plan.h"

#include <gtest/gtest.h>

namespace skq::collecting {
namespace {

TEST(DumpPlan, UnixKindsShareOneDumpInetProtocolsDoNot) {
  Request request;
  const StateSet established(State::established);
  const StateSet closed(State::close);
  request.tables = {{Netid::u_str, Family::unix_domain, established, false},
                    {Netid::u_dgr, Family::unix_domain, closed, false},
                    {Netid::tcp, Family::inet, established, false},
                    {Netid::udp, Family::inet, established, false},
                    {Netid::tcp, Family::inet6, established, false}};
  const auto plan = plan_dumps(request);
  ASSERT_EQ(plan.size(), 4U);
  EXPECT_EQ(plan[0].tables.size(), 2U);
  EXPECT_EQ(plan[0].request.states, established | closed);
}

TEST(DumpPlan, TestsGoToTheDumpOfTheirIpVersion) {
  const KernelTests tests{{{.kind = KernelTest::Kind::host, .port = 4}}, {{.kind = KernelTest::Kind::host, .port = 6}}};
  Request request;
  request.tests = &tests;
  const StateSet established(State::established);
  request.tables = {{Netid::u_str, Family::unix_domain, established, false},
                    {Netid::tcp, Family::inet, established, false},
                    {Netid::tcp, Family::inet6, established, false},
                    {Netid::sctp, Family::inet, established, false}};
  const auto plan = plan_dumps(request);
  ASSERT_EQ(plan.size(), 4U);
  EXPECT_TRUE(plan[0].request.tests.empty());
  ASSERT_EQ(plan[1].request.tests.size(), 1U);
  EXPECT_EQ(plan[1].request.tests[0].port, 4);
  ASSERT_EQ(plan[2].request.tests.size(), 1U);
  EXPECT_EQ(plan[2].request.tests[0].port, 6);
  EXPECT_TRUE(plan[3].request.tests.empty());
}

TEST(DumpPlan, WhereTheOtherEndIsLookedForNothingIsLeftOut) {
  const KernelTests tests{{{.kind = KernelTest::Kind::host, .port = 4}}, {}};
  Request request;
  request.tests = &tests;
  request.tables = {{Netid::tcp, Family::inet, StateSet(State::established), false}};
  request.needs = NeedSet(Need::owners);
  EXPECT_FALSE(plan_dumps(request)[0].request.tests.empty());
  request.needs = NeedSet(Need::owners, Need::peer_owners);
  for (const PlannedDump& dump : plan_dumps(request)) EXPECT_TRUE(dump.request.tests.empty());
}

TEST(DumpPlan, AJoinAsksForTheStatesThatTheOtherEndMayHave) {
  Request request;
  request.needs = NeedSet(Need::peer, Need::peer_owners);
  request.tables = {{Netid::tcp, Family::inet, StateSet(State::established), false}};
  const auto plan = plan_dumps(request);
  EXPECT_TRUE(plan[0].request.states.has(State::close_wait));
  ASSERT_EQ(plan.size(), 2U);  // the server of a v4 client may be a v6 socket
  EXPECT_EQ(plan[1].request.family, Family::inet6);
  EXPECT_TRUE(plan[1].tables.empty());
  request.tables = {{Netid::udp, Family::inet, StateSet(State::established), false}};
  EXPECT_TRUE(plan_dumps(request)[0].request.states.has(State::close));
  request.tables = {{Netid::tcp, Family::inet, StateSet(State::listen), false}};
  EXPECT_EQ(plan_dumps(request)[0].request.states, StateSet(State::listen));
  request.tables = {{Netid::u_str, Family::unix_domain, StateSet(State::listen), false}};
  EXPECT_EQ(plan_dumps(request)[0].request.states, StateSet(State::listen));
}

TEST(DumpPlan, OnlyWhatRefersToOtherRowsHasToWait) {
  Request request;
  request.tables = {{Netid::tcp, Family::inet, StateSet(State::established), false}};
  request.needs = NeedSet(Need::memory, Need::peer);  // the fill of tcp needs no other end
  EXPECT_FALSE(joins_unix(request));
  request.tables.push_back({Netid::u_str, Family::unix_domain, StateSet(State::established), false});
  EXPECT_TRUE(joins_unix(request));
  EXPECT_FALSE(needs_whole(request));
  request.needs = NeedSet(Need::owners);
  EXPECT_FALSE(joins_unix(request));
  EXPECT_FALSE(needs_whole(request));
  request.needs = NeedSet(Need::peer_owners);
  EXPECT_TRUE(needs_whole(request)) << "who is at the other end of a tcp connection";
  request.tables.erase(request.tables.begin());
  EXPECT_FALSE(needs_whole(request));
  request.needs = NeedSet(Need::pending);
  EXPECT_TRUE(needs_whole(request));
}

}  // namespace
}  // namespace skq::collecting
