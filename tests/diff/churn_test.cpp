// Sockets that come, go and fill at random between two looks: what diff tells is what was done.
#include <map>
#include <random>

#include "diff_fixture.h"

namespace live {
namespace {

class Churn : public DiffTest, public testing::WithParamInterface<unsigned> {
 protected:
  Churn() : random_(GetParam()) {}

  struct Made {
    UniqueFd end;
    int peer = -1;  ///< sends to it; -1: cannot
  };

  unsigned number(unsigned to) { return std::uniform_int_distribution<unsigned>(0, to - 1)(random_); }

  void make() {
    switch (number(4)) {
      case 0:
      case 1: {
        Pair pair = unix_pair(number(2) == 0 ? SOCK_STREAM : SOCK_DGRAM);
        const int a = pair.a.get(), b = pair.b.get();
        add(std::move(pair.a), b);
        add(std::move(pair.b), a);
        return;
      }
      case 2:
        return add(inet_bound("127.0.0.1", 0, SOCK_DGRAM), -1);
      default:
        return add(tcp_listener("::1", 0), -1);
    }
  }
  void add(UniqueFd end, int peer) { sockets_.emplace(cookie_of(end.get()), Made{std::move(end), peer}); }

  auto any() {
    auto one = sockets_.begin();
    std::advance(one, number(static_cast<unsigned>(sockets_.size())));
    return one;
  }
  void end_one() {
    const auto one = any();
    for (auto& [cookie, made] : sockets_)
      if (made.peer == one->second.end.get()) made.peer = -1;
    sockets_.erase(one);
  }
  void fill_one() {
    const auto one = any();
    if (one->second.peer >= 0) send_text(one->second.end.get(), std::string(1 + number(900), 'x'));
  }

  std::map<std::string, int> queues() const {
    std::map<std::string, int> all;
    for (const auto& [cookie, made] : sockets_)
      if (made.peer >= 0) all[cookie] = queued_in(made.end.get());
    return all;
  }
  std::set<std::string> cookies() const {
    std::set<std::string> all;
    for (const auto& [cookie, made] : sockets_) all.insert(cookie);
    return all;
  }

  std::mt19937 random_;
  std::map<std::string, Made> sockets_;
};

std::set<std::string> without(const std::set<std::string>& from, const std::set<std::string>& what) {
  std::set<std::string> rest;
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(), std::inserter(rest, rest.end()));
  return rest;
}

TEST_P(Churn, IsToldAsItWas) {
  for (int count = 0; count < 60; ++count) make();
  for (int round = 0; round < 4; ++round) {
    const auto before = cookies();
    const auto queues_before = queues();
    const std::string first = record();
    for (int step = 0; step < 50; ++step) {
      const unsigned what = number(10);
      what < 3 ? make() : what<6 && sockets_.size()> 5 ? end_one() : fill_one();
    }
    const auto after = cookies();
    const auto queues_after = queues();
    const std::string second = record();
    record();  // the witness
    for (const Told& changes : {told({first, second}), told({first, "live"})}) {
      EXPECT_EQ(changes.cookies("opened"), without(after, before));
      EXPECT_EQ(changes.cookies("gone"), without(before, after));
      EXPECT_TRUE(changes.cookies("missing").empty());
      EXPECT_EQ(changes.gaps(), "");
      for (const auto& [cookie, queue] : queues_after) {
        const auto was = queues_before.find(cookie);
        if (was == queues_before.end()) continue;
        const Json change = changes.of(cookie);
        const bool queue_told = change.is_object() && change.at("after").contains("recv_q");
        EXPECT_TRUE(queue == was->second || queue_told) << cookie << " went from " << was->second << " to " << queue;
        if (!queue_told) continue;
        EXPECT_GT(change.at("after").at("recv_q").get<int>(), change.at("before").at("recv_q").get<int>());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Churn, testing::Values(1U, 2U, 3U));

}  // namespace
}  // namespace live
