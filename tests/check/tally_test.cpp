// From sockets to one number, and from a number to a status.
#include <gtest/gtest.h>

#include <set>

#include "skq/check.h"

namespace skq {
namespace {

constexpr auto ok = CheckStatus::ok, warning = CheckStatus::warning, critical = CheckStatus::critical,
               unknown = CheckStatus::unknown;

TEST(Judge, CriticalBeforeWarning) {
  const CheckThresholds thresholds{.warning = CheckRange{0, 5}, .critical = CheckRange{0, 10}};
  EXPECT_EQ(judge(5, thresholds, Known::all), ok);
  EXPECT_EQ(judge(5.5, thresholds, Known::all), warning);
  EXPECT_EQ(judge(10, thresholds, Known::all), warning);
  EXPECT_EQ(judge(10.5, thresholds, Known::all), critical);
  EXPECT_EQ(judge(1e9, {}, Known::all), ok);
  EXPECT_EQ(judge({}, thresholds, Known::all), unknown);
}

TEST(Judge, WhatIsMissingMustNotMatter) {
  const CheckThresholds above{.warning = CheckRange{0, 5}, .critical = CheckRange{0, 10}};
  EXPECT_EQ(judge(3, above, Known::part), unknown);
  EXPECT_EQ(judge(7, above, Known::part), unknown) << "it may be critical";
  EXPECT_EQ(judge(11, above, Known::part), critical);
  EXPECT_EQ(judge(11, above, Known::in_doubt), unknown);
  const CheckThresholds below{.warning = {}, .critical = CheckRange{.low = 10}};
  EXPECT_EQ(judge(3, below, Known::all), critical);
  EXPECT_EQ(judge(3, below, Known::part), unknown) << "the rest may be among what is missing";
}

TEST(Judge, AWarningThatNeverShowsIsSeen) {
  const auto never = [](std::string_view warning_text, std::string_view critical_text) {
    return is_never_seen({.warning = *parse_check_range(warning_text, CheckUnit::count),
                          .critical = *parse_check_range(critical_text, CheckUnit::count)});
  };
  EXPECT_TRUE(never("90", "50"));
  EXPECT_TRUE(never("10:", "20:"));
  EXPECT_TRUE(never("@100:", "@80:"));
  EXPECT_FALSE(never("50", "90"));
  EXPECT_FALSE(never("20:", "10:"));
  EXPECT_FALSE(never("@80:", "@100:"));
  EXPECT_FALSE(never("10:20", "5")) << "each alerts where the other does not";
  EXPECT_FALSE(is_never_seen({.warning = CheckRange{0, 5}, .critical = {}}));
}

TEST(Metrics, EveryRowCanBeAskedFor) {
  std::set<std::string_view> names;
  for (const CheckMetric& metric : check_metrics()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_EQ(find_check_metric(metric.name), &metric);
    for (const std::string_view text : {metric.warning, metric.critical})
      EXPECT_TRUE(text.empty() || parse_check_range(text, metric.unit)) << metric.name << " " << text;
    const bool by_sockets = metric.kind != CheckKind::system && metric.kind != CheckKind::findings;
    EXPECT_EQ(by_sockets, !metric.kinds.empty()) << metric.name;
    EXPECT_TRUE(metric.field.empty() || find_field(metric.field) != nullptr) << metric.name << " " << metric.field;
  }
  EXPECT_EQ(find_check_metric("cuont"), nullptr);
  EXPECT_EQ(unknown_check_metric("cuont"), "unknown metric 'cuont'; did you mean count?");
  EXPECT_EQ(unknown_check_metric("\x1b").find('\x1b'), std::string::npos);
  EXPECT_TRUE(needs_of(*find_check_metric("dgram-fill")).has(Need::unix_queue)) << "nobody else tells it";
}

Socket listener(std::uint32_t waiting, std::uint32_t backlog) {
  Socket socket;
  socket.family = Family::unix_domain;
  socket.netid = Netid::u_str;
  socket.state = State::listen;
  socket.recv_q = waiting;
  socket.send_q = backlog;
  socket.part = UnixPart{};
  return socket;
}

Tally tally_of(std::string_view metric, const std::vector<Socket>& sockets, std::size_t most = 10) {
  TextContext text;
  Tallier tallier(*find_check_metric(metric), text, most);
  for (const Socket& socket : sockets) tallier.add(socket);
  return tallier.tally();
}

TEST(Tally, TheLargestOfThoseThatHaveIt) {
  Socket mute = listener(0, 0);
  mute.recv_q.reset();
  const Tally tally = tally_of("accept-fill", {listener(1, 9), listener(5, 4), mute, listener(2, 3)});
  EXPECT_EQ(tally.value, 100);
  EXPECT_EQ(tally.sockets, 4U);
  EXPECT_EQ(tally.judged, 3U);
  EXPECT_EQ(tally.full, 1U);
  ASSERT_EQ(tally.highest.size(), 3U);
  EXPECT_EQ(tally.highest[0].value, 100);
  EXPECT_EQ(tally.highest[1].value, 50);
  EXPECT_EQ(tally.highest[2].value, 10);
}

TEST(Tally, AbsentIsNotZero) {
  Socket mute = listener(0, 0);
  mute.send_q.reset();
  EXPECT_EQ(tally_of("accept-fill", {mute}).value, std::nullopt);
  EXPECT_EQ(tally_of("accept-fill", {}).value, std::nullopt);
  EXPECT_EQ(tally_of("accept-fill", {listener(0, 5)}).value, 0);
  EXPECT_EQ(tally_of("count", {}).value, 0);
}

TEST(Tally, KeepsTheHighestOnly) {
  std::vector<Socket> sockets;
  for (std::uint32_t waiting = 1; waiting <= 50; ++waiting) sockets.push_back(listener(waiting, 99));
  const Tally tally = tally_of("accept-fill", sockets, 3);
  ASSERT_EQ(tally.highest.size(), 3U);
  EXPECT_EQ(tally.highest[0].value, 50);
  EXPECT_EQ(tally.highest[2].value, 48);
}

Socket with_memory(Netid netid, std::uint32_t received, std::uint32_t sent, std::uint32_t queued) {
  Socket socket;
  socket.netid = netid;
  socket.family = family_of(netid);
  socket.state = State::established;
  if (socket.family == Family::inet) socket.part = InetPart{};
  socket.memory.known = memory_items;
  socket.memory.values[static_cast<std::size_t>(MemoryItem::rmem_alloc)] = received;
  socket.memory.values[static_cast<std::size_t>(MemoryItem::wmem_alloc)] = sent;
  socket.memory.values[static_cast<std::size_t>(MemoryItem::wmem_queued)] = queued;
  return socket;
}

TEST(Tally, MemoryCountsWhatEachFamilyIsChargedFor) {
  EXPECT_EQ(tally_of("memory", {with_memory(Netid::tcp, 5, 70, 30)}).value, 35);
  EXPECT_EQ(tally_of("memory", {with_memory(Netid::udp, 5, 70, 0)}).value, 75);
  EXPECT_EQ(tally_of("memory", {with_memory(Netid::u_str, 0, 70, 0)}).value, 70);
  Socket unknown_memory = with_memory(Netid::tcp, 5, 70, 30);
  unknown_memory.memory.known = 0;
  const Tally tally = tally_of("memory", {unknown_memory});
  EXPECT_EQ(tally.judged, 0U);
  EXPECT_EQ(tally.sockets, 1U);
}

TEST(Tally, RetransIsTheTimerOfRetransmission) {
  const auto socket = [](std::uint8_t timer, std::uint8_t times) {
    Socket one = with_memory(Netid::tcp, 0, 0, 0);
    InetPart part;
    part.timer = timer;
    part.retransmits = times;
    one.part = part;
    return one;
  };
  EXPECT_EQ(tally_of("retrans", {socket(1, 2), socket(1, 0), socket(4, 3), socket(2, 1)}).value, 1);
}

}  // namespace
}  // namespace skq
