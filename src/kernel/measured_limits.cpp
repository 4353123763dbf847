#include "kernel/measured_limits.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/sockios.h>

#include <array>
#include <cerrno>
#include <climits>
#include <string>

#include "base/unique_fd.h"
#include "skq/result.h"

namespace skq::kernel {
namespace {

// An administrator may have made buffers of gigabytes: then "at least" is answer enough.
constexpr std::uint64_t most_charged = std::uint64_t{32} << 20;
constexpr std::uint64_t most_messages = std::uint64_t{1} << 17;
constexpr std::uint64_t most_queued = 4096;
constexpr std::size_t most_senders = 256;
constexpr int tried_backlog = 3;
constexpr int tried_size = 65536;

constexpr std::array<std::size_t, 7> message_sizes{1, 100, 1000, 4096, 32768, 65536, 262144};

struct UnixType {
  std::string_view name;
  int type;
};
constexpr std::array unix_types{UnixType{"stream", SOCK_STREAM}, UnixType{"dgram", SOCK_DGRAM},
                                UnixType{"seqpacket", SOCK_SEQPACKET}};

struct Kind {
  std::string_view name;
  int family, type;
};
constexpr std::array kinds{Kind{"unix", AF_UNIX, SOCK_STREAM}, Kind{"tcp", AF_INET, SOCK_STREAM},
                           Kind{"udp", AF_INET, SOCK_DGRAM}};

UniqueFd make_socket(int family, int type) {
  return UniqueFd(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

Gap gap(const std::string& doing, int error) { return {GapKind::system, Error{"measure " + doing, error}.text()}; }

std::uint64_t option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(fd, SOL_SOCKET, option, &value, &size) != 0 || value < 0) return 0;
  return static_cast<std::uint64_t>(value);
}

std::uint64_t after_setting(int fd, int option, int value) {
  static_cast<void>(::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value));
  return option_of(fd, option);
}

void measure_buffers(const Kind& kind, MeasuredLimits& limits) {
  struct Option {
    std::string_view name;
    int number;
  };
  const UniqueFd fd = make_socket(kind.family, kind.type);
  // A kernel without IPv4 has no such buffers: nothing is missing.
  if (!fd.valid() && (errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT)) return;
  if (!fd.valid()) return limits.gaps.push_back(gap(std::string(kind.name) + " buffers", errno));
  for (const Option option : {Option{"sndbuf", SO_SNDBUF}, Option{"rcvbuf", SO_RCVBUF}}) {
    BufferAnswer answer{.kind = kind.name, .option = option.name, .untouched = option_of(fd.get(), option.number)};
    answer.smallest = after_setting(fd.get(), option.number, 1);
    answer.asked = tried_size;
    answer.given = after_setting(fd.get(), option.number, tried_size);
    answer.largest = after_setting(fd.get(), option.number, INT_MAX);
    limits.buffers.push_back(answer);
  }
}

std::uint64_t charged(int fd) {
  int bytes = 0;
  return ::ioctl(fd, SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
}

void fill(int fd, const std::vector<char>& message, Filling& filling) {
  while (filling.messages < most_messages && filling.payload < most_charged) {
    const ssize_t sent = ::send(fd, message.data(), filling.message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      filling.too_long = errno == EMSGSIZE;
      break;
    }
    ++filling.messages;
    filling.payload += static_cast<std::uint64_t>(sent);
    // A stream takes what fits of a message: what follows would be another one.
    if (static_cast<std::size_t>(sent) < filling.message) break;
    if ((filling.messages & 1023U) == 0 && charged(fd) > most_charged) {
      filling.stopped = true;
      break;
    }
  }
  filling.stopped = filling.stopped || filling.messages >= most_messages || filling.payload >= most_charged;
  filling.charged = charged(fd);
}

void measure_filling(const UnixType& type, std::size_t size, const std::vector<char>& message, MeasuredLimits& limits) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, type.type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
    return limits.gaps.push_back(gap("a unix " + std::string(type.name) + " pair", errno));
  const UniqueFd sender(ends[0]), receiver(ends[1]);
  Filling filling{.type = type.name, .message = size, .sndbuf = option_of(sender.get(), SO_SNDBUF)};
  fill(sender.get(), message, filling);
  limits.fillings.push_back(filling);
}

/// A unix socket with an abstract name that the kernel chooses and nobody else has (unix(7), autobind).
UniqueFd make_bound(int type, sockaddr_un& name, socklen_t& size) {
  UniqueFd fd = make_socket(AF_UNIX, type);
  if (!fd.valid()) return fd;
  sockaddr_un none{};
  none.sun_family = AF_UNIX;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&none), sizeof none.sun_family) != 0) return {};
  size = sizeof name;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0) return {};
  return fd;
}

/// From many senders, since the send buffer of one may be full first.
std::optional<QueueAnswer> count_datagrams(const sockaddr_un& name, socklen_t size) {
  std::vector<UniqueFd> senders;
  QueueAnswer answer;
  while (senders.size() < most_senders && answer.count < most_queued) {
    UniqueFd sender = make_socket(AF_UNIX, SOCK_DGRAM);
    if (!sender.valid()) break;
    const std::uint64_t before = answer.count;
    while (answer.count < most_queued &&
           ::sendto(sender.get(), "", 1, MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&name), size) == 1) {
      ++answer.count;
    }
    // A sender with an empty buffer of its own was refused: it was the receiver.
    if (answer.count == before) return errno == EAGAIN ? std::optional(answer) : std::nullopt;
    senders.push_back(std::move(sender));
  }
  answer.stopped = true;
  return answer;
}

std::optional<QueueAnswer> count_connections(const sockaddr_un& name, socklen_t size) {
  std::vector<UniqueFd> clients;
  QueueAnswer answer;
  while (answer.count < most_senders) {
    UniqueFd client = make_socket(AF_UNIX, SOCK_STREAM);
    if (!client.valid()) return std::nullopt;
    if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&name), size) != 0)
      return errno == EAGAIN ? std::optional(answer) : std::nullopt;
    ++answer.count;
    clients.push_back(std::move(client));
  }
  answer.stopped = true;
  return answer;
}

void measure_queues(MeasuredLimits& limits) {
  sockaddr_un name{};
  socklen_t size = 0;
  const UniqueFd receiver = make_bound(SOCK_DGRAM, name, size);
  if (receiver.valid()) limits.datagrams = count_datagrams(name, size);
  if (!limits.datagrams) limits.gaps.push_back(gap("a unix datagram queue", errno));

  const UniqueFd listener = make_bound(SOCK_STREAM, name, size);
  limits.backlog = tried_backlog;
  if (listener.valid() && ::listen(listener.get(), tried_backlog) == 0)
    limits.connections = count_connections(name, size);
  if (!limits.connections) limits.gaps.push_back(gap("a unix listener's queue", errno));
}

}  // namespace

MeasuredLimits measure_limits() {
  MeasuredLimits limits;
  for (const Kind& kind : kinds) measure_buffers(kind, limits);
  const std::vector<char> message(message_sizes.back());
  for (const UnixType& type : unix_types) {
    for (const std::size_t size : message_sizes) measure_filling(type, size, message, limits);
  }
  measure_queues(limits);
  return limits;
}

}  // namespace skq::kernel
