// Rows that go out in parts are those that a sink would have got, and stay good until the parts are called.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "fake_source.h"
#include "skq/collect.h"

namespace skq {
namespace {

/// What is seen of a row, by value.
struct Seen {
  std::uint32_t inode = 0, other = 0;
  std::size_t owners = 0;
  bool operator==(const Seen&) const = default;
};

Seen seen_of(const Socket& row) {
  return {static_cast<std::uint32_t>(row.inode),
          row.other_end != nullptr ? static_cast<std::uint32_t>(row.other_end->inode) : 0,
          row.owners != nullptr ? row.owners->list.size() : 77};
}

/// Calls all parts as late as it may, the last one first.
class LateCrew final : public RowCrew {
 public:
  void take(Part part) override { waiting_.push_back(std::move(part)); }
  void finish() override {
    std::vector<std::vector<Seen>> made(waiting_.size());
    for (std::size_t at = waiting_.size(); at-- > 0;)
      waiting_[at]([&](std::span<const Socket* const> rows) {
        for (const Socket* const row : rows) made[at].push_back(seen_of(*row));
      });
    for (const auto& part : made) rows.insert(rows.end(), part.begin(), part.end());
    parts += waiting_.size();
    waiting_.clear();
  }
  [[nodiscard]] bool has_finished() const { return waiting_.empty(); }

  std::vector<Seen> rows;
  std::size_t parts = 0;

 private:
  std::vector<Part> waiting_;
};

struct Crew : testing::Test {
  FakeSource source;
  Request request;

  Crew() {
    constexpr StateSet every_state = StateSet::from_bits(0xFFF);
    request.tables = {{Netid::u_str, Family::unix_domain, every_state, false},
                      {Netid::tcp, Family::inet, every_state, false}};
    std::mt19937 random(7);
    Answer unix_sockets, tcp;
    for (std::uint32_t inode = 1; inode <= 4000; ++inode) {
      const auto peer = static_cast<std::uint32_t>(random() % 4200);
      unix_sockets.rows.push_back(unix_row(inode, Inode{peer}));
      tcp.rows.push_back(inet_row(Netid::tcp, 10'000 + inode, 1, 80, 1, static_cast<std::uint16_t>(inode)));
    }
    source.answers[{Family::unix_domain, Netid::u_str}] = {unix_sockets};
    source.answers[{Family::inet, Netid::tcp}] = {tcp};
  }

  std::vector<Seen> by_sink() {
    std::vector<Seen> rows;
    Snapshot storage;
    EXPECT_TRUE(collect(request, source, storage, [&](std::span<const Socket* const> batch) {
      for (const Socket* const row : batch) rows.push_back(seen_of(*row));
    }));
    return rows;
  }

  void expect_same() {
    const std::vector<Seen> expected = by_sink();
    LateCrew crew;
    Snapshot storage;
    request.crew = &crew;
    const auto summary = collect(request, source, storage, [](std::span<const Socket* const>) { ADD_FAILURE(); });
    request.crew = nullptr;
    ASSERT_TRUE(summary);
    EXPECT_TRUE(crew.has_finished());
    EXPECT_EQ(crew.rows, expected);
    EXPECT_GT(crew.parts, 1U);
  }
};

TEST_F(Crew, RowsThatStream) { expect_same(); }

TEST_F(Crew, RowsThatWaitForTheirOtherEnd) {
  request.needs.add(Need::peer);
  expect_same();
  const std::vector<Seen> rows = by_sink();
  EXPECT_GT(std::count_if(rows.begin(), rows.end(), [](const Seen& row) { return row.other != 0; }), 3000);
}

TEST_F(Crew, RowsOfWhichSomeAreWanted) {
  request.wanted = [](const Socket& row) { return static_cast<std::uint32_t>(row.inode) % 3 == 0; };
  expect_same();
  request.needs.add(Need::peer);
  expect_same();
}

TEST_F(Crew, RowsThatWaitForTheSummary) {
  int told = 0;
  request.known = [&](const Summary&) { ++told; };
  expect_same();
  EXPECT_EQ(told, 2);
}

TEST_F(Crew, RowsThatWaitForTheirOwners) {
  request.needs.add(Need::owners);
  request.needs.add(Need::peer);
  expect_same();
  EXPECT_EQ(by_sink().front().owners, 0U);
}

TEST_F(Crew, ALimitIsTheSinksAffair) {
  request.limit = 10;
  const std::vector<Seen> expected = by_sink();
  LateCrew crew;
  request.crew = &crew;
  EXPECT_EQ(by_sink(), expected);
  EXPECT_EQ(expected.size(), 10U);
  EXPECT_EQ(crew.parts, 0U);
}

}  // namespace
}  // namespace skq
