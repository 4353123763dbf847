// Files of `ss -D`, whole and hostile, and how a recording is told from other files.
#include "kernel/recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/capture.h"
#include "kernel/ss_dump.h"
#include "sample_messages.h"

namespace skq::kernel {
namespace {

using test::Bytes;
using testing::HasSubstr;

constexpr std::uint32_t ss_sequence = 123456, ss_portid = 4242;

Bytes& add_row(Bytes& to, std::uint8_t family, std::uint16_t port, std::uint16_t type = SOCK_DIAG_BY_FAMILY) {
  Bytes row;
  row.u8(family).u8(1).u8(0).u8(0).port(port).port(50000).zeros(64);
  return to.message(type, NLM_F_MULTI, ss_sequence, ss_portid, row);
}

Bytes& add_end(Bytes& to) { return to.message(NLMSG_DONE, NLM_F_MULTI, ss_sequence, ss_portid, Bytes().u32(0)); }

// What ss 6.1 writes for two connections of each IP version.
Bytes both_versions() {
  Bytes file;
  add_row(file, 2, 1);
  add_row(file, 2, 2);
  add_end(file);
  add_row(file, 10, 3);
  add_row(file, 10, 4);
  add_end(file);
  return file;
}

struct Replay {
  Replay(ByteSpan file, Family family) {
    auto source = open_capture(capture_of_ss_dump(file, {}));
    EXPECT_TRUE(source) << source.error().text();
    if (!source) return;
    Arena arena;
    const DumpRequest request{.family = family, .netid = Netid::tcp, .states = ~StateSet(), .needs = {}};
    const auto result = (*source)->dump(request, arena, [&](Socket& socket) {
      ports.push_back(socket.inet()->local_port);
      return true;
    });
    if (result) end = *result;
  }
  std::vector<std::uint16_t> ports;
  DumpEnd end;
};

using Ports = std::vector<std::uint16_t>;

TEST(SsDump, BothIpVersions) {
  const Bytes file = both_versions();
  ASSERT_TRUE(is_ss_dump(file.span()));
  const Replay v4(file.span(), Family::inet), v6(file.span(), Family::inet6);
  EXPECT_EQ(v4.ports, (Ports{1, 2}));
  EXPECT_EQ(v6.ports, (Ports{3, 4}));
  for (const DumpEnd& end : {v4.end, v6.end}) {
    EXPECT_EQ(end.error, 0);
    EXPECT_FALSE(end.truncated);
  }
}

// Made by ss 6.1: of each IP version a listener and both ends of a connection.
TEST(SsDump, ARealOne) {
  std::ifstream in(SKQ_TEST_DATA "/ss.dump", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto file = std::as_bytes(std::span(text));
  ASSERT_TRUE(is_ss_dump(file));
  const Replay v4(file, Family::inet), v6(file, Family::inet6);
  EXPECT_EQ(v4.ports, (Ports{4000, 4000, 55836}));
  EXPECT_EQ(v6.ports, (Ports{4001, 39950, 4001}));
  EXPECT_FALSE(v4.end.truncated || v6.end.truncated);
  EXPECT_EQ(v4.end.malformed + v6.end.malformed, 0U);
}

TEST(SsDump, OneIpVersionIsNoAnswerAboutTheOther) {
  Bytes file;
  add_end(add_row(file, 2, 1));
  EXPECT_EQ(Replay(file.span(), Family::inet).ports, (Ports{1}));
  EXPECT_EQ(Replay(file.span(), Family::inet6).end.error, ENODATA);
}

TEST(SsDump, NoSocketsAtAll) {
  Bytes file;
  add_end(add_end(file));
  ASSERT_TRUE(is_ss_dump(file.span()));
  for (const Family family : {Family::inet, Family::inet6}) {
    const Replay replay(file.span(), family);
    EXPECT_TRUE(replay.ports.empty());
    EXPECT_EQ(replay.end.error, 0);
    EXPECT_FALSE(replay.end.truncated);
  }
}

TEST(SsDump, TheNumberOfOldKernels) {
  Bytes file;
  add_end(add_row(file, 2, 7, TCPDIAG_GETSOCK));
  ASSERT_TRUE(is_ss_dump(file.span()));
  EXPECT_EQ(Replay(file.span(), Family::inet).ports, (Ports{7}));
}

// However short, what is left is shown, and what is missing is told.
TEST(SsDump, CutAtEveryByte) {
  const Bytes file = both_versions();
  const std::size_t v4_size = 3 * 16 + 2 * 72 + 4;
  for (std::size_t size = 0; size < file.size(); ++size) {
    const test::ExactCopy cut(file.span().first(size));
    const Replay v4(cut.span(), Family::inet), v6(cut.span(), Family::inet6);
    EXPECT_LE(v4.ports.size(), 2U);
    const bool told = v4.end.truncated || v6.end.truncated || v4.end.error == ENODATA || v6.end.error == ENODATA;
    EXPECT_TRUE(told) << size;
    EXPECT_TRUE(size >= v4_size || v4.end.truncated || v4.end.error == ENODATA) << size;
  }
}

TEST(SsDump, EveryByteChanged) {
  const Bytes file = both_versions();
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const unsigned change : {0x01U, 0x80U, 0xffU}) {
      test::ExactCopy bad(file.span());
      bad.writable()[at] ^= static_cast<std::byte>(change);
      const Replay v4(bad.span(), Family::inet), v6(bad.span(), Family::inet6);
      EXPECT_LE(v4.ports.size() + v6.ports.size(), 4U);
    }
  }
}

TEST(SsDump, OtherFilesAreNone) {
  EXPECT_FALSE(is_ss_dump({}));
  EXPECT_FALSE(is_ss_dump(Bytes().zeros(4096).span()));
  EXPECT_FALSE(is_ss_dump(Bytes().text("#!/bin/sh\necho hello, this is a script and no dump\n").span()));
  Bytes other;
  add_row(other, 1, 1);  // ss writes no unix rows
  EXPECT_FALSE(is_ss_dump(other.span()));
}

class Recording : public testing::Test {
 protected:
  std::string written(ByteSpan bytes) {
    path_ = testing::TempDir() + "skq-recording-" + testing::UnitTest::GetInstance()->current_test_info()->name();
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path_;
  }
  void TearDown() override {
    if (!path_.empty()) std::filesystem::remove(path_);
  }

 private:
  std::string path_;
};

TEST_F(Recording, BothFormatsOpenByTheirContent) {
  const std::string ss = written(both_versions().span());
  auto source = open_recording(ss);
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_GT((*source)->circumstances().time_ns, 0);  // when the file was written
  auto own = open_recording(SKQ_TEST_DATA "/mixed.skqcap");
  ASSERT_TRUE(own) << own.error().text();
  EXPECT_EQ((*own)->circumstances().host, "capture");
}

TEST_F(Recording, WhatIsNoneIsNamed) {
  EXPECT_EQ(open_recording("/nonexistent/x").error().text(), "open /nonexistent/x: No such file or directory");
  EXPECT_EQ(open_recording("/dev/null").error().text(), "/dev/null: not a recording of skq record, skq -D or ss -D");
  EXPECT_EQ(open_recording("/dev/zero").error().text(), "/dev/zero: not a recording of skq record, skq -D or ss -D");
  EXPECT_THAT(open_recording("/tmp").error().text(), HasSubstr("Is a directory"));
  const std::string text = "skqcap\x1a\n and then nothing that could be one";
  const std::string path = written(std::as_bytes(std::span(text)));
  EXPECT_THAT(open_recording(path).error().text(), HasSubstr(path + ": read capture: "));
}

}  // namespace
}  // namespace skq::kernel
