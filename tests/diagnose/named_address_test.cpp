// Whom an address read from a thread's memory names.
#include "diagnose/named_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/scene_index.h"
#include "scene_builder.h"

namespace skq::diagnosing {
namespace {

using namespace std::string_view_literals;

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> made;
  for (const int value : values) made.push_back(static_cast<std::byte>(value));
  return made;
}

TEST(NamedAddress, ReadsUnixNames) {
  const auto path_bytes = bytes({1, 0, '/', 'a', 0, 'x'});
  const auto path = parse_address(path_bytes);
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(path->name, "/a");
  EXPECT_FALSE(path->abstract);
  const auto abstract_bytes = bytes({1, 0, 0, 'a', 0, 'x'});
  const auto abstract = parse_address(abstract_bytes);
  ASSERT_TRUE(abstract.has_value());
  EXPECT_EQ(abstract->name, "\0a\0x"sv);
  EXPECT_TRUE(abstract->abstract);
  const auto no_end = bytes({1, 0, '/', 'a'});
  const auto whole = parse_address(no_end);
  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(whole->name, "/a");
}

TEST(NamedAddress, RefusesWhatNamesNothing) {
  EXPECT_FALSE(parse_address({}).has_value());
  EXPECT_FALSE(parse_address(bytes({1})).has_value());
  EXPECT_FALSE(parse_address(bytes({1, 0})).has_value());
  EXPECT_FALSE(parse_address(bytes({0, 0, 1, 2, 3, 4})).has_value());
  EXPECT_FALSE(parse_address(bytes({2, 0, 0, 80, 127, 0, 0})).has_value());
  EXPECT_FALSE(parse_address(bytes({10, 0, 0, 80, 0, 0, 0, 0, 0, 0})).has_value());
  EXPECT_FALSE(parse_address(bytes({99, 9, 1, 2, 3, 4, 5, 6})).has_value());
}

TEST(NamedAddress, TakesMappedAddressesAsIpv4) {
  const auto v4 = parse_address(bytes({2, 0, 0, 80, 127, 0, 0, 1}));
  const auto mapped =
      parse_address(bytes({10, 0, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}));
  ASSERT_TRUE(v4.has_value() && mapped.has_value());
  EXPECT_EQ(v4->port, 80);
  EXPECT_EQ(mapped->family, Family::inet);
  EXPECT_EQ(mapped->address, v4->address);
}

class Named : public testing::Test {
 protected:
  OtherSide other_side() {
    const Patience patience;
    const SceneIndex index(host.scene(), nullptr, patience);
    return index.waits().empty() ? OtherSide{} : index.other_side(index.waits()[0]);
  }
  SceneBuilder host;
  NetNamespace here{.inode = 1, .name = {}}, there{.inode = 2, .name = {}};
};

TEST_F(Named, AbstractNamesAreOfTheirNamespace) {
  for (const std::uint32_t inode : {20U, 21U}) {
    host.row(inode, Netid::u_dgr, State::close);
    host.named(inode, "\0log"sv);
  }
  host.row(10, Netid::u_dgr, State::close);
  host.at(10).netns = &there;
  host.at(20).netns = &here;
  host.at(21).netns = &there;
  host.thread(1).in_call("sendto", 10, WaitFor::send).to_unix("\0log"sv);
  EXPECT_EQ(other_side().socket, &host.at(21));
  EXPECT_TRUE(other_side().certain);
}

TEST_F(Named, FilesAreSeenFromEveryNamespace) {
  const VfsObject file{.inode = 5, .major = 8, .minor = 1};
  host.row(20, Netid::u_dgr, State::close);
  host.named(20, "rel.sock", file);
  host.at(20).recv_q = 1;
  host.row(10, Netid::u_dgr, State::close);
  host.at(10).netns = &there;
  host.at(20).netns = &here;
  host.thread(1).in_call("sendto", 10, WaitFor::send).to_unix("/run/rel.sock", file);
  EXPECT_EQ(other_side().socket, &host.at(20));
  EXPECT_TRUE(other_side().certain);
  // A file that no socket is bound to any more names nobody, whoever has a like name.
  host.thread(1).to_unix("rel.sock", VfsObject{.inode = 6, .major = 8, .minor = 1});
  EXPECT_EQ(other_side().socket, nullptr);
}

TEST_F(Named, TypesAndRolesHaveToFit) {
  host.row(20, Netid::u_str, State::established);  // accepted: has its listener's name
  host.named(20, "/run/s");
  host.row(21, Netid::u_seq, State::listen);
  host.named(21, "/run/s");
  host.row(10, Netid::u_str, State::close);
  host.thread(1).in_call("connect", 10, WaitFor::connect).to_unix("/run/s");
  EXPECT_EQ(other_side().socket, nullptr);
  host.listener(22, "/run/s", 6, 5);
  EXPECT_EQ(other_side().socket, &host.at(22));
  EXPECT_FALSE(other_side().certain);
}

// The path is looked up now. A server that was started since has it, and is not who the call waits for.
TEST_F(Named, AServerThatHasRoomIsNotTheOneThatIsWaitedFor) {
  const VfsObject old_file{.inode = 5, .major = 8, .minor = 1}, new_file{.inode = 6, .major = 8, .minor = 1};
  host.row(10, Netid::u_str, State::close);
  host.listener(20, "/run/s", 0, 5);
  host.named(20, "/run/s.new", new_file);  // renamed over the old one
  host.thread(1).in_call("connect", 10, WaitFor::connect).to_unix("/run/s", new_file);
  EXPECT_EQ(other_side().socket, nullptr);
  EXPECT_THAT(other_side().why, testing::HasSubstr("not full"));
  host.listener(21, "/run/s", 5, 5);
  host.named(21, "/run/s", old_file);
  EXPECT_EQ(other_side().socket, nullptr) << "one more fits into 21";
  host.at(21).recv_q = 6;
  EXPECT_EQ(other_side().socket, &host.at(21));
  EXPECT_FALSE(other_side().certain);
  host.listener(22, "/run/s", 6, 5);
  host.named(22, "/run/s", VfsObject{.inode = 7, .major = 8, .minor = 1});
  EXPECT_EQ(other_side().socket, nullptr);
  EXPECT_THAT(other_side().why, testing::HasSubstr("several"));
  host.at(20).recv_q = 6;
  EXPECT_EQ(other_side().socket, &host.at(20));
  EXPECT_TRUE(other_side().certain);
}

TEST_F(Named, AReceiverWithAnEmptyQueueIsNotTheOneThatIsWaitedFor) {
  const VfsObject old_file{.inode = 5, .major = 8, .minor = 1}, new_file{.inode = 6, .major = 8, .minor = 1};
  host.row(10, Netid::u_dgr, State::close);
  host.row(20, Netid::u_dgr, State::close).recv_q = 1;
  host.named(20, "/run/log", new_file);
  host.row(21, Netid::u_dgr, State::close).recv_q = 1;
  host.named(21, "/run/log", old_file);
  host.thread(1).in_call("sendto", 10, WaitFor::send).to_unix("/run/log", new_file);
  EXPECT_EQ(other_side().socket, &host.at(20));
  host.thread(2).in_call("recvfrom", 20, WaitFor::receive);
  EXPECT_EQ(other_side().socket, &host.at(21)) << "who sleeps in recvfrom has nothing to read";
  EXPECT_FALSE(other_side().certain);
  host.thread(2).is(ThreadState::stopped);
  EXPECT_EQ(other_side().socket, &host.at(20)) << "who is stopped there may have";
  host.at(20).recv_q = 0;
  EXPECT_EQ(other_side().socket, &host.at(21));
  host.at(21).recv_q = 0;
  EXPECT_EQ(other_side().socket, nullptr);
}

TEST_F(Named, OfTwoByOneNameTheOneThatCanBeWaitedFor) {
  host.row(10, Netid::u_str, State::close);
  host.listener(20, "/run/s", 0, 5);
  host.listener(21, "/run/s", 6, 5);
  host.thread(1).in_call("connect", 10, WaitFor::connect).to_unix("/run/s");
  EXPECT_EQ(other_side().socket, &host.at(21));
  EXPECT_FALSE(other_side().certain);
}

TEST_F(Named, ARelativePathIsNotKnownByItsText) {
  host.row(10, Netid::u_str, State::close);
  host.listener(20, "s", 6, 5);
  host.thread(1).in_call("connect", 10, WaitFor::connect).to_unix("s");
  EXPECT_EQ(other_side().socket, nullptr);
}

TEST_F(Named, AConnectedStreamTakesNoNoticeOfAnAddress) {
  host.row(20, Netid::u_seq, State::listen);
  host.named(20, "/run/s");
  host.at(20).recv_q = 6;
  host.at(20).send_q = 5;
  host.pair(10, 11, Netid::u_seq);
  host.thread(1).in_call("sendto", 10, WaitFor::send).to_unix("/run/s");
  EXPECT_EQ(other_side().socket, &host.at(11));
  // A datagram socket does, and its peer is not meant.
  host.pair(10, 11, Netid::u_dgr);
  EXPECT_EQ(other_side().socket, nullptr);
  host.row(20, Netid::u_dgr, State::close).recv_q = 1;
  host.named(20, "/run/s");
  EXPECT_EQ(other_side().socket, &host.at(20));
}

TEST_F(Named, OneOfSeveralAddressesIsNotGuessed) {
  host.row(20, Netid::u_dgr, State::close).recv_q = 1;
  host.pair(10, 11, Netid::u_dgr);
  host.thread(1).in_call("sendmmsg", 10, WaitFor::send);
  EXPECT_EQ(other_side().socket, &host.at(11));
  host.thread(1).wait().address_unknown = true;
  EXPECT_EQ(other_side().socket, nullptr);
  EXPECT_THAT(other_side().why, testing::HasSubstr("several messages"));
}

TEST_F(Named, AnExactAddressBeforeAWildcard) {
  const auto listens = [&](std::uint32_t inode, Netid netid, Family family, std::vector<std::byte> address) {
    Socket& socket = host.row(inode, netid, State::listen);
    socket.family = family;
    InetPart part;
    part.local_port = 80;
    std::copy(address.begin(), address.end(), part.local.bytes.begin());
    socket.part = part;
  };
  host.row(10, Netid::tcp, State::syn_sent);
  host.thread(1).in_call("connect", 10, WaitFor::connect).to_bytes(bytes({2, 0, 0, 80, 127, 0, 0, 1}));
  listens(20, Netid::tcp, Family::inet6, {});
  EXPECT_EQ(other_side().socket, &host.at(20));
  std::get<InetPart>(host.at(20).part).v6only = true;
  EXPECT_EQ(other_side().socket, nullptr);
  listens(21, Netid::tcp, Family::inet, {});
  EXPECT_EQ(other_side().socket, &host.at(21));
  listens(22, Netid::tcp, Family::inet, bytes({127, 0, 0, 1}));
  EXPECT_EQ(other_side().socket, &host.at(22));
  listens(23, Netid::tcp, Family::inet, bytes({10, 0, 0, 1}));
  EXPECT_EQ(other_side().socket, &host.at(22));
}

TEST_F(Named, TheSynSentRowItselfNamesItsListener) {
  Socket& client = host.row(10, Netid::tcp, State::syn_sent);
  InetPart part;
  part.peer_port = 80;
  client.part = part;
  Socket& server = host.row(20, Netid::tcp, State::listen);
  part.peer_port = 0;
  part.local_port = 80;
  server.part = part;
  host.thread(1).in_call("connect", 10, WaitFor::connect);
  EXPECT_EQ(other_side().socket, &server);
}

}  // namespace
}  // namespace skq::diagnosing
