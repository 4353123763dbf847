// Every field of the catalogue says of a recorded socket what it said of the socket itself.
#pragma once

#include <gtest/gtest.h>

#include <set>

#include "collect/peers.h"
#include "render/json_text.h"
#include "skq/collect.h"
#include "snapshots.h"

namespace skq::test {

/// Not recorded, and why stands in store/recorded_keys.h.
inline const std::set<std::string_view> not_recorded{"time",      "result",    "error",       "md5_keys",
                                                     "send_rate", "recv_rate", "retrans_rate"};

/// Names of the host that recorded: all numbers have one that tells the number.
class Names final : public NameService {
 public:
  std::string_view service(Netid /*netid*/, std::uint16_t /*port*/) override { return {}; }
  std::string_view host(Family /*family*/, const Address& /*address*/) override { return {}; }
  std::string_view interface(std::uint32_t index) override { return named("eth", index); }
  std::string_view user(std::uint32_t uid) override { return named("user", uid); }
  std::string_view netlink_protocol(std::uint8_t /*protocol*/) override { return {}; }
  std::string_view ethernet_protocol(std::uint16_t /*protocol*/) override { return {}; }
  std::string_view ip_protocol(std::uint8_t /*protocol*/) override { return {}; }
  std::string_view process(std::uint32_t pid) override { return pid % 2 == 0 ? named("comm\xff", pid) : ""; }
  std::string_view cgroup(std::uint64_t id) override { return id % 3 == 0 ? "" : named("/slice", id); }

 private:
  std::string_view named(const std::string& what, std::uint64_t number) {
    return *names_.insert(what + std::to_string(number)).first;
  }
  std::set<std::string> names_;
};

inline std::string text_of(const Field& field, const Socket& socket, NameService* names) {
  TextContext context{.names = names, .exact_bytes = true, .threads = true, .numeric = true, .tcp_options = true};
  const Value value = field.get(socket, context);
  if (const auto* text = std::get_if<std::string_view>(&value)) return "text " + std::string(*text);
  std::string out;
  render::append_json_value(out, value, true);
  if (const auto* owners = std::get_if<std::span<const Owner>>(&value)) {
    for (const Owner& owner : *owners) out += owner.comm;  // JSON loses what is no UTF-8
  }
  return out;
}

inline void join(const std::vector<Socket*>& rows) {
  collecting::join_unix_peers(rows);
  collecting::join_inet_peers(rows);
  for (Socket* row : rows) row->peer_owners = row->other_end != nullptr ? row->other_end->owners : nullptr;
}

inline std::unique_ptr<RecordedSnapshot> through_a_file(const std::vector<Socket*>& rows, NameService* names) {
  MemoryFile file;
  Recorder recorder({});
  const Circumstances at = circumstances_at(noon);
  const std::vector<const Socket*> look(rows.begin(), rows.end());
  // Half in the full snapshot, all in the delta: rows come back from both.
  for (const std::size_t count : {look.size() / 2, look.size()}) {
    auto next = recorder.next(file, {1, 1}, {&at, {}, std::span(look).first(count), {}}, names);
    if (!next) return nullptr;
    file.bytes() += next->frame;
    recorder.written(true);
  }
  const auto contents = read_contents(file);
  SnapshotReader reader(file, *contents);
  auto snapshot = reader.read(1);
  EXPECT_TRUE(snapshot) << snapshot.error().text();
  return snapshot ? std::move(*snapshot) : nullptr;
}

/// By what tells a row from all others here.
inline std::string key_of(const Socket& socket) {
  std::string key;
  for (const char* name : {"family", "netid", "cookie", "inode", "state", "local", "peer", "abstract", "tipc_ref"}) {
    key += text_of(*find_field(name), socket, nullptr) + '|';
  }
  return key;
}

/// `info` tells the keys, too.
inline bool has_secret(const Socket& socket) {
  return socket.inet() != nullptr && socket.inet()->detail != nullptr && !socket.inet()->detail->md5sig.empty();
}

inline void expect_same(std::vector<Socket*> rows, std::set<std::string_view>& seen) {
  Names names;
  join(rows);
  const auto snapshot = through_a_file(rows, &names);
  ASSERT_NE(snapshot, nullptr);
  ASSERT_EQ(snapshot->rows.size(), rows.size());
  join(snapshot->rows);
  const auto replayed = names_of(snapshot->names, nullptr);
  const auto by_key = [](const Socket* a, const Socket* b) { return key_of(*a) < key_of(*b); };
  std::stable_sort(rows.begin(), rows.end(), by_key);
  std::stable_sort(snapshot->rows.begin(), snapshot->rows.end(), by_key);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const bool secret = has_secret(*rows[at]);
    for (const Field& field : all_fields()) {
      if (not_recorded.count(field.name) != 0 || (secret && field.name == "info")) continue;
      const std::string expected = text_of(field, *rows[at], &names);
      ASSERT_EQ(text_of(field, *snapshot->rows[at], replayed.get()), expected)
          << field.name << " of " << key_of(*rows[at]);
      if (expected != "null") seen.insert(field.name);
    }
  }
}

