// The walk over datagrams: how dumps end, and what must not be taken for a row.
#include "kernel/dump_reader.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include <cerrno>

#include "sample_messages.h"
#include "socket_text.h"

namespace skq::kernel {
namespace {

using test::Bytes;

constexpr std::uint32_t sequence = 7;
constexpr std::uint32_t portid = 99;
constexpr std::uint16_t row_type = SOCK_DIAG_BY_FAMILY;

DumpRequest unix_request() {
  return {.family = Family::unix_domain, .netid = Netid::u_str, .states = StateSet::from_bits(~0U), .needs = {}};
}

Bytes row(std::uint16_t flags = NLM_F_MULTI) {
  return Bytes().message(row_type, flags, sequence, portid, test::unix_message());
}

Bytes done(std::int32_t error) {
  return Bytes().message(NLMSG_DONE, NLM_F_MULTI, sequence, portid, Bytes().u32(static_cast<std::uint32_t>(error)));
}

/// Feeds one datagram and keeps what came of it.
struct Fed {
  explicit Fed(const Bytes& datagram, DumpRequest asked = unix_request(), bool cut = false,
               std::size_t stop_after = 1000)
      : request(asked) {
    Arena arena;
    const DumpReader::RowHandler handler = [&](Socket&) { return ++rows < stop_after; };
    DumpReader reader(request, {sequence, portid}, false, arena, handler);
    const test::ExactCopy copy(datagram.span());
    step = reader.feed(copy.span(), cut);
    end = reader.end();
  }
  DumpRequest request;
  std::size_t rows = 0;
  Step step{};
  DumpEnd end;
};

TEST(DumpReader, RowsThenDone) {
  const Fed fed(Bytes().raw(row().span()).raw(row().span()).raw(done(0).span()));
  EXPECT_EQ(fed.rows, 2U);
  EXPECT_EQ(fed.step, Step::finished);
  EXPECT_EQ(fed.end.error, 0);
  EXPECT_FALSE(fed.end.interrupted);
  EXPECT_FALSE(fed.end.truncated);
  EXPECT_EQ(fed.end.malformed, 0U);
}

TEST(DumpReader, WithoutDoneMoreIsExpected) { EXPECT_EQ(Fed(row()).step, Step::more); }

TEST(DumpReader, TheErrorInTheDoneMessageIsRead) {
  const Fed fed(done(-ENOENT));
  EXPECT_EQ(fed.step, Step::finished);
  EXPECT_EQ(fed.end.error, ENOENT);
}

TEST(DumpReader, DoneWithoutAPayloadIsNoError) {
  const Fed fed(Bytes().message(NLMSG_DONE, NLM_F_MULTI, sequence, portid, Bytes()));
  EXPECT_EQ(fed.step, Step::finished);
  EXPECT_EQ(fed.end.error, 0);
}

TEST(DumpReader, AnErrorMessageEnds) {
  const Fed fed(
      Bytes().message(NLMSG_ERROR, 0, sequence, portid, Bytes().u32(static_cast<std::uint32_t>(-EINVAL)).zeros(16)));
  EXPECT_EQ(fed.step, Step::finished);
  EXPECT_EQ(fed.end.error, EINVAL);
}

TEST(DumpReader, ANumberThatIsNoErrnoIsAProtocolError) {
  EXPECT_EQ(Fed(done(5)).end.error, EPROTO);
  EXPECT_EQ(Fed(done(INT32_MIN)).end.error, EPROTO);
  EXPECT_EQ(Fed(done(-4096)).end.error, EPROTO);
}

TEST(DumpReader, AnErrorMessageWithoutItsNumberIsTruncated) {
  const Fed fed(Bytes().message(NLMSG_ERROR, 0, sequence, portid, Bytes()));
  EXPECT_EQ(fed.step, Step::finished);
  EXPECT_TRUE(fed.end.truncated);
}

TEST(DumpReader, InterruptionIsSeenOnAnyMessage) {
  EXPECT_TRUE(Fed(row(NLM_F_MULTI | NLM_F_DUMP_INTR)).end.interrupted);
  EXPECT_TRUE(Fed(Bytes().message(NLMSG_DONE, NLM_F_DUMP_INTR, sequence, portid, Bytes().u32(0))).end.interrupted);
  EXPECT_TRUE(Fed(Bytes().message(NLMSG_OVERRUN, 0, sequence, portid, Bytes())).end.interrupted);
}

TEST(DumpReader, MessagesOfOthersAreLeftOut) {
  Bytes datagram;
  datagram.message(row_type, 0, sequence + 1, portid, test::unix_message());
  datagram.message(row_type, 0, sequence, portid + 1, test::unix_message());
  datagram.message(NLMSG_DONE, 0, sequence - 1, portid, Bytes().u32(0));
  datagram.message(NLMSG_NOOP, 0, sequence, portid, Bytes());
  datagram.message(0x7777, 0, sequence, portid, test::unix_message());
  datagram.raw(row().span());
  const Fed fed(datagram);
  EXPECT_EQ(fed.rows, 1U);
  EXPECT_EQ(fed.step, Step::more);
}

TEST(DumpReader, AMalformedRowIsCountedAndTheNextIsRead) {
  const Fed fed(Bytes().message(row_type, 0, sequence, portid, Bytes().u8(1)).raw(row().span()).raw(done(0).span()));
  EXPECT_EQ(fed.rows, 1U);
  EXPECT_EQ(fed.end.malformed, 1U);
  EXPECT_EQ(fed.step, Step::finished);
}

TEST(DumpReader, ARowOfAnotherFamilyIsCounted) {
  DumpRequest vsock = unix_request();
  vsock.family = Family::vsock;
  EXPECT_EQ(Fed(row(), vsock).end.malformed, 1U);
}

TEST(DumpReader, ALengthThatCannotBeIsTruncation) {
  for (const std::uint32_t length : {0U, 15U, 1000U, 0xffffffffU}) {
    const Fed fed(Bytes().u32(length).u16(row_type).u16(0).u32(sequence).u32(portid).zeros(40));
    EXPECT_TRUE(fed.end.truncated) << length;
    EXPECT_EQ(fed.step, Step::more) << length;
    EXPECT_EQ(fed.rows, 0U) << length;
  }
}

TEST(DumpReader, ACutDatagramIsTruncationButItsWholeRowsCount) {
  const Fed fed(row(), unix_request(), true);
  EXPECT_TRUE(fed.end.truncated);
  EXPECT_EQ(fed.rows, 1U);
}

TEST(DumpReader, StopsWhenTheHandlerHasEnough) {
  const Fed fed(Bytes().raw(row().span()).raw(row().span()).raw(done(0).span()), unix_request(), false, 1);
  EXPECT_EQ(fed.rows, 1U);
  EXPECT_EQ(fed.step, Step::stopped);
}

TEST(DumpReader, FamiliesWithoutAStateMaskAreFilteredHere) {
  const Bytes netlink = Bytes().message(row_type, 0, sequence, portid, test::netlink_message());
  DumpRequest request{
      .family = Family::netlink, .netid = Netid::nl, .states = StateSet(State::established), .needs = {}};
  EXPECT_EQ(Fed(netlink, request).rows, 0U);
  request.states = StateSet(State::close);
  EXPECT_EQ(Fed(netlink, request).rows, 1U);
}

TEST(DumpReader, AReceiveErrorIsTheDumpsError) {
  const DumpRequest request = unix_request();
  Arena arena;
  const DumpReader::RowHandler handler = [](Socket&) { return true; };
  DumpReader overrun(request, {sequence, portid}, false, arena, handler);
  overrun.fail(ENOBUFS);
  EXPECT_TRUE(overrun.end().interrupted);
  EXPECT_EQ(overrun.end().error, 0);
  DumpReader failed(request, {sequence, portid}, false, arena, handler);
  failed.fail(ENOMEM);
  EXPECT_EQ(failed.end().error, ENOMEM);
}

TEST(DumpReader, CutAtEveryLength) {
  const Bytes whole = Bytes().raw(row().span()).raw(row().span()).raw(done(0).span());
  const std::size_t one = row().size();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Bytes cut;
    cut.raw(whole.span().first(size));
    const Fed fed(cut);
    EXPECT_EQ(fed.rows, size < one ? 0U : size < 2 * one ? 1U : 2U) << size;
    EXPECT_EQ(fed.step, Step::more) << size;
    EXPECT_EQ(fed.end.truncated, size % one != 0) << size;
  }
}

}  // namespace
}  // namespace skq::kernel
