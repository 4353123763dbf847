// Holds sockets until its standard input ends.
//
//   skq_holder unix COUNT NAME     a listener at the abstract address NAME; connections through it and pairs, half each
//   skq_holder tcp COUNT PORT      listeners from 127.0.0.1:PORT on, and both ends of connections to them
//   skq_holder ... --namespaces N  N child processes, each with COUNT sockets in a network namespace of its own
//
// Prints "ready COUNT listeners L" when all are open: exactly COUNT sockets, L of them listeners, or it fails.
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

/// Ephemeral ports are some 28 000 for one address and port to connect to.
constexpr int connections_of_a_listener = 8000;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "skq_holder: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

int check(int result, const char* what) {
  if (result < 0) fail(what);
  return result;
}

void allow_descriptors(int count) {
  rlimit files{};
  check(getrlimit(RLIMIT_NOFILE, &files), "getrlimit");
  const auto wanted = static_cast<rlim_t>(count) + 32;
  if (files.rlim_max < wanted) files.rlim_max = wanted;  // takes privilege
  if (files.rlim_cur < wanted) files.rlim_cur = wanted;
  check(setrlimit(RLIMIT_NOFILE, &files), "so many descriptors are not allowed: setrlimit");
}

void bring_lo_up() {
  const int any = check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  check(ioctl(any, SIOCGIFFLAGS, &request), "read the flags of lo");
  if ((request.ifr_flags & IFF_UP) == 0) {
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    check(ioctl(any, SIOCSIFFLAGS, &request), "bring lo up");
  }
  close(any);
}

struct Listener {
  int socket = -1;
  sockaddr_storage address{};
  socklen_t length = 0;
};

Listener listen_at(const void* address, socklen_t length, int family) {
  Listener listener;
  listener.length = length;
  std::memcpy(&listener.address, address, length);
  listener.socket = check(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  check(bind(listener.socket, static_cast<const sockaddr*>(address), length), "bind");
  check(listen(listener.socket, 128), "listen");
  return listener;
}

void connect_to(const Listener& listener) {
  const int client = check(socket(listener.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  check(connect(client, reinterpret_cast<const sockaddr*>(&listener.address), listener.length), "connect");
  check(accept4(listener.socket, nullptr, nullptr, SOCK_CLOEXEC), "accept");
}

Listener listen_at_name(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t used = name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  return listen_at(&address, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + used), AF_UNIX);
}

/// Both give the number of listeners: one, and more where the others, who come two at a time, do not make up `count`.
int hold_unix(int count, const std::string& name) {
  const Listener listener = listen_at_name(name);
  int open = 1;
  if (count % 2 == 0) {
    listen_at_name(name + "-2");
    ++open;
  }
  const int listeners = open;
  for (int pair[2]; open < count; open += 2) {
    if (open / 2 % 2 == 0) {
      connect_to(listener);
    } else {
      check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "socketpair");
    }
  }
  return listeners;
}

int hold_tcp(int count, int port) {
  bring_lo_up();
  Listener listener;
  const auto listen_at_next = [&] {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port++));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = listen_at(&address, sizeof address, AF_INET);
  };
  int connections = connections_of_a_listener;
  int listeners = 0;
  for (int open = 0; open < count;) {
    if (connections == connections_of_a_listener || open + 2 > count) {
      listen_at_next();
      connections = 0;
      ++listeners;
      ++open;
    } else {
      connect_to(listener);
      ++connections;
      open += 2;
    }
  }
  return listeners;
}

int hold(const char* family, int count, const char* where) {
  allow_descriptors(count);
  return std::strcmp(family, "unix") == 0 ? hold_unix(count, where) : hold_tcp(count, std::atoi(where));
}

/// A child in a network namespace of its own; it says on `ready` that it is, and goes with its parent.
void hold_elsewhere(const char* family, int count, const char* where, int ready) {
  const pid_t parent = getpid();
  const pid_t child = check(fork(), "fork");
  if (child != 0) return;
  check(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
  if (getppid() != parent) std::exit(1);
  check(unshare(CLONE_NEWNET), "a network namespace: unshare");
  hold(family, count, where);
  if (write(ready, "+", 1) != 1) fail("write");
  for (;;) pause();
}

void hold_in_namespaces(const char* family, int count, const char* where, int namespaces) {
  int ready[2];
  check(pipe2(ready, O_CLOEXEC), "pipe");
  for (int made = 0; made < namespaces; ++made) hold_elsewhere(family, count, where, ready[1]);
  close(ready[1]);
  char byte = 0;
  for (int done = 0; done < namespaces; ++done) {
    if (read(ready[0], &byte, 1) != 1) {
      std::fprintf(stderr, "skq_holder: a child failed\n");
      std::exit(1);
    }
  }
  close(ready[0]);
}

}  // namespace

int main(int argc, char** argv) {
  const bool many = argc == 6 && std::strcmp(argv[4], "--namespaces") == 0;
  const int count = argc > 2 ? std::atoi(argv[2]) : 0;
  const bool is_unix = argc > 1 && std::strcmp(argv[1], "unix") == 0;
  if ((argc != 4 && !many) || count < 1 || (!is_unix && std::strcmp(argv[1], "tcp") != 0)) {
    std::fprintf(stderr, "usage: skq_holder unix|tcp COUNT NAME|PORT [--namespaces N]\n");
    return 2;
  }
  int listeners = 0;
  if (many) {
    hold_in_namespaces(argv[1], count, argv[3], std::atoi(argv[5]));
  } else {
    listeners = hold(argv[1], count, argv[3]);
  }
  std::printf("ready %d listeners %d\n", count, listeners);
  std::fflush(stdout);
  for (char byte = 0; read(STDIN_FILENO, &byte, 1) > 0;) {
  }
  return 0;
}
