// --sort and --limit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <random>

#include "sample_sockets.h"
#include "select/first_rows.h"
#include "skq/select.h"

namespace skq {
namespace {

using namespace test;

std::vector<SortKey> keys(std::string_view text) {
  auto parsed = parse_sort(text);
  if (const auto* error = std::get_if<SyntaxError>(&parsed)) {
    ADD_FAILURE() << error->text();
    return {};
  }
  return std::get<std::vector<SortKey>>(parsed);
}

/// Inodes after sorting.
std::vector<std::uint32_t> order(const std::deque<Socket>& sockets, std::string_view by,
                                 std::optional<std::size_t> limit = {}) {
  std::vector<const Socket*> rows;
  for (const Socket& socket : sockets) rows.push_back(&socket);
  TextContext context;
  sort_rows(rows, keys(by), limit, context);
  std::vector<std::uint32_t> inodes;
  for (const Socket* row : rows) inodes.push_back(static_cast<std::uint32_t>(row->inode));
  return inodes;
}

Socket queued(std::uint32_t inode, std::optional<std::uint32_t> recv_q, std::string_view name = {}) {
  Socket socket = unix_socket(name, inode);
  socket.recv_q = recv_q;
  return socket;
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SortParse, ReadsKeys) {
  const auto two = keys("-send_mem,local");
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].field, find_field("send_mem"));
  EXPECT_TRUE(two[0].descending);
  EXPECT_EQ(two[1].field, find_field("local"));
  EXPECT_FALSE(two[1].descending);
}

TEST(SortParse, Rejects) {
  const auto error = [](std::string_view text) { return std::get<SyntaxError>(parse_sort(text)).text(); };
  EXPECT_EQ(error(""), "a column is missing\n\n^");
  EXPECT_EQ(error("-"), "a column is missing\n-\n^");
  EXPECT_EQ(error("fill,"), "a column is missing\nfill,\n     ^");
  EXPECT_EQ(error("fill,,local"), "a column is missing\nfill,,local\n     ^");
  EXPECT_EQ(error("fill,-snd_mem"), "unknown column 'snd_mem'; did you mean 'send_mem'?\nfill,-snd_mem\n      ^^^^^^^");
}

TEST(Sort, NumbersInOrderAndAbsentOnesLastBothWays) {
  const std::deque<Socket> sockets{queued(1, 5), queued(2, std::nullopt), queued(3, 100), queued(4, 20),
                                   queued(5, std::nullopt)};
  EXPECT_THAT(order(sockets, "recv_q"), ElementsAre(1, 4, 3, 2, 5));
  EXPECT_THAT(order(sockets, "-recv_q"), ElementsAre(3, 4, 1, 2, 5));
  EXPECT_THAT(order(sockets, "-recv_q", 2), ElementsAre(3, 4));
  EXPECT_THAT(order(sockets, "recv_q", 4), ElementsAre(1, 4, 3, 2));
  EXPECT_THAT(order(sockets, "recv_q", 0), IsEmpty());
  EXPECT_THAT(order(sockets, "recv_q", 100), ElementsAre(1, 4, 3, 2, 5));
}

TEST(Sort, TextByCodePointAndSecondKeys) {
  const std::deque<Socket> sockets{queued(1, 1, "/b"),        queued(2, 2, "/a"), queued(3, 3, "/b"),
                                   queued(4, 4, "/\xc3\xa4"), queued(5, 5, "/Z"), queued(6, 6)};
  EXPECT_THAT(order(sockets, "path"), ElementsAre(5, 2, 1, 3, 4, 6));
  EXPECT_THAT(order(sockets, "-path"), ElementsAre(4, 1, 3, 2, 5, 6));
  EXPECT_THAT(order(sockets, "path,-recv_q"), ElementsAre(5, 2, 3, 1, 4, 6));
}

