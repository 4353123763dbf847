#include "kernel/call_waits.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <set>
#include <string>
#include <utility>

#include "kernel/descriptor_question.h"
#include "kernel/fdinfo_text.h"
#include "kernel/proc_dir.h"
#include "kernel/socket_file.h"

namespace skq::kernel {
namespace {

constexpr std::int64_t in_a_millisecond = 1'000'000, in_a_microsecond = 1000;
/// Of a poll() with more descriptors only the first are looked at: each costs a look into /proc.
constexpr std::size_t most_polled = std::size_t{1} << 16;

using Arguments = std::array<std::uint64_t, 6>;

int descriptor(std::uint64_t argument) { return static_cast<int>(static_cast<std::uint32_t>(argument)); }

/// What poll() and select() ask of one descriptor.
struct Asked {
  int fd = -1;
  bool receives = false, sends = false;
};

/// One reading of one call.
class CallReader {
 public:
  CallReader(const CallPlace& place, const SystemCall& call)
      : place_(place), call_(call), memory_(place.task, place.tid, place.word) {
    facts_.call = call.name;
  }

  void read(const Arguments& arguments);
  CallFacts take() {
    place_.context.note_shortage(memory_.error());
    return std::move(facts_);
  }

 private:
  using Reader = void (CallReader::*)(const Arguments&);
  static Reader reader_of(CallShape shape);

  void on_nothing(const Arguments& /*arguments*/) {}
  void on_file(const Arguments& arguments) { facts_.fd = descriptor(arguments[0]); }
  void transfer(const Arguments& arguments) { wait_in_call(descriptor(arguments[0]), call_.what); }
  void sendto(const Arguments& arguments) {
    transfer(arguments);
    add_address(arguments[4], descriptor(arguments[5]));
  }
  void connect(const Arguments& arguments) {
    transfer(arguments);
    add_address(arguments[1], descriptor(arguments[2]));
  }
  void message(const Arguments& arguments);
  void messages(const Arguments& arguments);
  void splice(const Arguments& arguments);
  void poll(const Arguments& arguments);
  void ppoll(const Arguments& arguments);
  void select(const Arguments& arguments) { select_until(arguments, in_a_microsecond); }
  void old_select(const Arguments& arguments);
  void pselect(const Arguments& arguments) { select_until(arguments, 1); }
  void epoll(const Arguments& arguments);
  void epoll_spec(const Arguments& arguments);
  void io_uring(const Arguments& arguments);
  void socketcall(const Arguments& arguments);
  void restart(const Arguments& arguments);

  void wait_in_call(int fd, WaitFor what);
  void add_address(std::uint64_t address, int size);
  bool has_same_address(std::uint64_t message, std::uint64_t other);
  std::size_t allowed(std::uint64_t count);
  void leave_out(std::uint64_t count);
  void add_polled(std::uint64_t array, std::uint64_t count);
  void add_asked(const Asked& asked, WaitBy by);
  void count(const EpollWaits& known);
  bool add_polled_epoll(int fd);
  void wait_on_epoll(int fd);
  void set_milliseconds(std::uint64_t argument);
  void select_until(const Arguments& arguments, std::int64_t units);
  [[nodiscard]] std::size_t table_size() const;

