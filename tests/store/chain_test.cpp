// Full snapshots and deltas: what is read is what was recorded, whatever changed between.
#include <gtest/gtest.h>

#include <random>

#include "snapshots.h"

namespace skq::test {
namespace {

struct Recorded {
  MemoryFile file;
  std::vector<std::vector<std::string>> looks;
};

Recorded recorded(std::size_t sockets, std::size_t count, unsigned full_every, bool new_process_each_time) {
  Recorded all;
  BusyHost host(sockets);
  Recorder recorder({.full_every = full_every});
  for (std::size_t i = 0; i < count; ++i) {
    const Looked look = host.look();
    if (new_process_each_time) recorder = Recorder({.full_every = full_every});
    EXPECT_TRUE(append(all.file, recorder, circumstances_at(noon + static_cast<std::int64_t>(i) * minute), look.rows));
    all.looks.push_back(texts(look.rows));
    host.pass();
  }
  return all;
}

void expect_all_there(const Recorded& all) {
  const auto contents = read_contents(all.file);
  ASSERT_TRUE(contents) << contents.error().text();
  ASSERT_EQ(contents->snapshots.size(), all.looks.size());
  EXPECT_TRUE(contents->damages.empty());
  SnapshotReader reader(all.file, *contents);
  std::mt19937 random(7);
  std::vector<std::size_t> order(all.looks.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (int round = 0; round < 2; ++round) {
    for (const std::size_t at : order) {
      const auto snapshot = reader.read(at);
      ASSERT_TRUE(snapshot) << snapshot.error().text();
      EXPECT_EQ(texts((*snapshot)->rows), all.looks[at]) << "snapshot " << at;
    }
    std::shuffle(order.begin(), order.end(), random);
  }
}

TEST(Chain, DeltasEqualFullSnapshotsUnderChurn) {
  const Recorded all = recorded(300, 25, 10, false);
  const auto contents = read_contents(all.file);
  ASSERT_TRUE(contents);
  for (std::size_t i = 0; i < contents->snapshots.size(); ++i) {
    EXPECT_EQ(contents->snapshots[i].head.full, i % 10 == 0) << i;
    EXPECT_EQ(contents->snapshots[i].head.seq, i);
  }
  expect_all_there(all);
}

TEST(Chain, ANewProcessForEachSnapshotGoesOnWithTheFile) {
  const Recorded one = recorded(100, 12, 5, true), other = recorded(100, 12, 5, false);
  EXPECT_EQ(one.file.bytes(), other.file.bytes());
  expect_all_there(one);
}

// What went away counts no longer: however long the chain, only what is there must be within the limits.
TEST(Chain, TotalChurnStaysReadableToTheEndOfTheChain) {
  MemoryFile file;
  Recorder recorder({});
  std::vector<std::vector<std::string>> looks;
  std::size_t most_values = 0;
  for (std::uint32_t round = 0; round < 60; ++round) {
    Arena arena;
    std::vector<Socket*> rows;
    for (std::uint32_t at = 0; at < 20; ++at) {
      auto* socket = arena.make<Socket>();
      socket->family = Family::inet;
      socket->netid = Netid::tcp;
      socket->cookie = Cookie{round * 100 + at};
      socket->part.emplace<InetPart>().local_port = static_cast<std::uint16_t>(at);
      if ((at + round) % 2 == 0) socket->uid = at;
      rows.push_back(socket);
    }
    // One that stays, whose cells come and go.
    rows.front()->cookie = Cookie{7};
    ASSERT_TRUE(append(file, recorder, circumstances_at(noon + round * minute), rows));
    looks.push_back(texts(rows));
    const store::Rows cells =
        store::rows_of(std::vector<const Socket*>(rows.begin(), rows.end()), store::keys_for({}), nullptr);
    std::size_t values = 0;
    for (const store::Row& row : cells.list) values += row.size();
    most_values = std::max(most_values, values);
  }
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  ASSERT_EQ(contents->snapshots.size(), looks.size());
  // A delta says what changed before it says what is gone.
  SnapshotReader reader(file, *contents, {.values = most_values + 4});
  for (std::size_t at = 0; at < looks.size(); ++at) {
    const auto snapshot = reader.read(at);
    ASSERT_TRUE(snapshot) << snapshot.error().text();
    EXPECT_EQ(contents->snapshots[at].head.full, at == 0);
    EXPECT_EQ(texts((*snapshot)->rows), looks[at]) << at;
  }
  SnapshotReader narrow(file, *contents, {.values = most_values - 30});
  EXPECT_FALSE(narrow.read(59)) << "and what is there is counted";
}

// What its readers would refuse is not written: a snapshot of too many values or too much text, a chain too long.
TEST(Chain, NothingIsWrittenThatNobodyCouldRead) {
  BusyHost host(50);
  const Looked look = host.look();
  const std::vector<const Socket*> rows(look.rows.begin(), look.rows.end());
  const store::Rows cells = store::rows_of(rows, store::keys_for({}), nullptr);
  std::uint64_t values = 0;
  for (const store::Row& row : cells.list) values += row.size();
  const Circumstances at = circumstances_at(noon);
  const auto taken = [&](const ReadLimits& limits) {
    MemoryFile file;
    Recorder recorder({.limits = limits});
    const auto next = recorder.next(file, {1, 1}, {&at, {}, rows, {}}, nullptr);
    if (!next) {
      EXPECT_NE(next.error().text().find("more than one snapshot can hold"), std::string::npos) << next.error().text();
      return false;
    }
    file.bytes() += next->frame;
    const auto contents = read_contents(file);
    EXPECT_TRUE(SnapshotReader(file, *contents, limits).read(0)) << "written, and nobody can read it";
    return true;
  };
  EXPECT_TRUE(taken({.values = values}));
  EXPECT_FALSE(taken({.values = values - 1}));
  EXPECT_TRUE(taken({.frame = 1'000'000}));
  EXPECT_FALSE(taken({.frame = 1000}));

  constexpr ReadLimits short_chains{.chain = 3};
  MemoryFile file;
  Recorder recorder({.full_every = 100, .limits = short_chains});
  for (int n = 0; n < 9; ++n) ASSERT_TRUE(append(file, recorder, circumstances_at(noon + n * minute), rows));
  const auto contents = read_contents(file);
  SnapshotReader reader(file, *contents, short_chains);
  for (std::size_t n = 0; n < 9; ++n) {
    EXPECT_EQ(contents->snapshots[n].head.full, n % 4 == 0) << n;
    EXPECT_TRUE(reader.read(n)) << n;
  }
}

// Text that is replaced again and again must not add up, and stays that of the snapshot that was given out.
TEST(Chain, ReplacedTextIsDropped) {
  constexpr std::size_t long_text = 3'000'000;
  MemoryFile file;
  Recorder recorder({});
  Socket socket;
  socket.family = Family::unix_domain;
  socket.netid = Netid::u_str;
  socket.cookie = Cookie{1};
  auto& part = socket.part.emplace<UnixPart>();
  part.has_name = true;
  const std::vector<const Socket*> rows{&socket};
  for (char letter = 'a'; letter <= 'h'; ++letter) {
    const std::string name(long_text, letter);
    part.name = name;
    ASSERT_TRUE(append(file, recorder, circumstances_at(noon + letter), rows));
  }
  const auto contents = read_contents(file);
  ASSERT_EQ(contents->snapshots.size(), 8U);
  SnapshotReader reader(file, *contents);
  const auto first = reader.read(0);
  ASSERT_TRUE(first);
  const auto last = reader.read(7);
  ASSERT_TRUE(last) << last.error().text();
  EXPECT_EQ((*first)->rows[0]->unix_part()->name, std::string(long_text, 'a'));
  EXPECT_EQ((*last)->rows[0]->unix_part()->name, std::string(long_text, 'h'));
  EXPECT_NE((*first)->texts, (*last)->texts) << "all of it is still held";
}

TEST(Chain, EveryOneFull) { expect_all_there(recorded(50, 5, 1, false)); }

// Rows of any kind may be anything from one look to the next: other families under one cookie, doubled cookies, none.
TEST(Chain, RandomRowsOfAnyKind) {
  std::mt19937 random(3);
  const auto number = [&](std::uint32_t most) { return std::uniform_int_distribution<std::uint32_t>(0, most)(random); };
  MemoryFile file;
  Recorder recorder({.full_every = 50});
  std::vector<std::vector<std::string>> looks;
  for (int i = 0; i < 60; ++i) {
    Arena arena;
    std::vector<Socket*> rows;
    for (std::uint32_t n = number(40); n > 0; --n) {
      auto* socket = arena.make<Socket>();
      socket->cookie = Cookie{number(20)};
      if (number(3) != 0) socket->recv_q = number(2) == 0 ? UINT32_MAX : number(5);
      if (number(1) != 0) socket->uid = number(3);
      socket->memory.known = static_cast<std::uint8_t>(number(memory_items));
      if (number(1) != 0) {
        socket->family = Family::unix_domain;
        auto& part = socket->part.emplace<UnixPart>();
        part.has_name = number(1) != 0;
        const std::string name = std::string(number(1), '\0') + "n\xff\"\\\n" + std::to_string(number(3));
        if (part.has_name) part.name = arena.keep(name);
      } else {
        socket->family = number(1) != 0 ? Family::inet : Family::inet6;
        socket->netid = number(3) == 0 ? Netid::sctp : Netid::tcp;
        auto& part = socket->part.emplace<InetPart>();
        part.local_port = static_cast<std::uint16_t>(number(3));
        if (socket->netid == Netid::sctp && number(1) != 0) part.association = static_cast<SctpState>(number(9));
        part.peer_port = static_cast<std::uint16_t>(number(3));
      }
      socket->state = static_cast<State>(number(20));
      rows.push_back(socket);
    }
    ASSERT_TRUE(append(file, recorder, circumstances_at(noon + i), rows));
    looks.push_back(texts(rows));
  }
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  ASSERT_EQ(contents->snapshots.size(), looks.size());
  SnapshotReader reader(file, *contents);
  for (std::size_t at = 0; at < looks.size(); ++at) {
    const auto snapshot = reader.read(at);
    ASSERT_TRUE(snapshot) << snapshot.error().text();
    EXPECT_EQ(texts((*snapshot)->rows), looks[at]) << at;
  }
}

TEST(Chain, HeadFindingsAndGapsComeBack) {
  MemoryFile file;
  Recorder recorder({});
  Circumstances at = circumstances_at(noon + 123'456'789);
  at.host = "a\"b\xff";
  const std::vector<Gap> gaps{{GapKind::owners, "some"}, {GapKind::netns, "two\nlines"}};
  const std::vector<std::string> findings{R"({"rule":"x","n":[1,2]})", "{\n\"rule\":\"y\"}"};
  const auto next = recorder.next(file, {1, 1}, {&at, gaps, {}, findings}, nullptr);
  ASSERT_TRUE(next);
  file.bytes() = next->frame;
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  ASSERT_EQ(contents->snapshots.size(), 1U);
  const SnapshotHead& head = contents->snapshots[0].head;
  EXPECT_EQ(head.at.time_ns, at.time_ns);
  EXPECT_EQ(head.at.host, "a\"b\xef\xbf\xbd");
  EXPECT_EQ(head.at.netns, at.netns);
  EXPECT_EQ(head.gaps, gaps);
  SnapshotReader reader(file, *contents);
  const auto snapshot = reader.read(0);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ((*snapshot)->findings, (std::vector<std::string>{findings[0], "{ \"rule\":\"y\"}"}));
}

TEST(Chain, ABootAnotherHostOrOtherColumnsBeginWithAFullSnapshot) {
  MemoryFile file;
  const Looked look = BusyHost(20).look();
  Recorder recorder({});
  Circumstances at = circumstances_at(noon);
  const auto next_is_full = [&](Recorder& with) {
    EXPECT_TRUE(append(file, with, at, look.rows));
    return read_contents(file)->snapshots.back().head.full;
  };
  EXPECT_TRUE(next_is_full(recorder));
  EXPECT_FALSE(next_is_full(recorder));
  at.time_ns -= 10 * minute;  // a clock that goes back is no reason
  EXPECT_FALSE(next_is_full(recorder));
  at.boot_id = "other";
  EXPECT_TRUE(next_is_full(recorder));
  at.host = "web2";
  EXPECT_TRUE(next_is_full(recorder));
  EXPECT_FALSE(next_is_full(recorder));
  Recorder fewer({.columns = {find_field("recv_q")}});
  EXPECT_TRUE(next_is_full(fewer));
  EXPECT_FALSE(next_is_full(fewer));
  EXPECT_TRUE(next_is_full(recorder)) << "another one has appended, with other columns";
}

TEST(Chain, SaysWhatItLookedFor) {
  MemoryFile file;
  const Looked look = BusyHost(20).look();
  const Circumstances at = circumstances_at(noon);
  Scope scope{.tables = {{Family::inet, Netid::tcp, ~StateSet()},
                         {Family::unix_domain, Netid::u_str, StateSet(State::listen, State::bound_inactive)}},
              .filter = "dport = :443 or \"",
              .all_netns = true,
              .unlisted = {"raw: this kernel has none", "dccp: \"\n"}};
  Recorder recorder({.full_every = 10});
  const auto append_with = [&](const Scope* one) {
    const auto next = recorder.next(file, {1, 1}, {.circumstances = &at, .rows = look.rows, .scope = one}, nullptr);
    ASSERT_TRUE(next);
    file.bytes() += next->frame;
    recorder.written(true);
  };
  append_with(nullptr);
  append_with(&scope);
  recorder = Recorder({.full_every = 10});  // which reads it from the file
  append_with(&scope);
  scope.tables.pop_back();
  append_with(&scope);
  const auto contents = read_contents(file);
  ASSERT_EQ(contents->snapshots.size(), 4U);
  SnapshotReader reader(file, *contents);
  EXPECT_FALSE((*reader.read(0))->head.scope);
  EXPECT_TRUE(contents->snapshots[1].head.full) << "a delta could not say it";
  EXPECT_FALSE(contents->snapshots[2].head.full);
  EXPECT_TRUE(contents->snapshots[3].head.full);
  EXPECT_EQ((*reader.read(3))->head.scope, scope);
  scope.tables.push_back({Family::unix_domain, Netid::u_str, StateSet(State::listen, State::bound_inactive)});
  EXPECT_EQ((*reader.read(1))->head.scope, scope);
  EXPECT_EQ((*reader.read(2))->head.scope, scope);
}

TEST(Chain, RecordsOnlyWhatTheColumnsAreMadeOf) {
  MemoryFile file;
  const Looked look = BusyHost(20).look();
  Recorder recorder({.columns = {find_field("recv_q"), find_field("tcp_rtt")}});
  ASSERT_TRUE(append(file, recorder, circumstances_at(noon), look.rows));
  const auto contents = read_contents(file);
  SnapshotReader reader(file, *contents);
  const auto snapshot = reader.read(0);
  ASSERT_TRUE(snapshot);
  TextContext context;
  const Socket& row = *(*snapshot)->rows.front();
  const Field& rtt = *find_field("tcp_rtt");
  EXPECT_EQ(std::get<std::uint64_t>(rtt.get(row, context)), std::get<std::uint64_t>(rtt.get(*look.rows[0], context)));
  EXPECT_EQ(row.memory.known, 0);
  EXPECT_EQ(row.owners, nullptr);
  EXPECT_TRUE(has_column((*snapshot)->head, *find_field("tcp_rtt")));
  EXPECT_TRUE(has_column((*snapshot)->head, *find_field("recv_q")));
  EXPECT_FALSE(has_column((*snapshot)->head, *find_field("tcp_rto")));
  EXPECT_FALSE(has_column((*snapshot)->head, *find_field("send_fill")));
  EXPECT_FALSE(has_column((*snapshot)->head, *find_field("info")));
}

TEST(Chain, FindsTheLastSnapshotAtOrBeforeAMoment) {
  MemoryFile file;
  Recorder recorder({});
  for (const int minutes : {0, 1, 2, 1, 3}) {
    ASSERT_TRUE(append(file, recorder, circumstances_at(noon + minutes * minute), {}));
  }
  const auto contents = read_contents(file);
  EXPECT_FALSE(find_at(*contents, noon - 1));
  EXPECT_EQ(find_at(*contents, noon), 0U);
  EXPECT_EQ(find_at(*contents, noon + 1 * minute), 3U);
  EXPECT_EQ(find_at(*contents, noon + 2 * minute), 3U) << "after the clock went back";
  EXPECT_EQ(find_at(*contents, noon + 9 * minute), 4U);
}

TEST(DayName, IsOfUtc) {
  EXPECT_EQ(day_file_name(noon), "20261121.jsonl.zst");
  EXPECT_EQ(day_file_name(noon + 12 * 60 * minute - 1), "20261121.jsonl.zst");
  EXPECT_EQ(day_file_name(noon + 12 * 60 * minute), "20261122.jsonl.zst");
  EXPECT_EQ(day_file_name(-1), "19691231.jsonl.zst");
  EXPECT_EQ(day_of_file_name("20261121.jsonl.zst"), (noon / 1'000'000'000) - 12 * 3600);
  for (const char* name : {"20261121.jsonl", "20261301.jsonl.zst", "20260230.jsonl.zst", "2026112a.jsonl.zst",
                           "x20261121.jsonl.zst", "20261121.jsonl.zst.bak", ""}) {
    EXPECT_FALSE(day_of_file_name(name)) << name;
  }
}

}  // namespace
}  // namespace skq::test
