// Captures: what goes in comes out, what is corrupt is refused, and a recording of a real kernel replays.
#include "kernel/capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include <cerrno>
#include <fstream>
#include <iterator>

#include "kernel/decode.h"
#include "kernel/request.h"
#include "sample_messages.h"
#include "socket_text.h"

namespace skq::kernel {
namespace {

using test::Bytes;
using testing::HasSubstr;

constexpr std::uint32_t portid = 99;

const Circumstances circumstances{"web1", "boot", "6.18.0", -5, 4026531840};

DumpRequest request_for(Family family, Netid netid, StateSet states = ~StateSet{}) {
  return {.family = family, .netid = netid, .states = states, .needs = NeedSet(Need::name)};
}

Bytes one_row(const Bytes& payload) { return Bytes().message(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, 3, portid, payload); }

Bytes done(std::int32_t error) {
  return Bytes().message(NLMSG_DONE, NLM_F_MULTI, 3, portid, Bytes().u32(static_cast<std::uint32_t>(error)));
}

std::vector<std::byte> sample_file() {
  CaptureWriter writer(circumstances);
  writer.begin_exchange(request_bytes(request_for(Family::unix_domain, Netid::u_str), 3), portid);
  writer.datagram(one_row(test::unix_message()).span(), false);
  writer.datagram(done(0).span(), false);
  writer.begin_exchange(request_bytes(request_for(Family::inet, Netid::raw), 3), portid);
  writer.datagram(done(-ENOENT).span(), false);
  writer.begin_exchange(request_bytes(request_for(Family::netlink, Netid::nl), 3), portid);
  writer.datagram(one_row(test::netlink_message()).span(), true);
  writer.failure(ENOBUFS);
  return writer.finish();
}

struct Replay {
  Replay(Source& source, const DumpRequest& request) {
    const auto result = source.dump(request, arena, [&](Socket& socket) {
      rows.push_back(socket);
      return true;
    });
    if (result) end = *result;
  }
  Arena arena;
  std::vector<Socket> rows;
  DumpEnd end;
};

std::unique_ptr<Source> opened(std::vector<std::byte> file) {
  auto source = open_capture(std::move(file));
  EXPECT_TRUE(source) << source.error().text();
  return source ? std::move(*source) : nullptr;
}

TEST(Capture, RoundTrip) {
  const auto source = opened(sample_file());
  ASSERT_NE(source, nullptr);
  const Circumstances back = source->circumstances();
  EXPECT_EQ(back.host, "web1");
  EXPECT_EQ(back.boot_id, "boot");
  EXPECT_EQ(back.kernel, "6.18.0");
  EXPECT_EQ(back.time_ns, -5);
  EXPECT_EQ(back.netns, 4026531840U);

  const Replay unix_dump(*source, request_for(Family::unix_domain, Netid::u_str));
  ASSERT_EQ(unix_dump.rows.size(), 1U);
  EXPECT_EQ(unix_dump.end.error, 0);
  EXPECT_FALSE(unix_dump.end.truncated);
  Arena arena;
  Socket expected;
  ASSERT_TRUE(decode_unix(Netid::u_str, test::unix_message().span(), arena, expected));
  EXPECT_EQ(test::text_of(unix_dump.rows[0]), test::text_of(expected));
}

TEST(Capture, HowADumpEndedIsReplayed) {
  const auto source = opened(sample_file());
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(Replay(*source, request_for(Family::inet, Netid::raw)).end.error, ENOENT);
  const Replay overrun(*source, request_for(Family::netlink, Netid::nl));
  EXPECT_EQ(overrun.rows.size(), 1U);
  EXPECT_TRUE(overrun.end.interrupted);
  EXPECT_TRUE(overrun.end.truncated);
}

TEST(Capture, WhatWasNotRecordedIsNotAnEmptyAnswer) {
  const auto source = opened(sample_file());
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(Replay(*source, request_for(Family::inet6, Netid::raw)).end.error, ENODATA);
  EXPECT_EQ(Replay(*source, request_for(Family::inet, Netid::tcp)).end.error, ENODATA);
  DumpRequest pending = request_for(Family::unix_domain, Netid::u_str);
  pending.listeners_pending = true;
  EXPECT_EQ(Replay(*source, pending).end.error, ENODATA);
}

TEST(Capture, RowsAreFilteredByState) {
  const auto source = opened(sample_file());
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(Replay(*source, request_for(Family::unix_domain, Netid::u_str, StateSet(State::listen))).rows.size(), 1U);
  EXPECT_EQ(Replay(*source, request_for(Family::unix_domain, Netid::u_str, StateSet(State::close))).rows.size(), 0U);
}

TEST(Capture, TheSameRequestIsPreferredToOneAlike) {
  CaptureWriter writer(circumstances);
  DumpRequest request = request_for(Family::unix_domain, Netid::u_str);
  writer.begin_exchange(request_bytes(request, 3), portid);
  writer.datagram(done(-EPERM).span(), false);
  request.needs = NeedSet(Need::name, Need::memory);
  writer.begin_exchange(request_bytes(request, 3), portid);
  writer.datagram(done(-EBUSY).span(), false);
  const auto source = opened(writer.finish());
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(Replay(*source, request).end.error, EBUSY);
  request.needs = NeedSet(Need::uid);
  EXPECT_EQ(Replay(*source, request).end.error, EPERM);
}

TEST(Capture, ADumpThatWasNotRecordedToItsEndIsTruncated) {
  CaptureWriter writer(circumstances);
  writer.begin_exchange(request_bytes(request_for(Family::unix_domain, Netid::u_str), 3), portid);
  writer.datagram(one_row(test::unix_message()).span(), false);
  const auto source = opened(writer.finish());
  ASSERT_NE(source, nullptr);
  EXPECT_TRUE(Replay(*source, request_for(Family::unix_domain, Netid::u_str)).end.truncated);
}

TEST(Capture, OwnersAreUnknownNotNobody) {
  const auto source = opened(sample_file());
  ASSERT_NE(source, nullptr);
  Arena arena;
  const auto scan = source->owners({}, arena);
  ASSERT_FALSE(scan);
  EXPECT_THAT(scan.error().text(), HasSubstr("does not tell which process"));
}

TEST(Capture, FewerStatesOrAFilterAreTold) {
  const std::vector<KernelTest> ssh{{.kind = KernelTest::Kind::host, .port = 22}};
  const std::vector<KernelTest> web{{.kind = KernelTest::Kind::host, .port = 80}};
  CaptureWriter writer(circumstances);
  DumpRequest request = request_for(Family::inet, Netid::tcp, StateSet(State::listen));
  request.tests = ssh;
  writer.begin_exchange(request_bytes(request, 3), portid);
  writer.datagram(done(0).span(), false);
  const auto source = opened(writer.finish());
  ASSERT_NE(source, nullptr);
  EXPECT_FALSE(Replay(*source, request).end.narrowed);
  request.states.add(State::close);
  EXPECT_TRUE(Replay(*source, request).end.narrowed);
  request.states = StateSet(State::listen);
  request.tests = web;
  EXPECT_TRUE(Replay(*source, request).end.narrowed);
  request.tests = {};
  EXPECT_TRUE(Replay(*source, request).end.narrowed);
}

TEST(Capture, OfEqualRequestsTheLastOfOthersTheFirst) {
  const auto write = [](CaptureWriter& writer, StateSet states, NeedSet needs, int error) {
    DumpRequest request = request_for(Family::unix_domain, Netid::u_str, states);
    request.needs = needs;
    writer.begin_exchange(request_bytes(request, 3), portid);
    writer.datagram(done(-error).span(), false);
  };
  CaptureWriter writer(circumstances);
  write(writer, ~StateSet(), NeedSet(Need::name), EPERM);
  write(writer, ~StateSet(), NeedSet(Need::name), EBUSY);
  write(writer, StateSet(State::listen), NeedSet(Need::queues), EIO);  // asked apart, without names
  const auto source = opened(writer.finish());
  ASSERT_NE(source, nullptr);
  DumpRequest listeners = request_for(Family::unix_domain, Netid::u_str, StateSet(State::listen));
  listeners.needs = NeedSet(Need::name, Need::memory);
  EXPECT_EQ(Replay(*source, listeners).end.error, EBUSY);
  listeners.needs = NeedSet(Need::queues);
  EXPECT_EQ(Replay(*source, listeners).end.error, EIO);
}

TEST(Capture, AnAttemptIsTakenBack) {
  CaptureWriter writer(circumstances);
  const auto request = request_bytes(request_for(Family::unix_domain, Netid::u_str), 3);
  writer.begin_exchange(request, portid);
  writer.datagram(done(0).span(), false);
  writer.begin_exchange(request, portid);
  writer.datagram(done(-EINVAL).span(), false);
  writer.drop_exchange();
  writer.drop_exchange();  // only one can be
  const auto file = writer.finish();
  const auto capture = read_capture(file);
  ASSERT_TRUE(capture) << capture.error().text();
  EXPECT_EQ(capture->exchanges.size(), 1U);
}

TEST(Capture, EveryChangedByteIsRefused) {
  const std::vector<std::byte> good = sample_file();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const unsigned change : {0x01U, 0x80U, 0xffU}) {
      test::ExactCopy bad(good);
      bad.writable()[at] ^= static_cast<std::byte>(change);
      const auto capture = read_capture(bad.span());
      ASSERT_FALSE(capture) << at;
      EXPECT_THAT(capture.error().text(), HasSubstr(" at byte ")) << at;
    }
  }
}

