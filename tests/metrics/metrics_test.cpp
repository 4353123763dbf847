// The numbers from plain values, and the table of metrics.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "diagnose/rules.h"
#include "skq/metrics.h"

namespace skq {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Pair;

/// "state=LISTEN proto=tcp …" in the order of the metric: its value.
using Series = std::map<std::string, double>;

class MetricsTest : public testing::Test {
 protected:
  Socket& add(Family family, Netid netid, State state) {
    Socket& socket = sockets_.emplace_back();
    socket.family = family;
    socket.netid = netid;
    socket.state = state;
    return socket;
  }
  Socket& listener(std::uint16_t port, std::uint32_t waiting, std::uint32_t backlog) {
    Socket& socket = add(Family::inet, Netid::tcp, State::listen);
    InetPart part;
    part.local_port = port;
    socket.part = part;
    socket.recv_q = waiting;
    socket.send_q = backlog;
    return socket;
  }
  Socket& receiver(std::string_view name, std::uint32_t waiting, std::optional<std::uint32_t> limit) {
    Socket& socket = add(Family::unix_domain, Netid::u_dgr, State::close);
    UnixPart part;
    part.name = name;
    part.has_name = !name.empty();
    part.queue =
        &queues_.emplace_back(UnixQueue{.length = waiting, .limit = limit, .descriptors = {}, .in_flight = {}});
    socket.part = part;
    return socket;
  }
  static void remember(Socket& socket, MemoryItem item, std::uint32_t value) {
    socket.memory.values[static_cast<std::size_t>(item)] = value;
    socket.memory.known = memory_items;
  }

  std::vector<MetricFamily> families() {
    std::vector<const Socket*> pointers;
    for (const Socket& socket : sockets_) pointers.push_back(&socket);
    input.sockets = pointers;
    return metrics_of(input);
  }
  Series series(std::string_view name) {
    Series found;
    for (const MetricFamily& family : families()) {
      if (family.info->name != name) continue;
      for (const MetricSample& sample : family.samples) {
        std::string key;
        for (const MetricLabel& label : sample.labels)
          ((key += key.empty() ? "" : " ") += std::string(label.name) + "=") += label.value;
        EXPECT_TRUE(found.emplace(key, sample.value).second) << name << " twice: " << key;
      }
    }
    return found;
  }

