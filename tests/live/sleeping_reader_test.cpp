// Pairs whose reader sleeps: what is queued, what memory it holds against which limit, and who sits at both ends.
#include "live_test.h"

namespace live {
namespace {

using SleepingReader = LiveTest;

constexpr const char* memory_columns =
    "inode,netid,state,recv_q,send_q,send_mem,wmem_alloc,sndbuf,send_fill,recv_mem,recv_limit,recv_fill,payload_"
    "percent,"
    "writable,fill,cookie,peer_inode,rmem_alloc,fwd_alloc,drops";

double percent(double part, double whole) { return 100.0 * part / whole; }

const Row& row_of(const Rows& rows, int fd) { return rows.one("inode", std::to_string(inode_of(fd))); }

void expect_percent(const Row& row, const char* column, double truth) {
  ASSERT_TRUE(row.decimal(column).has_value()) << column;
  EXPECT_NEAR(*row.decimal(column), truth, 0.01) << column;
}

void expect_sender(const Row& row, int fd, int reader) {
  const auto memory = memory_of(fd);
  EXPECT_EQ(row.number("send_q"), static_cast<std::uint64_t>(queued_out(fd)));
  EXPECT_EQ(row.number("send_mem"), memory[wmem_alloc]);
  EXPECT_EQ(row.number("wmem_alloc"), memory[wmem_alloc]);
  EXPECT_EQ(row.number("sndbuf"), memory[sndbuf]);
  EXPECT_EQ(row.number("rmem_alloc"), memory[rmem_alloc]);
  EXPECT_EQ(row.number("drops"), memory[drops]);
  EXPECT_EQ(row.boolean("writable"), can_write_now(fd));
  EXPECT_EQ(row.text("cookie"), cookie_of(fd));
  EXPECT_EQ(row.number("peer_inode"), inode_of(reader));
  expect_percent(row, "send_fill", percent(memory[wmem_alloc], memory[sndbuf]));
}

void expect_reader(const Row& row, int fd, int sender) {
  const auto charged = memory_of(sender);
  EXPECT_EQ(row.number("recv_mem"), charged[wmem_alloc]);
  EXPECT_EQ(row.number("recv_limit"), charged[sndbuf]);
  EXPECT_EQ(row.number("send_mem"), memory_of(fd)[wmem_alloc]);
  EXPECT_EQ(row.boolean("writable"), can_write_now(fd));
  expect_percent(row, "recv_fill", percent(charged[wmem_alloc], charged[sndbuf]));
  expect_percent(row, "fill", percent(charged[wmem_alloc], charged[sndbuf]));
}

TEST_F(SleepingReader, OneByteWritesFillAStreamThatHoldsAlmostNothing) {
  const Pair pair = unix_pair(SOCK_STREAM);
  const std::size_t sent = send_until_full(pair.a.get(), 1);
  ASSERT_GT(sent, 10U);
  const Rows rows = list({"-xa"}, memory_columns);
  ASSERT_EQ(rows.size(), 2U);
  const Row& sender = row_of(rows, pair.a.get());
  const Row& reader = row_of(rows, pair.b.get());
  expect_sender(sender, pair.a.get(), pair.b.get());
  expect_reader(reader, pair.b.get(), pair.a.get());
  EXPECT_EQ(sender.number("recv_q"), 0U);
  EXPECT_EQ(reader.number("recv_q"), sent);
  EXPECT_EQ(reader.number("recv_q"), static_cast<std::uint64_t>(queued_in(pair.b.get())));
  EXPECT_GT(*sender.decimal("send_fill"), 99.0);
  EXPECT_EQ(sender.decimal("fill"), sender.decimal("send_fill"));
  EXPECT_LT(*sender.decimal("payload_percent"), 1.0);
  expect_percent(sender, "payload_percent", percent(static_cast<double>(sent), memory_of(pair.a.get())[wmem_alloc]));
}

TEST_F(SleepingReader, SeqpacketCountsEveryMessageOfTheReader) {
  const Pair pair = unix_pair(SOCK_SEQPACKET);
  const std::size_t sent = send_until_full(pair.a.get(), 1000);
  const Rows rows = list({"-xa"}, memory_columns);
  expect_sender(row_of(rows, pair.a.get()), pair.a.get(), pair.b.get());
  expect_reader(row_of(rows, pair.b.get()), pair.b.get(), pair.a.get());
  EXPECT_EQ(row_of(rows, pair.b.get()).number("recv_q"), sent * 1000);
}

TEST_F(SleepingReader, DatagramReaderShowsItsFirstMessageOnly) {
  const Pair pair = unix_pair(SOCK_DGRAM);
  ASSERT_TRUE(send_text(pair.a.get(), "seven77"));
  ASSERT_GT(send_until_full(pair.a.get(), 500), 10U);
  const Rows rows = list({"-xa"}, memory_columns);
  expect_sender(row_of(rows, pair.a.get()), pair.a.get(), pair.b.get());
  const Row& reader = row_of(rows, pair.b.get());
  EXPECT_EQ(reader.number("recv_q"), 7U);
  EXPECT_TRUE(reader.is_null("recv_mem"));
  EXPECT_TRUE(reader.is_null("recv_fill"));
}

TEST_F(SleepingReader, BothOwnersStandInTheReadersAndTheSendersRow) {
  Pair pair = unix_pair(SOCK_STREAM);
  const Child other({pair.b.get()}, [] { return true; });
  ASSERT_TRUE(other.ok());
  const int other_fd = pair.b.get();
  const std::uint32_t other_inode = inode_of(other_fd);
  pair.b.reset();
  send_until_full(pair.a.get(), 1);
  const Rows rows = list({"-xap"}, "inode,owners,pid,comm,fd,peer_owners,peer_pid,peer_comm,peer_fd");
  const Holder self{getpid(), own_comm(), pair.a.get()};
  const Holder child{other.pid(), own_comm(), other_fd};
  const Row& ours = row_of(rows, pair.a.get());
  EXPECT_EQ(ours.holders("owners"), std::vector{self});
  EXPECT_EQ(ours.holders("peer_owners"), std::vector{child});
  EXPECT_EQ(ours.number("pid"), static_cast<std::uint64_t>(getpid()));
  EXPECT_EQ(ours.text("comm"), own_comm());
  EXPECT_EQ(ours.number("peer_pid"), static_cast<std::uint64_t>(other.pid()));
  EXPECT_EQ(ours.text("peer_comm"), own_comm());
  EXPECT_EQ(ours.number("peer_fd"), static_cast<std::uint64_t>(other_fd));
  const Row& theirs = rows.one("inode", std::to_string(other_inode));
  EXPECT_EQ(theirs.holders("owners"), std::vector{child});
  EXPECT_EQ(theirs.holders("peer_owners"), std::vector{self});
}

TEST_F(SleepingReader, TheTableNamesBothEndsAndTheFill) {
  const Pair pair = unix_pair(SOCK_STREAM);
  send_until_full(pair.a.get(), 1);
  const Finished table = run_skq({"-xp", "-H", "--bytes"});
  ASSERT_EQ(table.exit, 0) << table.err;
  const auto memory = memory_of(pair.a.get());
  EXPECT_NE(table.out.find(std::to_string(memory[wmem_alloc]) + "/" + std::to_string(memory[sndbuf])),
            std::string::npos)
      << table.out;
  const std::string first = table.out.substr(0, table.out.find('\n'));
  const std::string pid = "pid=" + std::to_string(getpid());
  EXPECT_NE(first.find(pid + ",fd=" + std::to_string(pair.a.get()) + ")"), std::string::npos) << first;
  EXPECT_NE(first.find(pid + ",fd=" + std::to_string(pair.b.get()) + ")"), std::string::npos) << first;
  EXPECT_NE(first.find('%'), std::string::npos) << first;
}

TEST_F(SleepingReader, TcpSenderAndReader) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4001);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4001);
  set_option(pair.a.get(), SO_SNDBUF, 100000);
  send_until_full(pair.a.get(), 1000);
  usleep(300'000);  // until what is in flight has settled
  const Rows rows = list({"-t"}, memory_columns);
  const Row& sender = row_of(rows, pair.a.get());
  const Row& reader = row_of(rows, pair.b.get());
  const auto memory = memory_of(pair.a.get());
  const auto read_memory = memory_of(pair.b.get());
  EXPECT_EQ(sender.number("send_q"), static_cast<std::uint64_t>(queued_out(pair.a.get())));
  EXPECT_EQ(sender.number("send_mem"), memory[wmem_queued]);
  EXPECT_EQ(sender.number("sndbuf"), memory[sndbuf]);
  expect_percent(sender, "send_fill", percent(memory[wmem_queued], memory[sndbuf]));
  EXPECT_EQ(reader.number("recv_q"), static_cast<std::uint64_t>(queued_in(pair.b.get())));
  EXPECT_EQ(reader.number("recv_mem"), read_memory[rmem_alloc]);
  EXPECT_EQ(reader.number("recv_limit"), read_memory[rcvbuf]);
  expect_percent(reader, "recv_fill", percent(read_memory[rmem_alloc], read_memory[rcvbuf]));
  EXPECT_EQ(sender.boolean("writable"), can_write_now(pair.a.get()));
  EXPECT_EQ(sender.boolean("writable"), false);
}

TEST_F(SleepingReader, UdpReader) {
  const UniqueFd reader = inet_bound("127.0.0.1", 4002, SOCK_DGRAM);
  const UniqueFd sender = inet_client("127.0.0.1", 4002, SOCK_DGRAM);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(send_text(sender.get(), std::string(100, 'x')));
  const Rows rows = list({"-ua"}, memory_columns);
  const Row& row = row_of(rows, reader.get());
  const auto memory = memory_of(reader.get());
  EXPECT_EQ(row.number("recv_q"), memory[rmem_alloc]);
  EXPECT_EQ(row.number("recv_mem"), memory[rmem_alloc]);
  expect_percent(row, "recv_fill", percent(memory[rmem_alloc], memory[rcvbuf]));
}

}  // namespace
}  // namespace live
