// What no socket lister can do without, and nothing more: the floors that skq is measured against.
//
//   skq_floor [--dump HEX]... [--scan THREADS | --bpf-scan]
//
// --dump sends one netlink request, given as its very bytes (so that it asks exactly what skq asked), receives to the
// end and looks at every attribute. --scan reads every descriptor of every process in /proc, --bpf-scan has a BPF
// iterator tell them. Prints how many rows and descriptors there were.
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "kernel/bpf/iterators.h"

namespace {

constexpr std::size_t chunk_size = 32768;  // the kernel gives no more at a time, however large the buffer

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "skq_floor: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

std::vector<unsigned char> bytes_of(std::string_view hex) {
  std::vector<unsigned char> bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    const char pair[] = {hex[at], hex[at + 1], 0};
    bytes.push_back(static_cast<unsigned char>(std::strtoul(pair, nullptr, 16)));
  }
  if (bytes.size() < sizeof(nlmsghdr) + 1) {
    std::fprintf(stderr, "skq_floor: a request is longer than that\n");
    std::exit(2);
  }
  return bytes;
}

template <class T>
T copy_at(const unsigned char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

/// Bytes of a row before its attributes; other families have few rows, so theirs are only counted.
std::size_t fixed_size(unsigned char family) {
  if (family == AF_UNIX) return sizeof(unix_diag_msg);
  return family == AF_INET || family == AF_INET6 ? sizeof(inet_diag_msg) : 0;
}

class Dump {
 public:
  explicit Dump(unsigned char family) : fixed_(fixed_size(family)) {}

  /// One datagram; true: it was the last one.
  bool feed(const unsigned char* bytes, std::size_t size) {
    for (std::size_t at = 0; at + sizeof(nlmsghdr) <= size;) {
      const auto header = copy_at<nlmsghdr>(bytes + at);
      if (header.nlmsg_len < sizeof header || header.nlmsg_len > size - at) break;
      if (header.nlmsg_type == NLMSG_DONE) return true;
      if (header.nlmsg_type == NLMSG_ERROR) {
        error = copy_at<int>(bytes + at + sizeof header);
        return true;
      }
      ++rows;
      if (fixed_ != 0) walk(bytes + at + sizeof header + fixed_, bytes + at + header.nlmsg_len);
      at += NLMSG_ALIGN(header.nlmsg_len);
    }
    return false;
  }

  long rows = 0;
  int error = 0;
  unsigned seen = 0;  ///< made of every attribute, so that the compiler cannot leave the walk out

 private:
  void walk(const unsigned char* at, const unsigned char* end) {
    while (end - at >= 4) {
      const auto attribute = copy_at<nlattr>(at);
      if (attribute.nla_len < 4 || attribute.nla_len > end - at) return;
      seen += attribute.nla_type + at[attribute.nla_len - 1U];
      at += NLA_ALIGN(attribute.nla_len);
    }
  }

  std::size_t fixed_;
};

void dump(int socket, const std::vector<unsigned char>& request) {
  static std::unique_ptr<unsigned char[]> buffer(new unsigned char[chunk_size]);
  if (send(socket, request.data(), request.size(), 0) < 0) fail("send");
  Dump dump(request[sizeof(nlmsghdr)]);
  for (bool ended = false; !ended;) {
    const ssize_t got = recv(socket, buffer.get(), chunk_size, 0);
    if (got <= 0) fail("recv");
    ended = dump.feed(buffer.get(), static_cast<std::size_t>(got));
  }
  std::printf("family %d rows %ld error %d attributes %u\n", request[sizeof(nlmsghdr)], dump.rows, -dump.error,
              dump.seen);
}

bool is_socket(int directory, const char* name) {
  char link[32];
  const ssize_t length = readlinkat(directory, name, link, sizeof link);
  return length > 8 && std::memcmp(link, "socket:[", 8) == 0;
}

long scan_process(int pid, std::vector<char>& buffer) {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/%d/fd", pid);
  const int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return 0;
  long found = 0;
  for (long got = 0; (got = syscall(SYS_getdents64, directory, buffer.data(), buffer.size())) > 0;) {
    for (long at = 0; at < got;) {
      const char* entry = buffer.data() + at;
      unsigned short length = 0;
      std::memcpy(&length, entry + 16, sizeof length);
      const char* name = entry + 19;  // after inode, offset, length and type (getdents64(2))
      if (name[0] != '.') found += is_socket(directory, name) ? 1 : 0;
      at += length;
    }
  }
  close(directory);
  return found;
}

std::vector<int> processes() {
  std::vector<int> pids;
  DIR* proc = opendir("/proc");
  if (proc == nullptr) fail("/proc");
  while (const dirent* entry = readdir(proc)) {
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') pids.push_back(std::atoi(entry->d_name));
  }
  closedir(proc);
  return pids;
}

void scan(unsigned threads) {
  const std::vector<int> pids = processes();
  std::atomic<std::size_t> next{0};
  std::atomic<long> found{0};
  const auto work = [&] {
    std::vector<char> buffer(1U << 18U);
    for (std::size_t at = 0; (at = next++) < pids.size();) found += scan_process(pids[at], buffer);
  };
  std::vector<std::thread> others;
  for (unsigned other = 1; other < threads; ++other) others.emplace_back(work);
  work();
  for (auto& other : others) other.join();
  std::printf("scan sockets %ld\n", found.load());
}

void scan_by_bpf() {
  skq::kernel::SocketIterators iterators(skq::BpfUse::require);
  long found = 0;
  const auto status = iterators.owners([&](const skq::kernel::OwnerRow&) { ++found; });
  if (!status) {
    std::fprintf(stderr, "skq_floor: %s\n", status.error().text().c_str());
    std::exit(1);
  }
  std::printf("scan sockets %ld\n", found);
}

}  // namespace

int main(int argc, char** argv) {
  constexpr option options[] = {{"dump", required_argument, nullptr, 'd'},
                                {"scan", required_argument, nullptr, 's'},
                                {"bpf-scan", no_argument, nullptr, 'b'},
                                {}};
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (socket < 0) fail("netlink");
  for (int option = 0; (option = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
    if (option == 'd') {
      dump(socket, bytes_of(optarg));
    } else if (option == 's') {
      scan(static_cast<unsigned>(std::atoi(optarg)));
    } else if (option == 'b') {
      scan_by_bpf();
    } else {
      return 2;
    }
  }
  return optind == argc ? 0 : 2;
}