  MetricsInput input;
  std::deque<Socket> sockets_;
  std::deque<UnixQueue> queues_;
};

TEST_F(MetricsTest, DatagramReceiversByNameTheFullestFirst) {
  receiver("/a", 11, 11);
  receiver("/b", 1, 10);
  receiver("/c", 2, 4);
  receiver("/d", 1, 10);
  input.top_listeners = 2;
  EXPECT_THAT(series("skq_dgram_queue_length"), ElementsAre(Pair("family=unix proto=u_dgr receiver=/a", 11),
                                                            Pair("family=unix proto=u_dgr receiver=/c", 2),
                                                            Pair("family=unix proto=u_dgr receiver=other", 2)));
  EXPECT_EQ(series("skq_dgram_queue_limit").at("family=unix proto=u_dgr receiver=other"), 20);
  EXPECT_EQ(series("skq_dgram_queue_fill_ratio").at("family=unix proto=u_dgr receiver=/a"), 1);
  EXPECT_EQ(series("skq_dgram_queue_fill_ratio").at("family=unix proto=u_dgr receiver=/c"), 0.5);
  EXPECT_EQ(series("skq_listeners").size(), 0U) << "nobody listens";
}

TEST_F(MetricsTest, DatagramQueuesThatAreNotKnownAreAbsent) {
  receiver("/connected", 3, std::nullopt);
  receiver("", 3, 10);
  UnixPart part;
  part.name = "/nobody-asked";
  part.has_name = true;
  add(Family::unix_domain, Netid::u_dgr, State::close).part = part;
  for (const char* const name : {"skq_dgram_queue_length", "skq_dgram_queue_limit", "skq_dgram_queue_fill_ratio"})
    EXPECT_TRUE(series(name).empty()) << name;
}

TEST_F(MetricsTest, SocketsByKindAndState) {
  add(Family::inet, Netid::tcp, State::established);
  add(Family::inet, Netid::tcp, State::established);
  add(Family::inet6, Netid::udp, State::close);
  add(Family::unix_domain, Netid::u_str, static_cast<State>(77));
  EXPECT_THAT(series("skq_sockets"),
              ElementsAre(Pair("family=inet proto=tcp state=ESTAB", 2), Pair("family=inet6 proto=udp state=UNCONN", 1),
                          Pair("family=unix proto=u_str state=unknown(77)", 1)));
}

TEST_F(MetricsTest, StatesOfTcpThatWereLookedAtAreZeroAndNotAbsent) {
  const std::array tables{CountedTable{Netid::tcp, Family::inet, StateSet(State::listen, State::close_wait)},
                          CountedTable{Netid::udp, Family::inet, ~StateSet()}};
  input.tables = tables;
  EXPECT_THAT(series("skq_sockets"), ElementsAre(Pair("family=inet proto=tcp state=CLOSE-WAIT", 0),
                                                 Pair("family=inet proto=tcp state=LISTEN", 0)));
  const std::array gaps{Gap{GapKind::dump, "interrupted"}};
  input.gaps = gaps;
  EXPECT_EQ(series("skq_sockets"), Series());
  const std::array others{Gap{GapKind::owners, "not readable"}};
  input.gaps = others;
  EXPECT_EQ(series("skq_sockets").size(), 2U);
}

TEST_F(MetricsTest, WhatTheKernelDidNotSayIsAbsent) {
  add(Family::inet, Netid::udp, State::close);
  for (const std::string_view name :
       {"skq_send_memory_bytes", "skq_receive_memory_bytes", "skq_drops", "skq_fill_sockets", "skq_receive_queue_bytes",
        "skq_listen_queue_length", "skq_memory_bytes", "skq_tcp_listen_drops_total", "skq_snapshot_duration_seconds"})
    EXPECT_EQ(series(name), Series()) << name;
}

TEST_F(MetricsTest, MemoryAndFill) {
  for (const std::uint32_t held : {100U, 80U, 79U}) {
    Socket& socket = add(Family::inet, Netid::udp, State::close);
    remember(socket, MemoryItem::wmem_alloc, held);
    remember(socket, MemoryItem::sndbuf, 100);
    remember(socket, MemoryItem::rmem_alloc, 50);
    remember(socket, MemoryItem::rcvbuf, 200);
    remember(socket, MemoryItem::drops, 3);
    socket.recv_q = 50;
  }
  EXPECT_THAT(series("skq_send_memory_bytes"), ElementsAre(Pair("family=inet proto=udp", 259)));
  EXPECT_THAT(series("skq_receive_memory_bytes"), ElementsAre(Pair("family=inet proto=udp", 150)));
  EXPECT_THAT(series("skq_drops"), ElementsAre(Pair("family=inet proto=udp", 9)));
  EXPECT_THAT(series("skq_receive_queue_bytes"), ElementsAre(Pair("family=inet proto=udp state=UNCONN", 150)));
  EXPECT_THAT(series("skq_fill_sockets"), ElementsAre(Pair("family=inet proto=udp side=receive fill=0.8", 0),
                                                      Pair("family=inet proto=udp side=receive fill=1", 0),
                                                      Pair("family=inet proto=udp side=send fill=0.8", 2),
                                                      Pair("family=inet proto=udp side=send fill=1", 1)));
  EXPECT_THAT(series("skq_fill_fullest_ratio"), ElementsAre(Pair("family=inet proto=udp side=receive", 0.25),
                                                            Pair("family=inet proto=udp side=send", 1)));
}

// The kernel says 0 of it for unix sockets, since it charges who sends.
TEST_F(MetricsTest, UnixReceiversHoldNothingThatTheKernelKnows) {
  Socket& socket = add(Family::unix_domain, Netid::u_str, State::established);
  remember(socket, MemoryItem::rmem_alloc, 0);
  EXPECT_EQ(series("skq_receive_memory_bytes"), Series());
  EXPECT_EQ(series("skq_drops"), Series());
  EXPECT_EQ(series("skq_send_memory_bytes").size(), 1U);
}

TEST_F(MetricsTest, QueuesOfListenersAreNoBytes) {
  listener(80, 5, 9);
  EXPECT_EQ(series("skq_receive_queue_bytes"), Series());
  EXPECT_THAT(series("skq_listen_queue_length"), ElementsAre(Pair("family=inet proto=tcp listener=0.0.0.0:80", 5)));
  EXPECT_THAT(series("skq_listen_queue_limit"), ElementsAre(Pair("family=inet proto=tcp listener=0.0.0.0:80", 10)));
  EXPECT_THAT(series("skq_listen_queue_fill_ratio"),
              ElementsAre(Pair("family=inet proto=tcp listener=0.0.0.0:80", 0.5)));
}

TEST_F(MetricsTest, SocketsOnOneAddressAreOneListener) {
  listener(80, 10, 9);
  listener(80, 5, 9);
  EXPECT_THAT(series("skq_listen_queue_length"), ElementsAre(Pair("family=inet proto=tcp listener=0.0.0.0:80", 15)));
  EXPECT_THAT(series("skq_listen_queue_limit"), ElementsAre(Pair("family=inet proto=tcp listener=0.0.0.0:80", 20)));
  // One of the two refuses its share of the clients already.
  EXPECT_THAT(series("skq_listen_queue_fill_ratio"), ElementsAre(Pair("family=inet proto=tcp listener=0.0.0.0:80", 1)));
  EXPECT_THAT(series("skq_listeners"), ElementsAre(Pair("family=inet proto=tcp", 2)));
}

TEST_F(MetricsTest, TheFullestAreNamedThenTheLongest) {
  listener(1, 0, 9);
  listener(2, 1, 9);
  listener(3, 10, 99);  // as full as the one before, and longer
  listener(4, 5, 9);
  listener(5, 0, 99);
  input.top_listeners = 2;
  EXPECT_THAT(series("skq_listen_queue_length"), ElementsAre(Pair("family=inet proto=tcp listener=0.0.0.0:3", 10),
                                                             Pair("family=inet proto=tcp listener=0.0.0.0:4", 5),
                                                             Pair("family=inet proto=tcp listener=other", 1)));
  EXPECT_EQ(series("skq_listen_queue_limit").at("family=inet proto=tcp listener=other"), 120);
  EXPECT_EQ(series("skq_listen_queue_fill_ratio").at("family=inet proto=tcp listener=other"), 0.1);
}

TEST_F(MetricsTest, ThereIsNoOtherWhereAllAreNamed) {
  listener(1, 0, 9);
  listener(2, 1, 9);
  input.top_listeners = 2;
  EXPECT_EQ(series("skq_listen_queue_length").size(), 2U);
}

TEST_F(MetricsTest, AListenerNamedOtherIsNotTheOthers) {
  for (const std::string_view name : {"other", "./other"}) {
    Socket& socket = add(Family::unix_domain, Netid::u_str, State::listen);
    UnixPart part;
    part.name = name;
    part.has_name = true;
    socket.part = part;
    socket.recv_q = 1;
    socket.send_q = 9;
  }
  listener(1, 0, 9);
  EXPECT_THAT(series("skq_listen_queue_length"), ElementsAre(Pair("family=inet proto=tcp listener=0.0.0.0:1", 0),
                                                             Pair("family=unix proto=u_str listener=./other", 2)));
}

TEST_F(MetricsTest, FindingsOfEveryRuleOrNone) {
  EXPECT_EQ(series("skq_findings"), Series());
  Diagnosis diagnosis;
  input.diagnosis = &diagnosis;
  const Series none = series("skq_findings");
  EXPECT_EQ(none.size(), 3 * diagnosing::all_rules().size());
  EXPECT_TRUE(std::all_of(none.begin(), none.end(), [](const auto& row) { return row.second == 0; }));
  EXPECT_EQ(series("skq_finding_oldest_seconds"), Series());
  for (const double since : {3.5, 7.25}) {
    Finding finding;
    finding.rule = Rule::memory_pressure;
    finding.severity = Severity::warning;
    finding.since_s = since;
    finding.sockets = 4;
    diagnosis.findings.push_back(finding);
  }
  diagnosis.findings.emplace_back().rule = Rule::close_wait;  // its wait is not known
  EXPECT_EQ(series("skq_findings").at("rule=memory-pressure severity=warning"), 2);
  EXPECT_EQ(series("skq_findings").at("rule=close-wait severity=critical"), 1);
  EXPECT_EQ(series("skq_finding_sockets").at("rule=memory-pressure severity=warning"), 8);
  EXPECT_THAT(series("skq_finding_oldest_seconds"), ElementsAre(Pair("rule=memory-pressure severity=warning", 7.25)));
}

TEST_F(MetricsTest, SystemInBaseUnits) {
  const std::array memory{SharedMemory{
      .protocol = "tcp", .pages = 2, .pressure = 3, .limit = {}, .pressure_events = {}, .page_size = 4096}};
  const std::array numbers{SystemNumber{"TcpExt", "TCPMemoryPressuresChrono", 1500},
                           SystemNumber{"sysctl", "net.ipv4.tcp_max_orphans", 9},
                           SystemNumber{"Udp6", "RcvbufErrors", 7}, SystemNumber{"TcpExt", "SomethingNew", 1}};
  input.memory = memory;
  input.system = numbers;
  EXPECT_THAT(series("skq_memory_bytes"), ElementsAre(Pair("proto=tcp", 8192)));
  EXPECT_THAT(series("skq_memory_pressure_bytes"), ElementsAre(Pair("proto=tcp", 12288)));
  EXPECT_EQ(series("skq_memory_limit_bytes"), Series());
  EXPECT_THAT(series("skq_tcp_memory_pressure_seconds_total"), ElementsAre(Pair("", 1.5)));
  EXPECT_THAT(series("skq_tcp_orphans_limit"), ElementsAre(Pair("", 9)));
  EXPECT_THAT(series("skq_udp_receive_buffer_errors_total"), ElementsAre(Pair("family=inet6", 7)));
}

TEST_F(MetricsTest, SnapshotAndItsHoles) {
  input.version = "1.2.3";
  input.time_ns = 1'795'244'889'123'456'789;
  input.duration_s = 0.25;
  EXPECT_THAT(series("skq_build_info"), ElementsAre(Pair("version=1.2.3", 1)));
  EXPECT_THAT(series("skq_snapshot_timestamp_seconds"), ElementsAre(Pair("", 1795244889.123)));
  EXPECT_THAT(series("skq_snapshot_duration_seconds"), ElementsAre(Pair("", 0.25)));
  EXPECT_THAT(series("skq_snapshot_complete"), ElementsAre(Pair("", 1)));
  const std::array gaps{Gap{GapKind::owners, "a"}, Gap{GapKind::owners, "b"}, Gap{GapKind::activity, "c"}};
  input.gaps = gaps;
  EXPECT_THAT(series("skq_snapshot_complete"), ElementsAre(Pair("", 0)));
  const Series kinds = series("skq_gaps");
  EXPECT_EQ(kinds.size(), 10U);
  EXPECT_EQ(kinds.at("kind=owners"), 2);
  EXPECT_EQ(kinds.at("kind=activity"), 1);
  EXPECT_EQ(kinds.at("kind=dump"), 0);
}

// Labels are those of the table, whatever is told.
TEST_F(MetricsTest, SamplesHaveTheLabelsOfTheTable) {
  Diagnosis diagnosis;
  Finding& finding = diagnosis.findings.emplace_back();
  finding.since_s = 1;
  input.diagnosis = &diagnosis;
  input.duration_s = 1;
  Socket& socket = listener(80, 1, 9);
  for (std::size_t item = 0; item < memory_items; ++item) remember(socket, static_cast<MemoryItem>(item), 1);
  Socket& udp = add(Family::inet, Netid::udp, State::close);
  for (std::size_t item = 0; item < memory_items; ++item) remember(udp, static_cast<MemoryItem>(item), 1);
  udp.recv_q = udp.send_q = 1;
  receiver("/r", 1, 10);
  const std::array memory{
      SharedMemory{.protocol = "tcp", .pages = 2, .pressure = 3, .limit = 4, .pressure_events = {}, .page_size = 4096}};
  std::vector<SystemNumber> numbers{{"TCP", "orphan", 1},
                                    {"TCP", "tw", 1},
                                    {"sysctl", "net.ipv4.tcp_max_orphans", 1},
                                    {"sysctl", "net.ipv4.tcp_max_tw_buckets", 1}};
  for (const std::string_view name : {"ListenOverflows", "ListenDrops", "TCPReqQFullDrop", "PruneCalled", "TCPRcvQDrop",
                                      "TCPBacklogDrop", "TCPToZeroWindowAdv", "TCPAbortOnMemory", "TCPMemoryPressures",
                                      "TCPMemoryPressuresChrono", "TCPTimeWaitOverflow"})
    numbers.push_back({"TcpExt", name, 1});
  for (const std::string_view name : {"InErrors", "RcvbufErrors", "SndbufErrors", "MemErrors"})
    numbers.push_back({"Udp", name, 1});
  input.memory = memory;
  input.system = numbers;
  const auto found = families();
  // Everything that the table promises can be told, in its order.
  ASSERT_EQ(found.size(), all_metrics().size());
  for (std::size_t at = 0; at < found.size(); ++at) {
    EXPECT_EQ(found[at].info, &all_metrics()[at]);
    for (const MetricSample& sample : found[at].samples) {
      std::string labels;
      for (const MetricLabel& label : sample.labels) (labels += labels.empty() ? "" : " ") += label.name;
      EXPECT_EQ(labels, found[at].info->labels) << found[at].info->name;
    }
  }
}

TEST(MetricTable, FollowsTheConventions) {
  std::set<std::string_view> names;
  const std::regex fit("skq_[a-z0-9_]+");
  for (const MetricInfo& row : all_metrics()) {
    const std::string name(row.name);
    EXPECT_TRUE(names.insert(row.name).second) << name;
    EXPECT_TRUE(std::regex_match(name, fit)) << name;
    EXPECT_EQ(name.ends_with("_total"), row.type == MetricType::counter) << name;
    EXPECT_THAT(std::string(row.unit), AnyOf("", "bytes", "seconds", "ratio")) << name;
    if (!row.unit.empty()) {
      const std::string unit(row.unit);
      EXPECT_THAT(name, AnyOf(EndsWith("_" + unit), EndsWith("_" + unit + "_total")));
    }
    EXPECT_FALSE(row.help.empty()) << name;
    EXPECT_FALSE(row.help.ends_with('.')) << name;
    EXPECT_EQ(row.help.find_first_of("\\\n"), std::string_view::npos) << name;
    EXPECT_FALSE(row.source.empty()) << name;
  }
}

// Bounded by what they can be: no peer, inode, pid or ephemeral port.
TEST(MetricTable, LabelsAreOfAFewKinds) {
  const std::set<std::string> permitted{"version", "kind",     "family", "proto",    "state",   "side",
                                        "fill",    "listener", "rule",   "severity", "receiver"};
  for (const MetricInfo& row : all_metrics()) {
    std::string label;
    for (const char c : std::string(row.labels) + ' ') {
      if (c != ' ') {
        label += c;
        continue;
      }
      EXPECT_TRUE(label.empty() || permitted.contains(label)) << label;
      label.clear();
    }
  }
}

}  // namespace
}  // namespace skq