  const CallPlace& place_;
  SystemCall call_;
  UserMemory memory_;
  CallFacts facts_;
  std::set<int> polled_epolls_;
};

CallReader::Reader CallReader::reader_of(CallShape shape) {
  using Row = std::pair<CallShape, Reader>;
  static constexpr std::array rows{
      Row{CallShape::on_file, &CallReader::on_file},       Row{CallShape::transfer, &CallReader::transfer},
      Row{CallShape::sendto, &CallReader::sendto},         Row{CallShape::connect, &CallReader::connect},
      Row{CallShape::message, &CallReader::message},       Row{CallShape::messages, &CallReader::messages},
      Row{CallShape::splice, &CallReader::splice},         Row{CallShape::poll, &CallReader::poll},
      Row{CallShape::ppoll, &CallReader::ppoll},           Row{CallShape::select, &CallReader::select},
      Row{CallShape::old_select, &CallReader::old_select}, Row{CallShape::pselect, &CallReader::pselect},
      Row{CallShape::epoll, &CallReader::epoll},           Row{CallShape::epoll_spec, &CallReader::epoll_spec},
      Row{CallShape::io_uring, &CallReader::io_uring},     Row{CallShape::socketcall, &CallReader::socketcall},
      Row{CallShape::restart, &CallReader::restart}};
  for (const auto& [known, reader] : rows)
    if (known == shape) return reader;
  return &CallReader::on_nothing;
}

void CallReader::read(const Arguments& arguments) { (this->*reader_of(call_.shape))(arguments); }

void CallReader::wait_in_call(int fd, WaitFor what) {
  facts_.fd = fd;
  const Inode inode = socket_behind(place_.task, place_.tid, fd);
  if (inode != Inode{}) facts_.waits.push_back({.inode = inode, .fd = fd, .what = what, .by = WaitBy::call});
}

void CallReader::add_address(std::uint64_t address, int size) {
  if (facts_.waits.empty() || address == 0 || size <= 0) return;
  std::array<std::byte, sizeof(sockaddr_storage)> bytes{};
  const std::size_t most = std::min(static_cast<std::size_t>(size), bytes.size());
  const auto read = std::span(bytes).first(memory_.read(address, std::span(bytes).first(most)));
  if (read.size() < most) return;
  SocketWait& wait = facts_.waits.front();
  wait.address = place_.context.arena.keep(std::span<const std::byte>(read));
  wait.address_file = find_socket_file(place_.context.mounts, place_.task, place_.tid, wait.address);
}

/// struct msghdr begins with a pointer to the address and its size.
void CallReader::message(const Arguments& arguments) {
  transfer(arguments);
  const auto address = memory_.word(arguments[1]);
  const auto size = memory_.value<std::int32_t>(arguments[1] + place_.word);
  if (address && size) add_address(*address, *size);
}

/// Two struct msghdr, or mmsghdr. What cannot be read is not known to be the same.
bool CallReader::has_same_address(std::uint64_t message, std::uint64_t other) {
  const auto address = memory_.word(message), other_address = memory_.word(other);
  const auto size = memory_.value<std::int32_t>(message + place_.word);
  const auto other_size = memory_.value<std::int32_t>(other + place_.word);
  if (!address || !other_address || !size || size != other_size) return false;
  if (*address == *other_address) return true;
  std::array<std::byte, sizeof(sockaddr_storage)> bytes{}, other_bytes{};
  if (*address == 0 || *other_address == 0 || *size < 0 || static_cast<std::size_t>(*size) > bytes.size()) return false;
  const auto length = static_cast<std::size_t>(*size);
  if (memory_.read(*address, std::span(bytes).first(length)) != length) return false;
  return memory_.read(*other_address, std::span(other_bytes).first(length)) == length && bytes == other_bytes;
}

/// Any of them may be the one that waits: how many are through the kernel says only in the end.
void CallReader::messages(const Arguments& arguments) {
  constexpr std::uint32_t most = 64;
  message(arguments);
  const auto count = static_cast<std::uint32_t>(arguments[2]);
  const std::uint64_t size = 8 * place_.word;  // struct mmsghdr, of 32-bit processes as well
  bool all_alike = count <= most;
  for (std::uint32_t at = 1; at < std::min(count, most) && all_alike; ++at)
    all_alike = has_same_address(arguments[1], arguments[1] + at * size);
  if (all_alike || facts_.waits.empty()) return;
  SocketWait& wait = facts_.waits.front();
  wait.address_unknown = true;
  wait.address = {};
  wait.address_file.reset();
}

/// One side is a pipe. Which side holds it up only the kernel's function tells: those that wait for a pipe name it.
void CallReader::splice(const Arguments& arguments) {
  const int in = descriptor(arguments[0]), out = descriptor(arguments[2]);
  const bool to_socket = socket_behind(place_.task, place_.tid, out) != Inode{};
  const std::string_view at = place_.wchan;
  const bool on_pipe = at.find("pipe") != std::string_view::npos || at.starts_with("wait_for_space");
  if (on_pipe) {
    facts_.fd = to_socket ? in : out;
    return;
  }
  wait_in_call(to_socket ? out : in, to_socket ? WaitFor::send : WaitFor::receive);
}

void CallReader::add_asked(const Asked& asked, WaitBy by) {
  if (asked.receives && is_epoll(place_.task, place_.tid, asked.fd) && add_polled_epoll(asked.fd)) return;
  ++facts_.watched;
  const Inode inode = socket_behind(place_.task, place_.tid, asked.fd);
  if (inode == Inode{}) return;
  ++facts_.watched_sockets;
  if (asked.receives) facts_.waits.push_back({.inode = inode, .fd = asked.fd, .what = WaitFor::receive, .by = by});
  if (asked.sends) facts_.waits.push_back({.inode = inode, .fd = asked.fd, .what = WaitFor::send, .by = by});
}

void CallReader::add_polled(std::uint64_t array, std::uint64_t count) {
  std::array<pollfd, 512> chunk{};
  const std::size_t looked_at = allowed(count);
  for (std::size_t at = 0; at < looked_at;) {
    const auto part = std::span(chunk).first(std::min(chunk.size(), looked_at - at));
    const std::size_t got = memory_.read(array + at * sizeof(pollfd), std::as_writable_bytes(part)) / sizeof(pollfd);
    for (const pollfd& entry : part.first(got)) {
      if (entry.fd < 0) continue;
      const auto events = static_cast<unsigned short>(entry.events);
      constexpr unsigned receive = POLLIN | POLLRDNORM, send = POLLOUT | POLLWRNORM;
      add_asked({entry.fd, (events & receive) != 0, (events & send) != 0}, WaitBy::poll);
    }
    at += got;
    if (got < part.size()) return leave_out(count - at);
  }
  leave_out(count - looked_at);
}

/// How many of so many descriptors may be looked at.
std::size_t CallReader::allowed(std::uint64_t count) {
  const std::int64_t most = static_cast<std::int64_t>(std::min<std::uint64_t>(count, most_polled));
  const std::int64_t left = place_.context.polled_left.fetch_sub(most);
  return static_cast<std::size_t>(std::clamp<std::int64_t>(left, 0, most));
}

/// They may be sockets, and somebody served by them.
void CallReader::leave_out(std::uint64_t count) {
  if (count == 0) return;
  const auto some = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, UINT32_MAX / 2));
  facts_.cut = true;
  facts_.watched += some;
  facts_.watched_sockets += some;
}

