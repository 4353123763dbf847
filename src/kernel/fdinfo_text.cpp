#include "kernel/fdinfo_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "kernel/proc_dir.h"
#include "kernel/process_visit.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

/// "tfd: 48 events: 8000001d data: 30  pos:0 ino:34133a sdev:9": blanks behind the colon or none.
std::optional<EpollEntry> parse_entry(std::string_view line) {
  EpollEntry entry;
  bool has_fd = false, has_events = false;
  while (!line.empty()) {
    const std::string_view key = take_word(line, " \t:");
    line.remove_prefix(std::min(line.find_first_not_of(':'), line.size()));
    const std::string_view value = take_word(line);
    if (key == "tfd") {
      const auto fd = to_number<int>(value);
      has_fd = fd.has_value();
      entry.fd = fd.value_or(-1);
    } else if (key == "events") {
      const auto events = to_hexadecimal<std::uint32_t>(value);
      has_events = events.has_value();
      entry.events = events.value_or(0);
    } else if (key == "ino") {
      entry.inode = to_hexadecimal<std::uint64_t>(value);
    } else if (key == "sdev") {
      entry.device = to_hexadecimal<std::uint32_t>(value).value_or(0);
    }
  }
  if (!has_fd || !has_events) return std::nullopt;
  return entry;
}

// enum io_uring_op, which is the same on every machine: what was given a number once keeps it.
constexpr std::array<std::pair<int, WaitFor>, 8> operations{{{9, WaitFor::send},      // SENDMSG
                                                             {10, WaitFor::receive},  // RECVMSG
                                                             {13, WaitFor::accept},   // ACCEPT
                                                             {16, WaitFor::connect},  // CONNECT
                                                             {26, WaitFor::send},     // SEND
                                                             {27, WaitFor::receive},  // RECV
                                                             {47, WaitFor::send},     // SEND_ZC
                                                             {48, WaitFor::send}}};   // SENDMSG_ZC

void add_operation(std::string_view line, std::vector<WaitFor>& waits) {
  line = take_word(line);
  if (!line.starts_with("op=")) return;
  const auto number = to_number<int>(line.substr(3, line.find(',') - 3));
  for (const auto& [operation, what] : operations)
    if (number == operation && std::find(waits.begin(), waits.end(), what) == waits.end()) waits.push_back(what);
}

/// "    0: socket:[71]"
void add_registered(std::string_view line, std::vector<Inode>& sockets) {
  take_until(line, ':');
  if (const Inode inode = parse_socket_name(take_word(line)); inode != Inode{}) sockets.push_back(inode);
}

}  // namespace

void for_each_epoll_entry(std::string_view fdinfo, const std::function<void(const EpollEntry&)>& visit) {
  while (!fdinfo.empty()) {
    const std::string_view line = take_line(fdinfo);
    if (!line.starts_with("tfd:")) continue;
    if (const auto entry = parse_entry(line)) visit(*entry);
  }
}

RingText parse_ring(std::string_view fdinfo) {
  enum class Part : std::uint8_t { other, files, polls } part = Part::other;
  RingText ring;
  while (!fdinfo.empty()) {
    const std::string_view line = take_line(fdinfo);
    if (line.empty()) continue;
    // Headings begin at the margin, what belongs to them is indented.
    if (line.front() != ' ' && line.front() != '\t') {
      part = line.starts_with("UserFiles") ? Part::files : line.starts_with("PollList") ? Part::polls : Part::other;
      continue;
    }
    if (part == Part::files) add_registered(line, ring.sockets);
    if (part == Part::polls) add_operation(line, ring.waits);
  }
  return ring;
}

std::uint32_t parse_descriptors_in_flight(std::string_view fdinfo) {
  while (!fdinfo.empty()) {
    std::string_view line = take_line(fdinfo);
    if (take_until(line, ':') == "scm_fds") return to_number<std::uint32_t>(take_word(line)).value_or(0);
  }
  return 0;
}

Inode parse_socket_name(std::string_view link) { return Inode{parse_socket_link(link.data(), link.size())}; }

}  // namespace skq::kernel
