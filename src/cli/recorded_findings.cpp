#include "cli/recorded_findings.h"

#include <algorithm>
#include <climits>
#include <unordered_map>
#include <utility>

#include "base/text_json.h"
#include "store/base64.h"
#include "store/json_cursor.h"

namespace skq::cli {
namespace {

using store::JsonCursor;
using store::JsonNumber;

constexpr int deepest = 32;

bool skip(JsonCursor& json) {
  std::string_view unknown;
  return json.raw(unknown);
}

/// The same value, with every text in it made valid.
bool copy(JsonCursor& json, std::string& out, int depth = 0) {
  if (depth > deepest) return false;
  const char next = json.peek();
  std::string scratch;
  std::string_view text;
  if (next == '"') {
    if (!json.string(text, scratch)) return false;
    append_json_string(out, text);
    return true;
  }
  if (next != '{' && next != '[') {
    if (!json.raw(text)) return false;
    out += text;
    return true;
  }
  bool first = true;
  const auto comma = [&] { out += std::exchange(first, false) ? "" : ","; };
  out += next;
  const bool copied = next == '{' ? json.object([&](std::string_view key) {
    comma();
    append_json_string(out, key);
    out += ':';
    return copy(json, out, depth + 1);
  })
                                  : json.list([&] {
                                      comma();
                                      return copy(json, out, depth + 1);
                                    });
  out += next == '{' ? '}' : ']';
  return copied;
}

/// Reads one finding into the model; text goes to the arena.
class Reader {
 public:
  Reader(std::string_view text, Arena& arena) : json_(text), arena_(arena) {}

  struct Keys {
    std::string cookie;
    std::optional<std::uint64_t> inode, netns;
  };
  Keys socket, peer;
  std::vector<std::optional<std::uint64_t>> links;  ///< inodes of the chain
  bool has_rule = false;

  bool read(RecordedFindings::One& to) {
    const bool read = object([&](std::string_view key) { return member(key, to); });
    return read && json_.at_end() && has_rule && !to.finding.title.empty();
  }

 private:
  /// What title_b64 says is the title, as its bytes are, whichever of the two comes first.
  template <class Read>
  bool object(const Read& read_member) {
    return json_.object([&](std::string_view key) {
      constexpr std::string_view suffix = "_b64";
      const bool bytes = key.ends_with(suffix);
      if (bytes) key.remove_suffix(suffix.size());
      if (bytes && json_.peek() != '"') return skip(json_);
      as_bytes_ = bytes;
      const bool read = read_member(key);
      as_bytes_ = false;
      return read;
    });
  }

  bool text(std::string& value) {
    if (json_.take_null()) return true;
    std::string scratch;
    std::string_view view;
    if (!json_.string(view, scratch)) return false;
    const auto bytes = as_bytes_ ? store::from_base64(view) : std::nullopt;
    if (bytes)
      value = *bytes;
    else if (!as_bytes_ && value.empty())
      value = view;
    return true;
  }
  bool text(std::string_view& value) {
    std::string owned(value);
    if (!text(owned)) return false;
    value = arena_.keep(std::string_view(owned));
    return true;
  }
  bool number(std::optional<double>& value) {
    if (json_.take_null()) return true;
    JsonNumber read;
    if (!json_.number(read)) return false;
    const double size = read.integral ? static_cast<double>(read.magnitude) : read.real;
    value = read.integral && read.negative ? -size : size;
    return true;
  }
  bool whole(std::optional<std::uint64_t>& value) {
    if (json_.take_null()) return true;
    JsonNumber read;
    if (!json_.number(read)) return false;
    if (read.integral && !read.negative) value = read.magnitude;
    return true;
  }
  bool small(std::optional<int>& value) {
    std::optional<std::uint64_t> read;
    if (!whole(read)) return false;
    if (read && *read <= INT_MAX) value = static_cast<int>(*read);
    return true;
  }
  /// By its word, which stands in the enum's table; false for one of a newer version.
  template <class Enum>
  bool word(Enum& value, Enum last) {
    std::string name;
    if (!text(name)) return false;
    for (int at = 0; at <= static_cast<int>(last); ++at)
      if (to_text(static_cast<Enum>(at)) == name) {
        value = static_cast<Enum>(at);
        return true;
      }
    return false;
  }

  bool process(std::string_view key, const Process*& process) {
    Process known = process != nullptr ? *process : Process{};
    std::string_view* const to = key == "unit"        ? &known.unit
                                 : key == "container" ? &known.container
                                 : key == "cgroup"    ? &known.cgroup
                                 : key == "cmdline"   ? &known.cmdline
                                                      : nullptr;
    if (to == nullptr) return skip(json_);
    if (!text(*to)) return false;
    if (!to->empty()) process = arena_.make<Process>(known);
    return true;
  }

  bool waiter(Waiter& waiter) {
    return object([&](std::string_view key) {
      if (key == "pid") return small(waiter.pid);
      if (key == "tid") return small(waiter.tid);
      if (key == "fd") return small(waiter.fd);
      if (key == "comm") return text(waiter.comm);
      if (key == "syscall") return text(waiter.syscall);
      if (key == "wchan") return text(waiter.wchan);
      if (key == "blocked_s") return number(waiter.blocked_s);
      return process(key, waiter.process);
    });
  }