void CallReader::set_milliseconds(std::uint64_t argument) {
  const int milliseconds = descriptor(argument);
  if (milliseconds >= 0) facts_.timeout_ns = milliseconds * in_a_millisecond;
}

void CallReader::poll(const Arguments& arguments) {
  add_polled(arguments[0], static_cast<std::uint32_t>(arguments[1]));
  set_milliseconds(arguments[2]);
}

void CallReader::ppoll(const Arguments& arguments) {
  add_polled(arguments[0], static_cast<std::uint32_t>(arguments[1]));
  facts_.timeout_ns = memory_.duration(arguments[2], 1, call_.long_time);
}

/// select(2) may be given any number: the kernel cuts it to this (fs/select.c, core_sys_select), and the sets need to
/// be no larger.
std::size_t CallReader::table_size() const {
  std::string text;
  constexpr std::size_t limit = std::size_t{1} << 16;
  if (read_file_at(place_.task, ProcPath(place_.tid, "/status").c_str(), limit, text) != 0) return 0;
  return parse_thread_status(text).table_size;
}

/// The bits of a set are those of longs; little-endian longs of any size are the same bytes.
void CallReader::select_until(const Arguments& arguments, std::int64_t units) {
  constexpr std::size_t bits = 8;
  const auto asked = static_cast<std::size_t>(std::max(descriptor(arguments[0]), 0));
  const std::size_t in_table = std::min(asked, table_size());
  const std::size_t count = allowed(in_table);
  leave_out(in_table - count);
  const std::size_t size = (count + bits * place_.word - 1) / (bits * place_.word) * place_.word;
  std::vector<std::byte> receive(size), send(size), other(size);
  const auto is_missed = [&](std::uint64_t set, std::vector<std::byte>& into) {
    return set != 0 && memory_.read(set, into) < into.size();
  };
  const bool no_receive = is_missed(arguments[1], receive), no_send = is_missed(arguments[2], send),
             no_other = is_missed(arguments[3], other);
  if (no_receive || no_send || no_other) leave_out(count);
  const auto has = [&](const std::vector<std::byte>& set, std::size_t fd) {
    std::size_t byte = fd / bits;
    if constexpr (std::endian::native == std::endian::big) byte ^= place_.word - 1;
    return (std::to_integer<unsigned>(set[byte]) >> (fd % bits) & 1) != 0;
  };
  for (std::size_t fd = 0; fd < count; ++fd) {
    const Asked one{static_cast<int>(fd), has(receive, fd), has(send, fd)};
    if (one.receives || one.sends || has(other, fd)) add_asked(one, WaitBy::select);
  }
  facts_.timeout_ns = memory_.duration(arguments[4], units, call_.long_time);
}

