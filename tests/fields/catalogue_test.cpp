// The catalogue as everybody reads it: names that can be typed anywhere, help that is a sentence, types that hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "model/tcp_info.h"
#include "skq/fields.h"

namespace skq {
namespace {

TEST(Catalogue, NamesAreUniqueWords) {
  std::set<std::string_view> names;
  for (const Field& field : all_fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_TRUE(std::all_of(field.name.begin(), field.name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    })) << field.name;
  }
}

TEST(Catalogue, HelpIsOneSentenceAndSaysWhereItComesFrom) {
  for (const Field& field : all_fields()) {
    ASSERT_FALSE(field.help.empty()) << field.name;
    EXPECT_EQ(field.help.back(), '.') << field.name;
    EXPECT_TRUE(field.help.front() >= 'A' && field.help.front() <= 'Z') << field.name;
    EXPECT_FALSE(field.title.empty()) << field.name;
    EXPECT_FALSE(field.source.empty()) << field.name;
    EXPECT_NE(field.get, nullptr) << field.name;
  }
}

// The names that scripts rely on.
TEST(Catalogue, HasEveryPromisedField) {
  for (const std::string_view name :
       {"family",       "netid",        "state",       "recv_q",      "send_q",     "local",
        "peer",         "local_addr",   "local_port",  "peer_addr",   "peer_port",  "dev",
        "path",         "path_b64",     "abstract",    "inode",       "cookie",     "uid",
        "user",         "shutdown",     "rmem_alloc",  "rcvbuf",      "wmem_alloc", "sndbuf",
        "fwd_alloc",    "wmem_queued",  "optmem",      "sk_backlog",  "drops",      "send_mem",
        "send_fill",    "writable",     "recv_mem",    "recv_limit",  "recv_fill",  "payload_percent",
        "accept_queue", "accept_limit", "accept_fill", "fill",        "peer_inode", "vfs_ino",
        "vfs_dev",      "pending",      "pid",         "comm",        "fd",         "owners",
        "peer_pid",     "peer_comm",    "peer_fd",     "peer_owners", "cgroup",     "container",
        "cmdline",      "unit",         "mark",        "cgroup_id",   "cong",       "mem",
        "process"}) {
    EXPECT_NE(find_field(name), nullptr) << name;
  }
}

TEST(Catalogue, EveryMemberOfTcpInfoIsAField) {
  for (const model::TcpInfoMember& member : model::tcp_info_members) {
    const Field* field = find_field("tcp_" + std::string(member.name));
    ASSERT_NE(field, nullptr) << member.name;
    EXPECT_EQ(field->help, member.help);
    EXPECT_EQ(field->source, member.source);
    EXPECT_EQ(field->shown, Shown::info);
    EXPECT_TRUE(field->needs.has(Need::tcp_info));
  }
  EXPECT_EQ(find_field("tcp_rtt")->unit, Unit::microseconds);
  EXPECT_EQ(find_field("tcp_last_data_sent")->unit, Unit::milliseconds);
  EXPECT_EQ(find_field("tcp_pacing_rate")->unit, Unit::bytes_per_second);
  EXPECT_EQ(find_field("tcp_bytes_acked")->unit, Unit::bytes);
  EXPECT_EQ(find_field("tcp_bytes_acked")->title, "Bytes Acked");
  EXPECT_EQ(find_field("tcp_delivery_rate_app_limited")->type, Type::boolean);
}

// Composed text is for eyes: it must not come into machine output by itself, where a secret may be in it.
TEST(Catalogue, MachineOutputHasNoTextMadeForEyes) {
  for (const Field& field : all_fields()) {
    EXPECT_TRUE(field.place == Place::column || field.composed) << field.name;
    EXPECT_TRUE(!field.composed || field.shown == Shown::on_request) << field.name;
  }
  EXPECT_TRUE(find_field("md5_keys")->composed);
}

TEST(Catalogue, AnEmptySocketHasNoValueThatNobodyGave) {
  const Socket nothing;
  TextContext context;
  const std::set<std::string_view> always{"family", "netid", "state", "local", "peer"};
  for (const Field& field : all_fields()) {
    const bool empty = std::holds_alternative<std::monostate>(field.get(nothing, context));
    EXPECT_EQ(empty, !always.contains(field.name)) << field.name;
  }
}

TEST(Catalogue, FindsTheNearestName) {
  EXPECT_EQ(nearest_field("sned_q"), "send_q");
  EXPECT_EQ(nearest_field("recvq"), "recv_q");
  EXPECT_EQ(nearest_field("zzzzzzzzzzzz"), "");
  EXPECT_EQ(nearest_field(""), "");
}

}  // namespace
}  // namespace skq
