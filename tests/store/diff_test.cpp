#include <gtest/gtest.h>

#include "snapshots.h"

namespace skq::test {
namespace {

class Diff : public testing::Test {
 protected:
  RecordedSnapshot before_, after_, later_;
  Diff() { before_.head.at = after_.head.at = later_.head.at = circumstances_at(noon); }

  static Socket& add(RecordedSnapshot& to, std::uint64_t cookie) {
    auto* socket = to.arena.make<Socket>();
    socket->family = Family::inet;
    socket->netid = Netid::tcp;
    socket->state = State::established;
    socket->cookie = Cookie{cookie};
    socket->part.emplace<InetPart>();
    to.rows.push_back(socket);
    return *socket;
  }
  static std::string text(const std::vector<Change>& changes) {
    std::string all;
    for (const Change& change : changes) {
      const Socket& socket = change.after != nullptr ? *change.after : *change.before;
      all += std::string(to_text(change.kind)) + " " + std::to_string(static_cast<std::uint64_t>(socket.cookie));
      for (const FieldChange& field : change.fields) {
        all += " " + std::string(field.field->name) + ":" + std::to_string(field.before) + ">" +
               std::to_string(field.after);
      }
      all += "\n";
    }
    return all;
  }
};

TEST_F(Diff, OpenedMissingGone) {
  add(before_, 1);
  add(before_, 2);
  add(before_, 3);
  add(after_, 2);
  add(after_, 4);
  add(later_, 3);
  EXPECT_EQ(text(diff(before_, before_)), "");
  auto changes = text(diff(before_, after_));
  EXPECT_EQ(changes.size(), std::string("opened 4\nmissing 1\nmissing 3\n").size());
  EXPECT_NE(changes.find("missing 1\n"), std::string::npos);
  EXPECT_NE(changes.find("missing 3\n"), std::string::npos);
  changes = text(diff(before_, after_, &later_));
  EXPECT_NE(changes.find("gone 1\n"), std::string::npos);
  EXPECT_NE(changes.find("missing 3\n"), std::string::npos) << "one dump only did not see it";
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
  EXPECT_EQ(text(diff(before_, after_)),
            "grown 2 recv_q:100>5000\ngrown 1 recv_q:0>10\nstate 5 recv_q:1>2\ngrown 3 recv_q:9000>8000\n");
}

TEST_F(Diff, AnotherBootHasOtherSockets) {
  add(before_, 1);
  add(after_, 1);
  after_.head.at.boot_id = "another";
  EXPECT_EQ(text(diff(before_, after_)).size(), std::string("opened 1\ngone 1\n").size());
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
  EXPECT_EQ(text(diff(before_, after_)), "grown 1 recv_q:20>22\ngrown 1 recv_q:10>11\n");
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
  EXPECT_EQ(text(diff(before_, after_)), "grown 0 recv_q:0>20\ngrown 0 recv_q:0>10\n");
}

}  // namespace
}  // namespace skq::test
