// Healthy and busy: in twenty calls each, nobody may be called stuck.
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "why_test.h"

namespace why {
namespace {

constexpr int calls = 20;

using Controls = WhyTest;

/// Reads a byte and sends one back, for ever; `first` begins.
Actor::Part player(int fd, bool first) {
  return [fd, first](Told& told) {
    char byte = 'x';
    told.will_block();
    if (first) (void)!write(fd, &byte, 1);
    while (read(fd, &byte, 1) == 1 && write(fd, &byte, 1) == 1) {
    }
  };
}

TEST_F(Controls, PingPong) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int a = pair.a.get(), b = pair.b.get();
  const Actor ping("ping", {a}, player(a, true)), pong("pong", {b}, player(b, false));
  pair = {};
  ASSERT_TRUE(await([&] { return ping.told().tid != 0 && pong.told().tid != 0; }));
  expect_healthy(calls);
}

class Drained : public WhyTest, public testing::WithParamInterface<int> {};

// Whenever one looks the buffer is full and the producer sleeps in write, and yet all goes well.
TEST_P(Drained, AFullBuffer) {
  Pair pair = unix_pair(GetParam());
  const int to = pair.a.get(), from = pair.b.get();
  const Actor consumer("consumer", {from}, [&](Told& told) {
    std::vector<char> bytes(4096);
    told.will_block();
    while (read(from, bytes.data(), bytes.size()) > 0) usleep(1000);
  });
  const Actor producer("producer", {to}, [&](Told& told) {
    const std::vector<char> bytes(4096);
    told.will_block();
    while (write(to, bytes.data(), bytes.size()) > 0) {
    }
  });
  pair = {};
  ASSERT_TRUE(await([&] {
    const auto look = look_at(producer.pid(), producer.pid());
    return look && look->call == write_number && look->state == 'S';
  })) << "situation: "
      << producer.in_words();
  expect_healthy(calls);
}

INSTANTIATE_TEST_SUITE_P(, Drained, testing::Values(SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM), [](const auto& test) {
  return std::string(test.param == SOCK_STREAM ? "stream" : test.param == SOCK_SEQPACKET ? "seqpacket" : "dgram");
});

/// An event loop that waits for room, level-triggered; of several sockets for any.
struct Loop {
  const char* name;
  long number;
  void (*wait)(const std::vector<int>& fds, int instance);
};
void PrintTo(const Loop& loop, std::ostream* to) { *to << loop.name; }

void wait_in_poll(const std::vector<int>& fds, int /*instance*/) {
  std::vector<pollfd> wanted;
  for (const int fd : fds) wanted.push_back({fd, POLLOUT, 0});
  syscall(SYS_ppoll, wanted.data(), wanted.size(), nullptr, nullptr, 0);
}

void wait_in_select(const std::vector<int>& fds, int /*instance*/) {
  fd_set wanted;
  FD_ZERO(&wanted);
  for (const int fd : fds) FD_SET(fd, &wanted);
  const int highest = *std::max_element(fds.begin(), fds.end());
  syscall(SYS_pselect6, highest + 1, nullptr, &wanted, nullptr, nullptr, nullptr);
}

void wait_in_epoll(const std::vector<int>& /*fds*/, int instance) {
  epoll_event event{};
  syscall(SYS_epoll_pwait, instance, &event, 1, -1, nullptr, 0);
}

constexpr std::array loops{Loop{"poll", SYS_ppoll, wait_in_poll}, Loop{"select", SYS_pselect6, wait_in_select},
                           Loop{"epoll", SYS_epoll_pwait, wait_in_epoll}};

Actor polling_producer(const Loop& loop, const std::vector<int>& fds) {
  return Actor("producer", fds, [&](Told& told) {
    const int instance = epoll_create1(0);
    for (const int fd : fds) {
      epoll_event event{};
      event.events = EPOLLOUT;
      epoll_ctl(instance, EPOLL_CTL_ADD, fd, &event);
    }
    told.will_block();
    for (;;) {
      for (const int fd : fds) live::send_until_full(fd, 4096);
      loop.wait(fds, instance);
    }
  });
}

Actor slow_consumer(int fd) {
  return Actor("consumer", {fd}, [fd](Told& told) {
    std::vector<char> bytes(4096);
    told.will_block();
    while (read(fd, bytes.data(), bytes.size()) > 0) usleep(4000);
  });
}

class PolledAndDrained : public WhyTest, public testing::WithParamInterface<Loop> {};

// Nearly whenever one looks there is no room, and there was some in between.
TEST_P(PolledAndDrained, OneSocket) {
  Pair pair = unix_pair(SOCK_STREAM);
  const Actor consumer = slow_consumer(pair.b.get());
  const Actor producer = polling_producer(GetParam(), {pair.a.get()});
  pair = {};
  ASSERT_BLOCKS(producer, GetParam().number);
  expect_healthy(calls);
}

TEST_P(PolledAndDrained, OneOfTwoSockets) {
  Pair pair = unix_pair(SOCK_STREAM), other = unix_pair(SOCK_STREAM);
  const Actor consumer = slow_consumer(pair.b.get()), other_consumer = slow_consumer(other.b.get());
  const Actor producer = polling_producer(GetParam(), {pair.a.get(), other.a.get()});
  pair = {};
  other = {};
  ASSERT_BLOCKS(producer, GetParam().number);
  expect_healthy(calls);
}

INSTANTIATE_TEST_SUITE_P(, PolledAndDrained, testing::ValuesIn(loops),
                         [](const auto& test) { return std::string(test.param.name); });

// The senders are not connected, as those of syslog(3) need not be, and the server reads thrice in a second.
TEST_F(Controls, ASlowReceiverOfSeveralUnconnectedSenders) {
  UniqueFd receiver = live::unix_bound(SOCK_DGRAM, file("s"));
  const int from = receiver.get();
  const Actor server("server", {from}, [&](Told& told) {
    char bytes[100];
    told.will_block();
    while (read(from, bytes, sizeof bytes) > 0) usleep(300'000);
  });
  std::vector<Actor> senders;
  for (int at = 0; at < 4; ++at) {
    senders.emplace_back("sender", std::vector<int>{}, [&](Told& told) {
      const UniqueFd socket = live::unix_socket(SOCK_DGRAM);
      told.will_block();
      for (;;) send_to_name(socket.get(), file("s"));
    });
  }
  receiver.reset();
  for (const Actor& sender : senders) ASSERT_TRUE(await([&] { return sender.told().tid != 0; })) << sender.in_words();
  expect_healthy(8);
}

// What is sent are buffers of 32 KiB, of which the reader takes 500 bytes at a time.
TEST_F(Controls, ASlowReaderOfLargeBuffers) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor consumer("consumer", {from}, [&](Told& told) {
    char bytes[500];
    told.will_block();
    while (read(from, bytes, sizeof bytes) > 0) usleep(50'000);
  });
  const Actor producer("producer", {to}, [&](Told& told) {
    const std::vector<char> bytes(200'000);
    told.will_block();
    while (write(to, bytes.data(), bytes.size()) > 0) {
    }
  });
  pair = {};
  ASSERT_BLOCKS(producer, write_number);
  expect_healthy(8);
}

// Each message is taken after 20 ms: the queue of eleven is full all the time, and drains.
TEST_F(Controls, ADatagramReceiverThatIsAlwaysFullAndReads) {
  UniqueFd receiver = live::unix_bound(SOCK_DGRAM, file("s"));
  const int from = receiver.get();
  const Actor server("server", {from}, [&](Told& told) {
    char bytes[100];
    told.will_block();
    while (read(from, bytes, sizeof bytes) > 0) usleep(5000);
  });
  std::vector<Actor> senders;
  for (int at = 0; at < 5; ++at) {
    senders.emplace_back("sender", std::vector<int>{}, [&](Told& told) {
      const UniqueFd socket = live::unix_socket(SOCK_DGRAM);
      told.failed = !live::unix_connect(socket.get(), file("s"));
      told.will_block();
      while (write(socket.get(), "message", 7) > 0) {
      }
    });
  }
  receiver.reset();
  for (const Actor& sender : senders) ASSERT_TRUE(await([&] { return sender.told().tid != 0; })) << sender.in_words();
  expect_healthy(calls);
}

TEST_F(Controls, AnEpollServerWith500IdleConnections) {
  constexpr std::size_t count = 500;
  ASSERT_GT(live::descriptors_left(), 3 * count) << "situation";
  UniqueFd listener = live::unix_listener(SOCK_STREAM, file("l"), static_cast<int>(count));
  const int listener_fd = listener.get();
  const Actor server("server", {listener_fd}, [&](Told& told) {
    const int instance = epoll_create1(0);
    epoll_event event{};
    for (std::size_t at = 0; at < count; ++at) {
      event.data.fd = accept4(listener_fd, nullptr, nullptr, SOCK_NONBLOCK);
      // Half of them as event loops register: level-triggered for reading, or edge-triggered for both.
      event.events = at % 2 == 0 ? EPOLLIN : EPOLLIN | EPOLLOUT | EPOLLET;
      epoll_ctl(instance, EPOLL_CTL_ADD, event.data.fd, &event);
    }
    // Edge-triggered ones are all writable once.
    std::vector<epoll_event> events(count);
    while (epoll_wait(instance, events.data(), count, 100) > 0) {
    }
    told.will_block();
    syscall(SYS_epoll_pwait, instance, events.data(), 1, -1, nullptr, 0);
  });
  std::vector<UniqueFd> clients;
  for (std::size_t at = 0; at < count; ++at) {
    clients.push_back(live::unix_socket(SOCK_STREAM));
    ASSERT_TRUE(live::unix_connect(clients.back().get(), file("l"))) << "situation: client " << at;
  }
  listener.reset();
  ASSERT_BLOCKS(server, SYS_epoll_pwait);
  expect_healthy(calls);
}

TEST_F(Controls, TwoThousandIdlePairs) {
  const std::size_t count = std::min<std::size_t>(2000, live::descriptors_left() / 2 - 50);
  std::vector<Pair> pairs;
  for (std::size_t at = 0; at < count; ++at) {
    pairs.push_back(unix_pair(at % 2 == 0 ? SOCK_STREAM : SOCK_DGRAM));
    ASSERT_TRUE(pairs.back().a.valid()) << "situation: pair " << at;
  }
  RecordProperty("pairs", static_cast<int>(count));
  expect_healthy(calls);
}

// A pool of workers that all wait for a connection, and a parent that waits for them.
TEST_F(Controls, APreforkedServerAtRest) {
  UniqueFd listener = live::unix_listener(SOCK_STREAM, file("l"), 8);
  const int fd = listener.get();
  std::vector<Actor> workers;
  for (int at = 0; at < 8; ++at) {
    workers.emplace_back("worker", std::vector<int>{fd}, [fd](Told& told) {
      told.will_block();
      for (;;) {
        const UniqueFd client(accept4(fd, nullptr, nullptr, SOCK_CLOEXEC));
        char bytes[100];
        while (read(client.get(), bytes, sizeof bytes) > 0) {
        }
      }
    });
  }
  const Actor client("client", {}, [&](Told& told) {
    told.will_block();
    for (;;) {
      const UniqueFd socket = live::unix_socket(SOCK_STREAM);
      if (!live::unix_connect(socket.get(), file("l"))) told.failed = true;
      live::send_text(socket.get(), "hello");
    }
  });
  ASSERT_TRUE(await([&] { return client.told().tid != 0; }));
  expect_healthy(calls);
  EXPECT_FALSE(client.told().failed);
}

}  // namespace
}  // namespace why