/// Recorded alone, a field says what it said: what it is made of is recorded with it, even where no key has its name.
inline void expect_each_alone(const std::vector<Socket*>& rows) {
  Names names;
  join(rows);
  const std::vector<const Socket*> look(rows.begin(), rows.end());
  const Circumstances at = circumstances_at(noon);
  for (const Field& field : all_fields()) {
    // These two tell more where a look asked for more than they need, such as firewall marks.
    if (not_recorded.count(field.name) != 0 || field.name == "info" || field.name == "details") continue;
    MemoryFile file;
    Recorder recorder({.columns = {&field}});
    const auto next = recorder.next(file, {1, 1}, {&at, {}, look, {}}, &names);
    ASSERT_TRUE(next);
    file.bytes() += next->frame;
    const auto contents = read_contents(file);
    const auto snapshot = SnapshotReader(file, *contents).read(0);
    ASSERT_TRUE(snapshot) << field.name;
    ASSERT_EQ((*snapshot)->rows.size(), rows.size()) << field.name;
    ASSERT_TRUE(has_column((*snapshot)->head, field)) << field.name;
    join((*snapshot)->rows);
    const auto replayed = names_of((*snapshot)->names, nullptr);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      // What a BPF program told counts towards `fill` only where it was asked for.
      const UnixPart* part = rows[row]->unix_part();
      if (part != nullptr && part->queue != nullptr && !field.needs.has(Need::unix_queue)) continue;
      ASSERT_EQ(text_of(field, *(*snapshot)->rows[row], replayed.get()), text_of(field, *rows[row], &names))
          << field.name << " of " << key_of(*rows[row]);
    }
  }
}

inline std::vector<TableRequest> every_table() {
  std::vector<TableRequest> tables;
  for (std::size_t number = 0; number <= static_cast<std::size_t>(Netid::ti_sq); ++number) {
    const auto netid = static_cast<Netid>(number);
    tables.push_back({netid, family_of(netid), ~StateSet{}, false});
    if (family_of(netid) == Family::inet) tables.push_back({netid, Family::inet6, ~StateSet{}, false});
  }
  return tables;
}

inline void expect_same(Source& source, std::set<std::string_view>& seen) {
  Request request{.tables = every_table(), .needs = ~NeedSet{} & ~NeedSet(Need::netns), .threads = true, .keep = true};
  Snapshot storage;
  std::vector<Socket*> rows;
  const auto summary = collect(request, source, storage, [&](std::span<const Socket* const> some) {
    for (const Socket* row : some) rows.push_back(const_cast<Socket*>(row));
  });
  ASSERT_TRUE(summary) << summary.error().text();
  ASSERT_FALSE(rows.empty());
  expect_same(rows, seen);
  expect_each_alone(rows);
}

}  // namespace skq::test