TEST(Capture, EveryCutAndEveryTailIsRefused) {
  std::vector<std::byte> good = sample_file();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const test::ExactCopy cut{std::span(good).first(size)};
    EXPECT_FALSE(read_capture(cut.span())) << size;
  }
  good.push_back(std::byte{0});
  EXPECT_THAT(read_capture(good).error().text(), HasSubstr("bytes follow the end"));
}

TEST(Capture, ErrorsSayWhatAndWhere) {
  std::vector<std::byte> file = sample_file();
  EXPECT_EQ(read_capture({}).error().text(), "read capture: not a capture of skq at byte 0");
  file[8] = std::byte{2};
  EXPECT_EQ(read_capture(file).error().text(), "read capture: unknown version 2 at byte 0");
}

std::vector<std::byte> recorded() {
  std::ifstream in(SKQ_TEST_DATA "/mixed.skqcap", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

struct Kind {
  Family family;
  Netid netid;
  std::size_t rows;
};
constexpr std::array recorded_kinds{Kind{Family::unix_domain, Netid::u_str, 9}, Kind{Family::inet, Netid::tcp, 3},
                                    Kind{Family::inet6, Netid::tcp, 1}, Kind{Family::inet, Netid::udp, 1},
                                    Kind{Family::packet, Netid::p_raw, 2}};

TEST(RecordedCapture, ReplaysWhatTheKernelSaid) {
  const auto source = opened(recorded());
  ASSERT_NE(source, nullptr);
  for (const Kind& kind : recorded_kinds) {
    const Replay replay(*source, request_for(kind.family, kind.netid));
    EXPECT_EQ(replay.rows.size(), kind.rows) << to_text(kind.family) << to_text(kind.netid);
    EXPECT_EQ(replay.end.error, 0);
    EXPECT_EQ(replay.end.malformed, 0U);
    EXPECT_FALSE(replay.end.truncated);
  }
  EXPECT_GT(Replay(*source, request_for(Family::netlink, Netid::nl)).rows.size(), 0U);
  DumpRequest pending = request_for(Family::unix_domain, Netid::u_str);
  pending.listeners_pending = true;
  const Replay icons(*source, pending);
  ASSERT_EQ(icons.rows.size(), 1U);
  EXPECT_TRUE(icons.rows[0].unix_part()->pending_known);
  EXPECT_EQ(icons.rows[0].unix_part()->pending.size(), 2U);
}

// The datagrams of a real kernel, not its file: that has checksums.
TEST(RecordedCapture, ItsDatagramsCutAtEveryLength) {
  const std::vector<std::byte> file = recorded();
  const auto capture = read_capture(file);
  ASSERT_TRUE(capture) << capture.error().text();
  for (const Capture::Exchange& exchange : capture->exchanges) {
    const auto key = key_of(exchange.request);
    const Family family = key->family == 1    ? Family::unix_domain
                          : key->family == 2  ? Family::inet
                          : key->family == 10 ? Family::inet6
                          : key->family == 16 ? Family::netlink
                                              : Family::packet;
    const DumpRequest request = request_for(family, Netid::tcp);
    for (const Capture::Datagram& datagram : exchange.datagrams) {
      std::size_t most = 0;
      for (std::size_t size = 0; size <= datagram.bytes.size(); ++size) {
        const test::ExactCopy cut(datagram.bytes.first(size));
        Arena arena;
        std::size_t rows = 0;
        const DumpReader::RowHandler row = [&](Socket& socket) { return ++rows, !test::text_of(socket).empty(); };
        DumpReader reader(request, exchange.conversation, true, arena, row);
        reader.feed(cut.span(), false);
        EXPECT_GE(rows, most) << "more bytes, fewer rows";
        EXPECT_EQ(reader.end().malformed, 0U);
        most = rows;
      }
    }
  }
}

}  // namespace
}  // namespace skq::kernel