  bool culprit(Culprit& culprit) {
    return object([&](std::string_view key) {
      if (key == "pid") return small(culprit.pid);
      if (key == "fd") return small(culprit.fd);
      if (key == "comm") return text(culprit.comm);
      if (key == "detail") return text(culprit.detail);
      if (key == "address") return text(culprit.address);
      if (key == "doing") return json_.take_null() || word(culprit.doing.emplace(), Doing::gone);
      return process(key, culprit.process);
    });
  }

  bool link(Link& link) {
    std::optional<std::uint64_t>& inode = links.emplace_back();
    return object([&](std::string_view key) {
      if (key == "pid") return small(link.pid);
      if (key == "tid") return small(link.tid);
      if (key == "fd") return small(link.fd);
      if (key == "comm") return text(link.comm);
      if (key == "what") return text(link.what);
      return key == "inode" ? whole(inode) : skip(json_);
    });
  }

  bool evidence(Evidence& evidence) {
    std::optional<double> value;
    const bool read = object([&](std::string_view key) {
      if (key == "field") return text(evidence.field);
      if (key == "value") return number(value);
      if (key == "limit") return number(evidence.limit);
      return key == "text" ? text(evidence.text) : skip(json_);
    });
    evidence.value = value.value_or(0);
    return read;
  }

  bool socket_keys(Keys& keys, RecordedFindings::One& to) {
    if (json_.take_null()) return true;
    std::string path;
    bool abstract = false;
    std::optional<std::uint64_t> port;
    const bool read = object([&](std::string_view key) {
      if (key == "cookie") return text(keys.cookie);
      if (key == "inode") return whole(keys.inode);
      if (key == "netns") return whole(keys.netns);
      if (key == "path") return text(path);
      if (key == "abstract") return json_.take_null() || json_.boolean(abstract);
      if (key != "local_port" && key != "peer_port") return skip(json_);
      if (!whole(port)) return false;
      if (port) to.ports.push_back(*port);
      return true;
    });
    if (keys.inode && *keys.inode != 0) to.inodes.push_back(*keys.inode);
    if (!path.empty()) to.paths.push_back((abstract ? "@" : "") + path);
    return read;
  }

  bool member(std::string_view key, RecordedFindings::One& to) {
    Finding& finding = to.finding;
    if (key == "rule") return has_rule = word(finding.rule, Rule::memory_pressure);
    if (key == "severity") return word(finding.severity, Severity::info);
    if (key == "confidence") return word(finding.confidence, Confidence::possible);
    if (key == "title") return text(finding.title);
    if (key == "advice") return text(finding.advice);
    if (key == "since_s") return number(finding.since_s);
    if (key == "waiters") return json_.list([&] { return waiter(finding.waiters.emplace_back()); });
    if (key == "culprits") return json_.list([&] { return culprit(finding.culprits.emplace_back()); });
    if (key == "chain") return json_.list([&] { return link(finding.chain.emplace_back()); });
    if (key == "evidence") return json_.list([&] { return evidence(finding.evidence.emplace_back()); });
    if (key == "socket") return socket_keys(socket, to);
    if (key == "peer") return socket_keys(peer, to);
    if (key != "sockets") return skip(json_);
    std::optional<std::uint64_t> count;
    const bool read = whole(count);
    finding.sockets = static_cast<std::size_t>(count.value_or(1));
    return read;
  }

  JsonCursor json_;
  Arena& arena_;
  bool as_bytes_ = false;
};

/// The snapshot's rows by what a finding tells of its sockets.
class Rows {
 public:
  explicit Rows(const std::vector<const Socket*>& rows) {
    for (const Socket* row : rows)
      if (row->inode != Inode{0}) by_inode_.emplace(static_cast<std::uint32_t>(row->inode), row);
  }
  [[nodiscard]] const Socket* find(std::optional<std::uint64_t> inode) const {
    const auto found = inode ? by_inode_.find(*inode) : by_inode_.end();
    return found != by_inode_.end() ? found->second : nullptr;
  }

 private:
  std::unordered_map<std::uint64_t, const Socket*> by_inode_;
};

/// Who waits for whom in a circle is its chain, as the recording has it.
std::vector<CycleStep> cycle_of(const Finding& finding, const std::vector<std::optional<std::uint64_t>>& inodes) {
  std::vector<CycleStep> cycle;
  if (finding.rule != Rule::wait_cycle) return cycle;
  for (std::size_t at = 0; at < finding.chain.size(); ++at) {
    const Link& link = finding.chain[at];
    // A circle's last link may be its first again.
    if (!link.pid || !link.tid || (at > 0 && link.tid == finding.chain.front().tid)) continue;
    cycle.push_back({*link.pid, *link.tid, link.comm, link.fd, static_cast<Inode>(inodes[at].value_or(0))});
  }
  return cycle;
}

}  // namespace

RecordedFindings::RecordedFindings(const std::vector<std::string>& texts, const std::vector<const Socket*>& rows) {
  const Rows known(rows);
  for (const std::string& text : texts) {
    One& one = all_.emplace_back();
    JsonCursor whole(text);
    Reader reader(text, arena_);
    if (whole.peek() != '{' || !copy(whole, one.json) || !reader.read(one)) {
      ++unreadable_;
      all_.pop_back();
      continue;
    }
    one.finding.socket = known.find(reader.socket.inode);
    one.finding.peer = known.find(reader.peer.inode);
    for (std::size_t at = 0; at < reader.links.size(); ++at) {
      one.finding.chain[at].socket = known.find(reader.links[at]);
      if (reader.links[at].value_or(0) != 0) one.inodes.push_back(*reader.links[at]);
    }
    one.cycle = cycle_of(one.finding, reader.links);
  }
}

}  // namespace skq::cli