void CallReader::old_select(const Arguments& arguments) {
  Arguments behind{};
  for (std::size_t at = 0; at < 5; ++at) {
    const auto value = memory_.word(arguments[0] + at * place_.word);
    if (!value) return;
    behind[at] = *value;
  }
  select(behind);
}

void CallReader::count(const EpollWaits& known) {
  facts_.watched += known.watched;
  facts_.watched_sockets += known.watched_sockets;
}

/// An instance that is polled as any descriptor. False: it cannot be read.
bool CallReader::add_polled_epoll(int fd) {
  if (!polled_epolls_.insert(fd).second) return true;
  const auto known = place_.epolls.read(place_.tid, fd);
  if (!known) return false;
  count(*known);
  const auto waits = known->waits.first(allowed(known->waits.size()));
  facts_.waits.insert(facts_.waits.end(), waits.begin(), waits.end());
  facts_.cut |= waits.size() < known->waits.size();
  return true;
}

void CallReader::wait_on_epoll(int fd) {
  facts_.fd = fd;
  const auto known = place_.epolls.read(place_.tid, fd);
  if (!known) return;
  count(*known);
  facts_.kept_waits = known->waits;
}

void CallReader::epoll(const Arguments& arguments) {
  wait_on_epoll(descriptor(arguments[0]));
  set_milliseconds(arguments[3]);
}

void CallReader::epoll_spec(const Arguments& arguments) {
  wait_on_epoll(descriptor(arguments[0]));
  facts_.timeout_ns = memory_.duration(arguments[3], 1, call_.long_time);
}

void CallReader::io_uring(const Arguments& arguments) {
  // With this flag (IORING_ENTER_REGISTERED_RING) the number is no descriptor, but the place of a ring that the thread
  // has registered: there is nothing to find it by.
  constexpr std::uint64_t registered_ring = 1U << 4U;
  if ((arguments[3] & registered_ring) != 0) return;
  facts_.fd = descriptor(arguments[0]);
  constexpr std::size_t limit = std::size_t{1} << 24;
  std::string text;
  if (read_file_at(place_.task, ProcPath(place_.tid, "/fdinfo/", *facts_.fd).c_str(), limit, text) != 0) return;
  for (const WaitFor what : parse_ring(text).waits) facts_.waits.push_back({.what = what, .by = WaitBy::io_uring});
}

void CallReader::socketcall(const Arguments& arguments) {
  const SystemCall* call = socket_call(arguments[0]);
  if (call == nullptr) return;
  Arguments behind{};
  constexpr std::size_t most = 6;
  for (std::size_t at = 0; at < most; ++at) {
    // They may end before the sixth, at the very end of a page.
    const auto value = memory_.word(arguments[1] + at * place_.word);
    if (!value) break;
    behind[at] = *value;
  }
  call_ = *call;
  facts_.call = call->name;
  read(behind);
}

/// Of the calls that are gone on with like that only poll() waits for descriptors.
void CallReader::restart(const Arguments& arguments) {
  constexpr std::array<std::string_view, 4> of_poll{"poll_schedule_timeout", "do_sys_poll", "do_poll",
                                                    "do_restart_poll"};
  if (std::find(of_poll.begin(), of_poll.end(), place_.wchan) == of_poll.end()) return;
  call_ = restarted_poll();
  facts_.call = call_.name;
  poll(arguments);
}

}  // namespace

CallFacts read_call(const CallPlace& place, const SystemCall& call, const BlockedCall& blocked) {
  CallReader reader(place, call);
  reader.read(blocked.arguments);
  CallFacts facts = reader.take();
  for (SocketWait& wait : facts.waits)
    if (wait.by == WaitBy::poll || wait.by == WaitBy::select)
      ask_whether_ready(place.context, place.pid, place.tid, wait);
  return facts;
}

}  // namespace skq::kernel
