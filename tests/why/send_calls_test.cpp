// A full socket whose reader is stopped: every type of socket, and every call that can block in a send on it.
#include <sys/socket.h>

#include "why_test.h"

namespace why {
namespace {

struct Case {
  const char* type_name;
  int type;
  Call call;
};

void PrintTo(const Case& shown, std::ostream* to) { *to << shown.type_name << " by " << shown.call.name; }

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& [name, type] :
       {std::pair{"stream", SOCK_STREAM}, std::pair{"seqpacket", SOCK_SEQPACKET}, std::pair{"dgram", SOCK_DGRAM}}) {
    for (const Call& call : send_calls()) cases.push_back({name, type, call});
  }
  for (const Call& call : stream_only_calls()) cases.push_back({"stream", SOCK_STREAM, call});
  return cases;
}

class SendCalls : public WhyTest, public testing::WithParamInterface<Case> {};

TEST_P(SendCalls, StoppedReader) {
  Pair pair = unix_pair(GetParam().type);
  const int to = pair.a.get(), from = pair.b.get();
  const auto inode = live::inode_of(to), peer_inode = live::inode_of(from);
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer = blocked_in(GetParam().call, "writer", to);
  pair = {};
  ASSERT_BLOCKS(writer, GetParam().call.number);
  const Answer answer = ask_why();
  const auto* finding = expect_stuck(answer, "unix-send-blocked", writer.waits(to, GetParam().call.syscall),
                                     reader.causes(from, "stopped"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->confidence, "certain");
  EXPECT_EQ(finding->inode, inode);
  EXPECT_EQ(finding->peer_inode, peer_inode);
  EXPECT_EQ(finding->waiters.size(), 1U);
  EXPECT_EQ(finding->culprits.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(, SendCalls, testing::ValuesIn(all_cases()), [](const auto& test) {
  return std::string(test.param.type_name) + "_" + test.param.call.name;
});

}  // namespace
}  // namespace why