TEST(Sort, AddressesAndLists) {
  std::deque<Socket> sockets;
  for (const std::string_view text : {"10.0.0.2", "9.0.0.1", "::1", "10.0.0.1", "::"}) {
    sockets.push_back(inet_socket(text, 1, text, 2));
    sockets.back().inode = Inode{static_cast<std::uint32_t>(sockets.size())};
  }
  EXPECT_THAT(order(sockets, "local_addr"), ElementsAre(2, 4, 1, 5, 3));
  const std::array<Owner, 2> first{Owner{30, 0, 1, "z", nullptr}, Owner{1, 0, 1, "a", nullptr}};
  const std::array<Owner, 1> second{Owner{20, 0, 1, "y", nullptr}};
  const Owners a{first}, b{second}, nobody{};
  sockets[0].owners = &a;
  sockets[1].owners = &b;
  sockets[2].owners = &nobody;
  EXPECT_THAT(order(sockets, "owners"), ElementsAre(2, 1, 3, 4, 5));
  EXPECT_THAT(order(sockets, "-owners"), ElementsAre(1, 2, 3, 4, 5));
}

// What --limit gives is what cutting the whole sorted list gives, and sorting is stable.
TEST(Sort, LimitIsACutOfAStableSort) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::deque<Socket> sockets;
    const std::size_t count = random() % 60;
    constexpr std::array<std::string_view, 4> names{"", "/a", "/b", "/c"};
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto value = static_cast<std::uint32_t>(random() % 5);
      sockets.push_back(queued(i, value == 4 ? std::nullopt : std::optional(value), names.at(random() % names.size())));
    }
    for (const std::string_view by : {"recv_q", "-recv_q", "path,-recv_q", "-path"}) {
      const auto whole = order(sockets, by);
      for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{7}, count, count + 5}) {
        auto cut = whole;
        cut.resize(std::min(limit, cut.size()));
        ASSERT_EQ(order(sockets, by, limit), cut);
      }
    }
    // Against the library's own stable sort, for one key.
    std::vector<std::uint32_t> expected(count);
    for (std::uint32_t i = 0; i < count; ++i) expected[i] = i;
    std::stable_sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
      const auto x = sockets[a].recv_q, y = sockets[b].recv_q;
      return x && (!y || *x > *y);
    });
    ASSERT_EQ(order(sockets, "-recv_q"), expected);
  }
}

/// Each row is gone as soon as it was taken, as in a stream, and all that it points to.
std::vector<std::uint32_t> streamed(const std::deque<Socket>& sockets, std::string_view by, std::size_t limit) {
  TextContext context;
  const auto sort_keys = keys(by);
  FirstRows first(sort_keys, limit, context);
  std::string name;
  for (const Socket& socket : sockets) {
    Socket row = socket;
    auto& part = std::get<UnixPart>(row.part);
    name = part.name;
    part.name = name;
    first.take(row);
    name.assign(name.size(), 'x');
  }
  std::vector<std::uint32_t> inodes;
  for (const Socket* row : first.sorted()) inodes.push_back(static_cast<std::uint32_t>(row->inode));
  return inodes;
}

TEST(Sort, TheFirstOfAStreamAreThoseOfTheWhole) {
  std::mt19937 random(9);
  for (int round = 0; round < 60; ++round) {
    std::deque<Socket> sockets;
    const std::size_t count = random() % 80;
    constexpr std::array<std::string_view, 4> names{"", "/a", "/b", "/c"};
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto value = static_cast<std::uint32_t>(random() % 5);
      sockets.push_back(queued(i, value == 4 ? std::nullopt : std::optional(value), names.at(random() % names.size())));
    }
    for (const std::string_view by : {"recv_q", "-recv_q", "path,-recv_q", "-path,local", "-local"})
      for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{7}, count, count + 5})
        ASSERT_EQ(streamed(sockets, by, limit), order(sockets, by, limit));
  }
}

// Every row takes the place of another, and the memory of those that went is given back.
TEST(Sort, TheFirstOfALongStreamThatGetsBetterAndBetter) {
  std::deque<Socket> sockets;
  for (std::uint32_t i = 0; i < 9000; ++i) sockets.push_back(queued(i, i, "/name"));
  EXPECT_EQ(streamed(sockets, "-recv_q", 3), (std::vector<std::uint32_t>{8999, 8998, 8997}));
  EXPECT_EQ(streamed(sockets, "path,-recv_q", 2), (std::vector<std::uint32_t>{8999, 8998}));
}

TEST(Sort, WithoutKeysOnlyCuts) {
  const std::deque<Socket> sockets{queued(1, 5), queued(2, 1)};
  std::vector<const Socket*> rows{&sockets[0], &sockets[1]};
  TextContext context;
  sort_rows(rows, {}, 1, context);
  EXPECT_THAT(rows, ElementsAre(&sockets[0]));
}

}  // namespace
}  // namespace skq
