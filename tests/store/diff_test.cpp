// What became of sockets from one look to the next, in plain values.
#include <gtest/gtest.h>

#include <sstream>

#include "snapshots.h"

namespace skq::test {
namespace {

class Diff : public testing::Test {
 protected:
  RecordedSnapshot before_, after_, later_;
  Diff() { before_.head.at = after_.head.at = later_.head.at = circumstances_at(noon); }

  static Socket& add(RecordedSnapshot& to, std::uint64_t cookie, Netid netid = Netid::tcp) {
    auto* socket = to.arena.make<Socket>();
    socket->family = Family::inet;
    socket->netid = netid;
    socket->state = State::established;
    socket->cookie = Cookie{cookie};
    socket->part.emplace<InetPart>();
    to.rows.push_back(socket);
    return *socket;
  }
  static void own(RecordedSnapshot& in, Socket& socket, std::initializer_list<int> pids) {
    const auto list = in.arena.room<Owner>(pids.size());
    std::size_t at = 0;
    for (const int pid : pids) list[at++] = Owner{pid, 0, 3, "nginx"};
    socket.owners = in.arena.make<Owners>(Owners{list});
  }
  [[nodiscard]] Differences differences(bool witnessed = false) const {
    const Sight later = sight_of(later_);
    return diff(sight_of(before_), sight_of(after_), witnessed ? &later : nullptr);
  }
  [[nodiscard]] std::string text(bool witnessed = false) const { return text(differences(witnessed).changes); }
  static std::string text(const std::vector<Change>& changes) {
    std::string all;
    for (const Change& change : changes) {
      const Socket& socket = change.after != nullptr ? *change.after : *change.before;
      all += std::string(to_text(change.kind)) + " " + std::to_string(static_cast<std::uint64_t>(socket.cookie));
      if (change.doubtful) all += " in doubt";
      for (const FieldChange& field : change.fields) {
        all += " " + std::string(field.field->name) + ":" + std::to_string(field.before) + ">" +
               std::to_string(field.after);
      }
      all += "\n";
    }
    return all;
  }
  static std::string sorted(std::string text) {
    std::vector<std::string> lines;
    for (std::istringstream all(text); std::getline(all, text);) lines.push_back(text);
    std::sort(lines.begin(), lines.end());
    text.clear();
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }
  static std::string gaps(const Differences& found) {
    std::string all;
    for (const Gap& gap : found.gaps) all += gap.detail + "\n";
    return all;
  }
};

TEST_F(Diff, OpenedMissingGone) {
  add(before_, 1);
  add(before_, 2);
  add(before_, 3);
  EXPECT_EQ(text(diff(sight_of(before_), sight_of(before_)).changes), "");
  add(after_, 2);
  add(after_, 4);
  add(later_, 3);
  EXPECT_EQ(sorted(text()), "missing 1\nmissing 3\nopened 4\n");
  EXPECT_EQ(text().substr(0, 9), "opened 4\n");
  EXPECT_EQ(sorted(text(true)), "gone 1\nmissing 3\nopened 4\n") << "one dump only did not see 3";
}

TEST_F(Diff, AnAbsenceFromATornDumpProvesLittle) {
  const Gap torn{GapKind::dump, "tcp: the dump was interrupted 3 times, rows may be missing"};
  add(before_, 1);
  add(before_, 2, Netid::udp);
  add(after_, 3);
  add(after_, 4, Netid::udp);
  add(later_, 5);
  add(later_, 6, Netid::udp);
  after_.head.gaps = {torn};
  EXPECT_EQ(sorted(text(true)), "gone 1\ngone 2\nopened 3\nopened 4\n") << "the witness is whole";
  later_.head.gaps = {torn};
  EXPECT_EQ(sorted(text(true)), "gone 2\nmissing 1\nopened 3\nopened 4\n");
  before_.head.gaps = {torn};
  EXPECT_EQ(sorted(text(true)), "gone 2\nmissing 1\nopened 3 in doubt\nopened 4\n");
}

TEST_F(Diff, WhatWasNotLookedAtIsNeitherOpenedNorGone) {
  add(before_, 1);
  add(before_, 2, Netid::udp);
  add(after_, 1);
  add(after_, 3, Netid::raw);
  EXPECT_EQ(text(true), "");
  EXPECT_EQ(gaps(differences(true)),
            "1 raw sockets of B are not compared: A has none of that kind, and may not have looked for them\n"
            "1 udp sockets of A are not compared: B has none of that kind, and may not have looked for them\n");
  const StateSet all = ~StateSet();
  const Scope scope{.tables = {{Family::inet, Netid::tcp, all}, {Family::inet, Netid::udp, all}}};
  before_.head.scope = after_.head.scope = later_.head.scope = scope;
  EXPECT_EQ(text(true), "gone 2\n") << "who says what was looked for proves an absence";
  EXPECT_EQ(gaps(differences(true)),
            "1 raw sockets of B are not compared: A has none of that kind, and may not have looked for them\n");
  before_.head.scope->filter = "dport = :443";
  EXPECT_EQ(text(true), "gone 2\n");
  EXPECT_EQ(gaps(differences(true)), "1 raw sockets of B are not compared: A was recorded through a filter\n");
  after_.head.scope->tables[1].states = StateSet(State::listen);
  EXPECT_EQ(text(true), "");
  EXPECT_NE(gaps(differences(true)).find("1 udp sockets of A are not compared: B looked for some states only\n"),
            std::string::npos);
}

TEST_F(Diff, OtherNamespacesAreNotAbsent) {
  NetNamespace other{.inode = 17, .name = "lab"};
  add(before_, 1);
  add(before_, 2).netns = &other;
  add(after_, 1);
  add(after_, 2);  // of the namespace of the look: another one
  EXPECT_EQ(text(), "opened 2\n");
  EXPECT_EQ(gaps(differences()), "1 tcp sockets of A are not compared: B did not look into their network namespace\n");
  NetNamespace home{.inode = after_.head.at.netns};
  after_.rows[0]->netns = &home;
  after_.rows[1]->netns = &other;
  EXPECT_EQ(text(), "") << "a row that does not say its namespace is of that of its look";
}

TEST_F(Diff, OwnersAreTheirPids) {
  own(before_, add(before_, 1), {10, 11});
  own(after_, add(after_, 1), {11, 10});
  own(before_, add(before_, 2), {10});
  own(after_, add(after_, 2), {12});
  own(before_, add(before_, 3), {10});
  add(after_, 3);
  own(before_, add(before_, 4), {});
  own(after_, add(after_, 4), {10});
  EXPECT_EQ(sorted(text()), "owner 2\nowner 4\n");
  before_.head.gaps = {{GapKind::owners, "pid 1 could not be read"}};
  EXPECT_EQ(text(), "owner 2\n") << "who was hidden then may have held 4; but 10 has let go of 2";
  after_.head.gaps = before_.head.gaps;
  EXPECT_EQ(text(), "");
}

TEST_F(Diff, WhatIsNotRecordedIsNotCompared) {
  Socket& then = add(before_, 1);
  then.recv_q = 4000;
  then.memory = {{9000, 0, 0, 0, 0, 0, 0, 0, 0}, memory_items};
  Socket& now = add(after_, 1);
  now.recv_q = 0;
  now.memory = {{70000, 0, 0, 0, 0, 0, 0, 0, 0}, memory_items};
  after_.head.columns = {"rmem_alloc"};
  EXPECT_EQ(text(), "grown 1 rmem_alloc:9000>70000\n") << "a queue that was not recorded did not drain";
  EXPECT_NE(gaps(differences()).find("B did not record recv_q"), std::string::npos);
}

TEST_F(Diff, AListenersBacklogIsNoQueue) {
  Socket& then = add(before_, 1);
  then.state = State::listen;
  then.send_q = 128;
  Socket& now = add(after_, 1);
  now.state = State::listen;
  now.send_q = 4096;
  now.recv_q = 0;
  Socket& opened = add(after_, 2);
  opened.state = State::listen;
  opened.send_q = 4096;
  const auto found = differences();
  ASSERT_EQ(text(found.changes), "opened 2\ngrown 1 send_q:128>4096\n");
  EXPECT_EQ(found.changes[0].growth, 0);
  EXPECT_EQ(found.changes[1].growth, 0);
}

TEST_F(Diff, WhatGrewMostComesFirst) {
  add(before_, 1).recv_q = 0;
  add(after_, 1).recv_q = 10;
  add(before_, 2).recv_q = 100;
  Socket& grown = add(after_, 2);
  grown.recv_q = 5000;
  add(before_, 3).recv_q = 9000;
  add(after_, 3).recv_q = 8000;
  add(before_, 4).send_q = 1;
  add(after_, 4);  // not said: no change
  Socket& closing = add(before_, 5);
  closing.recv_q = 1;
  Socket& closed = add(after_, 5);
  closed.recv_q = 2;
  closed.state = State::close_wait;
  EXPECT_EQ(text(), "grown 2 recv_q:100>5000\ngrown 1 recv_q:0>10\nstate 5 recv_q:1>2\ngrown 3 recv_q:9000>8000\n");
}

TEST_F(Diff, AnotherBootHasOtherSockets) {
  add(before_, 1);
  add(after_, 1);
  after_.head.at.boot_id = "another";
  EXPECT_EQ(differences().relation, Relation::other_boot);
  EXPECT_EQ(text(), "") << "no socket of one is one of the other: nothing to tell one by one";
  after_.head.at.host = "web2";
  EXPECT_EQ(differences().relation, Relation::other_host);
  after_.head.at.boot_id = before_.head.at.boot_id;
  EXPECT_EQ(differences().relation, Relation::same_boot) << "one kernel; only its name is another";
}

TEST_F(Diff, AssociationsOfOneEndpointAreTold) {
  for (RecordedSnapshot* snapshot : {&before_, &after_}) {
    for (const std::uint16_t port : {std::uint16_t{10}, std::uint16_t{20}}) {
      Socket& one = add(*snapshot, 1);
      one.netid = Netid::sctp;
      auto& part = std::get<InetPart>(one.part);
      part.association = SctpState::established;
      part.peer_port = port;
      one.recv_q = snapshot == &before_ ? port : port + port / 10U;
    }
  }
  EXPECT_EQ(text(), "grown 1 recv_q:20>22\ngrown 1 recv_q:10>11\n");
}

TEST_F(Diff, WithoutCookieByAddresses) {
  for (RecordedSnapshot* snapshot : {&before_, &after_}) {
    for (const std::uint16_t port : {std::uint16_t{10}, std::uint16_t{20}}) {
      Socket& one = add(*snapshot, 0);
      one.netid = Netid::raw;
      std::get<InetPart>(one.part).local_port = port;
      one.recv_q = snapshot == &before_ ? 0 : port;
    }
  }
  EXPECT_EQ(text(), "grown 0 recv_q:0>20\ngrown 0 recv_q:0>10\n");
}

}  // namespace
}  // namespace skq::test
