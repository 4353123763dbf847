// What BPF adds, as users see it: the same answers as without, more of them, or one clear reason.
#include "live_test.h"

namespace live {
namespace {

constexpr uid_t nobody = 65534;

class BpfOption : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    pair_ = unix_pair(SOCK_STREAM);
    receiver_ = unix_bound(SOCK_DGRAM, file("r"));
    sender_ = unix_client(SOCK_DGRAM, file("r"));
    sent = send_until_full(sender_.get(), 1);
  }
  /// BPF is allowed here; else the test is skipped with the reason.
  static bool works(std::string& reason) {
    const Finished finished = run_skq({"-xa", "--bpf=require"});
    reason = finished.err;
    return finished.exit == 0;
  }
  [[nodiscard]] std::string receiver() const { return std::to_string(inode_of(receiver_.get())); }

  std::size_t sent = 0;

 private:
  Pair pair_;
  UniqueFd receiver_, sender_;
};

#define SKIP_WITHOUT_BPF() \
  if (std::string reason; !works(reason)) GTEST_SKIP() << reason

TEST_F(BpfOption, OwnersAreTheSameEitherWay) {
  SKIP_WITHOUT_BPF();
  const std::vector<std::string> columns{"-xap", "--format=raw", "-c", "inode,owners,peer_owners,cmdline,cgroup"};
  // What is on this host besides comes and goes; these are ours.
  const auto ours = [&](const std::string& use) {
    std::vector<std::string> words = columns;
    words.push_back("--bpf=" + use);
    const Finished finished = run_skq(words);
    EXPECT_EQ(finished.exit, 0) << finished.err;
    return finished.out;
  };
  const std::string never = ours("never");
  EXPECT_EQ(ours("require"), never);
  EXPECT_EQ(ours("auto"), never);
}

TEST_F(BpfOption, AFullReceiverIsCounted) {
  SKIP_WITHOUT_BPF();
  const std::string columns = "inode,dgram_queue,dgram_limit,dgram_fill,fill,fds_in_flight,in_flight";
  const Rows rows = list({"-xa", "--bpf=require"}, columns);
  const Row& row = rows.one("inode", receiver());
  EXPECT_EQ(row.text("dgram_queue"), std::to_string(sent));
  EXPECT_EQ(row.text("dgram_limit"), std::to_string(sent));
  EXPECT_EQ(row.decimal("dgram_fill"), 100.0);
  EXPECT_EQ(row.decimal("fill"), 100.0);
  EXPECT_EQ(row.text("fds_in_flight"), "0");
  EXPECT_EQ(row.boolean("in_flight"), false);
  const Finished found = run_skq({"-xaH", "--where", "dgram_fill >= 100", "-c", "inode"});
  EXPECT_NE(found.out.find(receiver()), std::string::npos) << found.out;
}

TEST_F(BpfOption, FillAloneIsThatOfTheQueueWhereItIsNamed) {
  SKIP_WITHOUT_BPF();
  EXPECT_EQ(list({"-xa"}, "inode,fill").one("inode", receiver()).decimal("fill"), 100.0);
  for (const char* by : {"--where=fill >= 100", "--sort=-fill"}) {
    const Finished found = run_skq({"-xaH", by, "--limit=1", "-c", "inode"});
    EXPECT_EQ(found.out, receiver() + "\n") << by << found.err;
  }
}

TEST_F(BpfOption, InOtherNamespacesToo) {
  SKIP_WITHOUT_BPF();
  if (in_own_user_namespace()) GTEST_SKIP() << "no namespace beside";
  const std::string far = receiver();
  ASSERT_FALSE(enter_private_network());
  const Rows rows = list({"-xa", "--bpf=require", "--all-netns"}, "inode,dgram_queue,dgram_limit");
  const Row& row = rows.one("inode", far);
  EXPECT_EQ(row.text("dgram_queue"), std::to_string(sent));
}

TEST_F(BpfOption, NeverKnowsLess) {
  const Rows rows = list({"-xa", "--bpf=never"}, "inode,dgram_queue,dgram_limit,dgram_fill,in_flight,fds_in_flight");
  const Row& row = rows.one("inode", receiver());
  for (const char* column : {"dgram_queue", "dgram_limit", "dgram_fill", "in_flight", "fds_in_flight"})
    EXPECT_TRUE(row.is_null(column)) << column;
}

TEST_F(BpfOption, WithoutRightsOnlyRequireFails) {
  if (in_own_user_namespace()) GTEST_SKIP() << "only root can become another user";
  const Surroundings as_nobody{.user = nobody};
  const Finished required = run_skq({"-xa", "--bpf=require"}, as_nobody);
  EXPECT_EQ(required.exit, 1);
  EXPECT_EQ(required.out, "");
  EXPECT_EQ(required.err.find("skq: BPF: "), 0U) << required.err;
  EXPECT_EQ(required.err.find('\n'), required.err.size() - 1) << "one line: " << required.err;
  const std::vector<std::string> columns{"-xa", "--format=raw", "-c", "inode,dgram_queue"};
  const Finished silent = run_skq(columns, as_nobody);
  EXPECT_EQ(silent.exit, 0);
  EXPECT_EQ(silent.err, "");
  std::vector<std::string> logged = columns;
  logged.emplace_back("--log-level=debug");
  EXPECT_NE(run_skq(logged, as_nobody).err.find("skq: debug: BPF: "), std::string::npos);
}

TEST_F(BpfOption, WhyAsksToo) {
  EXPECT_EQ(run_skq({"why", "--bpf=never", "--settle=0"}).exit, 0);
  SKIP_WITHOUT_BPF();
  EXPECT_EQ(run_skq({"why", "--bpf=require", "--settle=0"}).exit, 0);
}

}  // namespace
}  // namespace live
