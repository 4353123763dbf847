// Thousands of pending connections: the kernel cuts a dump short without a word when a listener's list of waiting
// clients does not fit into one chunk, so these are the cases in which sockets could get lost.
#include <sys/mman.h>

#include <algorithm>
#include <set>

#include "live_test.h"

namespace live {
namespace {

using Pending = LiveTest;

constexpr const char* listener_name = "\0waiting room";
const std::string& name() {
  static const std::string text(listener_name, 13);
  return text;
}

// Memory that clients in other processes write their inodes to.
class SharedInodes {
 public:
  explicit SharedInodes(std::size_t count) : count_(count) {
    void* const memory =
        mmap(nullptr, count * sizeof(std::uint32_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    inodes_ = memory == MAP_FAILED ? nullptr : static_cast<std::uint32_t*>(memory);
  }
  SharedInodes(const SharedInodes&) = delete;
  SharedInodes& operator=(const SharedInodes&) = delete;
  ~SharedInodes() { munmap(inodes_, count_ * sizeof(std::uint32_t)); }
  [[nodiscard]] std::uint32_t* at(std::size_t index) const { return inodes_ + index; }
  [[nodiscard]] std::set<std::uint32_t> all() const { return {inodes_, inodes_ + count_}; }

 private:
  std::size_t count_;
  std::uint32_t* inodes_ = nullptr;
};

struct Crowd {
  UniqueFd listener;
  std::vector<Child> clients;
  std::vector<Pair> others;
};

bool connect_many(std::size_t count, std::uint32_t* inodes) {
  for (std::size_t i = 0; i < count; ++i) {
    UniqueFd client = unix_client(SOCK_STREAM, name());
    if (!client.valid()) return false;
    inodes[i] = inode_of(client.get());
    static std::vector<UniqueFd> kept;
    kept.push_back(std::move(client));
  }
  return true;
}

// As many processes as the limit of open files asks for.
void gather(Crowd& crowd, std::size_t pending, std::size_t other_pairs, const SharedInodes& inodes) {
  crowd.listener = unix_listener(SOCK_STREAM, name(), 20000);
  const std::size_t each = descriptors_left();
  for (std::size_t at = 0; at < pending; at += each) {
    const std::size_t count = std::min(each, pending - at);
    crowd.clients.emplace_back(std::vector<int>{}, [&] { return connect_many(count, inodes.at(at)); });
    ASSERT_TRUE(crowd.clients.back().ok());
  }
  for (std::size_t i = 0; i < other_pairs; ++i) crowd.others.push_back(unix_pair(SOCK_DGRAM));
}

// Inodes of all sockets that must be listed.
std::set<std::uint32_t> everybody(const Crowd& crowd, const SharedInodes& inodes) {
  std::set<std::uint32_t> all = inodes.all();
  all.insert(inode_of(crowd.listener.get()));
  for (const Pair& pair : crowd.others) {
    all.insert(inode_of(pair.a.get()));
    all.insert(inode_of(pair.b.get()));
  }
  return all;
}

std::set<std::uint32_t> inodes_of(const Rows& rows) {
  std::set<std::uint32_t> all;
  for (const Row& row : rows.all()) all.insert(static_cast<std::uint32_t>(row.number("inode").value_or(0)));
  return all;
}

void expect_all_rows(const std::vector<std::string>& arguments, const std::set<std::uint32_t>& truth) {
  SCOPED_TRACE(as_shell(arguments));
  const Rows rows = list(arguments, "+inode");
  EXPECT_EQ(rows.size(), truth.size()) << "each once";
  EXPECT_TRUE(inodes_of(rows) == truth);
}

TEST_F(Pending, Of4500NoneIsMissing) {
  if (!set_sysctl("net/core/somaxconn", "20000")) GTEST_SKIP() << "net.core.somaxconn may not be written";
  const SharedInodes clients(4500);
  Crowd crowd;
  ASSERT_NO_FATAL_FAILURE(gather(crowd, 4500, 250, clients));
  const auto truth = everybody(crowd, clients);
  ASSERT_EQ(truth.size(), 5001U);
  for (const char* letters : {"-xa", "-xae", "-xam", "-xaem"}) expect_all_rows({letters}, truth);

  const Finished whole = run_skq({"-xa", "--strict", "--format=raw", "-c", "inode,peer_status,accept_queue,pending"});
  EXPECT_EQ(whole.exit, 0) << whole.err;
  EXPECT_EQ(whole.err, "");
  const Rows rows(whole.out);
  const Row& listener = rows.one("inode", std::to_string(inode_of(crowd.listener.get())));
  EXPECT_EQ(listener.number("accept_queue"), 4500U);
  const auto pending = listener.inodes("pending");
  ASSERT_TRUE(pending.has_value());
  EXPECT_EQ(pending->size(), 4500U);
  EXPECT_TRUE(std::set<std::uint32_t>(pending->begin(), pending->end()) == clients.all());
  EXPECT_EQ(rows.count("peer_status", "pending"), 4500U);
}

TEST_F(Pending, Of4500TheJsonIsWholeAndSaysSo) {
  if (!set_sysctl("net/core/somaxconn", "20000")) GTEST_SKIP() << "net.core.somaxconn may not be written";
  const SharedInodes clients(4500);
  Crowd crowd;
  ASSERT_NO_FATAL_FAILURE(gather(crowd, 4500, 250, clients));
  const Finished json = run_skq({"-xa", "-J", "-c", "+pending"});
  EXPECT_EQ(json.exit, 0);
  EXPECT_NE(json.out.find("\"complete\":true"), std::string::npos) << json.out.substr(0, 400);
  EXPECT_NE(json.out.find("\"gaps\":[]"), std::string::npos);
  std::size_t rows = 0;
  for (std::size_t at = json.out.find("\"netid\":"); at != std::string::npos; at = json.out.find("\"netid\":", at + 1))
    ++rows;
  EXPECT_EQ(rows, 5001U);
}

// Beyond some 8100 the list cannot leave the kernel. Then the rows are there all the same, and the hole is told.
TEST_F(Pending, Of9000EveryRowIsThereAndTheListIsWholeOrAbsent) {
  if (!set_sysctl("net/core/somaxconn", "20000")) GTEST_SKIP() << "net.core.somaxconn may not be written";
  const SharedInodes clients(9000);
  Crowd crowd;
  ASSERT_NO_FATAL_FAILURE(gather(crowd, 9000, 250, clients));
  const auto truth = everybody(crowd, clients);
  expect_all_rows({"-xa"}, truth);
  const Finished finished = run_skq({"-xa", "--strict", "--format=raw", "-c", "inode,accept_queue,pending"});
  const Rows rows(finished.out);
  EXPECT_TRUE(inodes_of(rows) == truth);
  const Row& listener = rows.one("inode", std::to_string(inode_of(crowd.listener.get())));
  EXPECT_EQ(listener.number("accept_queue"), 9000U);
  if (const auto pending = listener.inodes("pending")) {
    EXPECT_TRUE(std::set<std::uint32_t>(pending->begin(), pending->end()) == clients.all());
    EXPECT_EQ(finished.exit, 0) << finished.err;
  } else {
    EXPECT_EQ(finished.exit, 3);
    EXPECT_NE(finished.err.find("pending"), std::string::npos) << finished.err;
    EXPECT_NE(run_skq({"-xa", "-J", "-c", "+pending"}).out.find("\"complete\":false"), std::string::npos);
  }
}

// A client that closed while it waited still takes a place: the kernel names it with inode 0.
TEST_F(Pending, ClosedClientsKeepTheirPlace) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, name(), 10);
  const UniqueFd stays = unix_client(SOCK_STREAM, name());
  unix_client(SOCK_STREAM, name()).reset();
  const Rows rows = list({"-xa"}, "inode,accept_queue,pending");
  const Row& row = rows.one("inode", std::to_string(inode_of(listener.get())));
  EXPECT_EQ(row.number("accept_queue"), 2U);
  auto pending = row.inodes("pending").value_or(std::vector<std::uint32_t>{});
  std::sort(pending.begin(), pending.end());
  EXPECT_EQ(pending, (std::vector<std::uint32_t>{0, inode_of(stays.get())}));
}

TEST_F(Pending, EmptyListIsNotAbsent) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, name(), 10);
  const Pair pair = unix_pair(SOCK_STREAM);
  const Rows rows = list({"-xa"}, "inode,pending");
  EXPECT_EQ(rows.one("inode", std::to_string(inode_of(listener.get()))).raw("pending"), "[]");
}

}  // namespace
}  // namespace live
