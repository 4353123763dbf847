// The same over sockets of every kind and state that ss lists.
#include "../live/zoo.h"
#include "../live/live_test.h"
#include "round_trip.h"

namespace skq::test {
namespace {

class Zoo : public live::LiveTest {};

TEST_F(Zoo, EveryFieldComesBack) {
  const live::Zoo zoo(folder());
  auto source = open_kernel();
  ASSERT_TRUE(source);
  std::set<std::string_view> seen;
  expect_same(**source, seen);
  for (const char* name : {"path", "pending", "owners", "tcp_rtt", "v6only", "nl_groups", "packet_protocol", "cong"}) {
    EXPECT_EQ(seen.count(name), 1U) << name;
  }
}

}  // namespace
}  // namespace skq::test
