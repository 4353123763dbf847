#include "kernel/live_source.h"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <thread>

#include "base/unique_fd.h"
#include "kernel/activity_scan.h"
#include "kernel/net_namespace.h"
#include "kernel/proc_net_raw.h"
#include "kernel/process_scan.h"
#include "kernel/receive_ahead.h"
#include "kernel/request.h"
#include "kernel/socket_counts.h"

namespace skq::kernel {
namespace {

// The first line of a small /proc file; empty where it cannot be read.
std::string first_line(const char* path) {
  const UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  std::array<char, 128> text{};
  const ssize_t size = fd.valid() ? ::read(fd.get(), text.data(), text.size()) : -1;
  if (size <= 0) return {};
  const std::string_view line(text.data(), static_cast<std::size_t>(size));
  return std::string(line.substr(0, line.find('\n')));
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

constexpr KernelTestKinds every_kind = ~KernelTestKinds();

// A mark needs CAP_NET_ADMIN. Of the others the youngest first: cgroup came with Linux 5.9, mark with 4.9, device with
// 4.8 (net/ipv4/inet_diag.c, inet_diag_bc_audit).
KernelTestKinds kinds_to_give_up(std::span<const KernelTest> tests, int error) {
  using Kind = KernelTest::Kind;
  const auto has = [&](Kind kind) {
    return std::any_of(tests.begin(), tests.end(), [&](const KernelTest& test) { return test.kind == kind; });
  };
  if (error == EPERM && has(Kind::mark)) return KernelTestKinds(Kind::mark);
  if (error == EINVAL) {
    for (const Kind kind : {Kind::cgroup, Kind::mark, Kind::device}) {
      if (has(kind)) return KernelTestKinds(kind);
    }
  }
  return every_kind;
}

}  // namespace

Result<DumpEnd> LiveSource::dump(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row) {
  if (netns_ == nullptr && request.needs.has(Need::netns)) {
    if (!own_netns_) own_netns_ = own_network_namespace();
    if (own_netns_->inode != 0) netns_ = &*own_netns_;
  }
  // Before the dump: of a socket that is made meanwhile nothing is said, rather than something wrong.
  std::optional<UnixQueues> queues = read_queues(request);
  if (netns_ == nullptr && !queues) return dump_tested(request, arena, row);
  return dump_tested(request, arena, [&](Socket& socket) {
    socket.netns = netns_;
    if (queues) queues->join(socket, arena);
    return row(socket);
  });
}

std::optional<UnixQueues> LiveSource::read_queues(const DumpRequest& request) {
  const bool asked = request.family == Family::unix_domain && request.needs.has(Need::unix_queue);
  if (!asked || iterators_ == nullptr || !iterators_->may_work()) return std::nullopt;
  std::optional<UnixQueues> queues;
  const Status entered = run_inside([&] {
    auto rows = iterators_->queues(count_unix_sockets());
    if (rows) queues.emplace(std::move(*rows));
  });
  static_cast<void>(entered);  // the dump says more of it
  return queues;
}

std::vector<Gap> LiveSource::gaps() {
  if (iterators_ == nullptr || iterators_->use() != BpfUse::require || !iterators_->failure()) return {};
  return {Gap{GapKind::dump, iterators_->failure()->text()}};
}

std::string LiveSource::remark() {
  return iterators_ != nullptr && iterators_->failure() ? iterators_->failure()->text() : std::string();
}

// Which tests a kernel knows is found by asking: what it refuses is asked for no more. It refuses before the first row.
Result<DumpEnd> LiveSource::dump_tested(const DumpRequest& request, Arena& arena,
                                        const std::function<bool(Socket&)>& row) {
  for (;;) {
    // Even a filter that lets nothing through may be what is refused.
    std::vector<KernelTest> tests;
    if (refused_ != every_kind) tests = simplified(request.tests, refused_);
    DumpRequest asked = request;
    asked.tests = tests;
    if (tests.empty()) return dump_once(asked, arena, row);
    bool any_row = false;
    auto end = dump_once(asked, arena, [&](Socket& socket) {
      any_row = true;
      return row(socket);
    });
    const int error = end ? end->error : end.error().code;
    if (any_row || !refuse(tests, error)) return end;
    if (writer_ != nullptr) writer_->drop_exchange();
  }
}

bool LiveSource::refuse(std::span<const KernelTest> tests, int error) {
  // Others have other causes: ENOENT is a missing family, and too little memory is not cured by asking for more rows.
  constexpr std::array refusals{EINVAL, EPERM, EMSGSIZE, EOPNOTSUPP, E2BIG};
  if (std::find(refusals.begin(), refusals.end(), error) == refusals.end()) return false;
  refused_ = refused_ | kinds_to_give_up(tests, error);
  return true;
}

Result<DumpEnd> LiveSource::dump_once(const DumpRequest& request, Arena& arena,
                                      const std::function<bool(Socket&)>& row) {
  if (const Status opened = open_socket(); !opened) return opened.error();
  const std::vector<std::byte> bytes = request_bytes(request, ++sequence_);
  if (writer_ != nullptr) writer_->begin_exchange(bytes, socket_->portid());
  if (const Status sent = socket_->send(bytes); !sent) {
    socket_.reset();
    return sent.error();
  }
  DumpReader reader(request, {sequence_, socket_->portid()}, false, arena, row);
  // Left-over datagrams must not be met by the next dump.
  if (receive_all(reader) != Step::finished) socket_.reset();
  DumpEnd end = reader.end();
  // A recording has datagrams only.
  if (request.netid == Netid::raw && end.error == ENOENT && writer_ == nullptr) substitute(request, row, end);
  return end;
}

Status LiveSource::run_inside(const std::function<void()>& work) {
  if (inside_) return inside_(work);
  work();
  return Done{};
}

Status LiveSource::open_socket() {
  if (socket_) return Done{};
  Status opened = Done{};
  const Status entered = run_inside([&] {
    Result<NetlinkSocket> socket = NetlinkSocket::open();
    if (socket)
      socket_ = std::move(*socket);
    else
      opened = socket.error();
  });
  return entered ? opened : entered;
}

// Where /proc does not tell either, `end` stays as it is.
void LiveSource::substitute(const DumpRequest& request, const std::function<bool(Socket&)>& row, DumpEnd& end) {
  std::string text;
  int error = 0;
  const Status entered = run_inside([&] { error = read_raw_file(request.family, text); });
  if (entered && error == 0) substitute_raw(request, text, row, end);
}

Step LiveSource::receive_all(DumpReader& reader) {
  // A short dump is over before a thread would have begun.
  constexpr int datagrams_without_thread = 6;
  for (int count = 0; count < datagrams_without_thread; ++count) {
    if (const Step step = receive_one(reader); step != Step::more) return step;
  }
  if (std::thread::hardware_concurrency() > 1) {
    ReceiveAhead ahead(*socket_);
    while (const auto chunk = ahead.next()) {
      if (const Step step = take(reader, chunk->received, chunk->bytes); step != Step::more) return step;
    }
  }
  for (;;) {
    if (const Step step = receive_one(reader); step != Step::more) return step;
  }
}

Step LiveSource::receive_one(DumpReader& reader) {
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(chunk_size);
  const std::span<std::byte> buffer(buffer_.get(), chunk_size);
  // After a cut datagram NLMSG_DONE may have been lost with it. The kernel makes each next chunk while the one before
  // is received, so what is not there at once will never come.
  const auto wait = reader.end().truncated ? NetlinkSocket::Wait::no : NetlinkSocket::Wait::yes;
  const auto received = socket_->receive(buffer, wait);
  if (received.error == EAGAIN) return Step::stopped;
  return take(reader, received, buffer.first(received.size));
}

Step LiveSource::take(DumpReader& reader, const NetlinkSocket::Received& received, ByteSpan datagram) {
  if (received.error != 0) {
    if (writer_ != nullptr) writer_->failure(received.error);
    reader.fail(received.error);
    return Step::stopped;
  }
  if (!received.from_kernel) return Step::more;
  if (writer_ != nullptr) writer_->datagram(datagram, received.cut);
  return reader.feed(datagram, received.cut);
}

Result<OwnerScan> LiveSource::owners(const OwnerScanRequest& request, Arena& arena) {
  return scan_owners(request, arena, "/proc", iterators_.get(), memory_ ? &memory_->tables : nullptr);
}

Result<Activity> LiveSource::activity(const ActivityRequest& request, Arena& arena) {
  return read_activity(request, arena);
}

Circumstances LiveSource::circumstances() {
  Circumstances now;
  timespec time{};
  if (::clock_gettime(CLOCK_REALTIME, &time) == 0) {
    now.time_ns = std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }
  utsname names{};
  if (::uname(&names) == 0) now.kernel = names.release;
  now.host = host_name();
  now.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  now.netns = network_namespace_at(std::string("/proc/thread-self/ns/net"));
  return now;
}

Result<std::unique_ptr<LiveSource>> open_live() {
  Result<NetlinkSocket> socket = NetlinkSocket::open();
  if (!socket) return socket.error();
  return std::make_unique<LiveSource>(std::move(*socket));
}

Result<std::shared_ptr<SocketIterators>> make_iterators(BpfUse bpf, LookMemory* memory) {
  if (memory != nullptr && memory->iterators && memory->iterators->use() == bpf && !memory->iterators->failure())
    return memory->iterators;
  auto iterators = std::make_shared<SocketIterators>(bpf);
  if (bpf == BpfUse::require) {
    if (const Status loaded = iterators->load(); !loaded) return loaded.error();
  }
  if (memory != nullptr) memory->iterators = iterators;
  return iterators;
}

}  // namespace skq::kernel

namespace skq {

std::shared_ptr<LookMemory> make_look_memory() { return std::make_shared<LookMemory>(); }

Result<std::unique_ptr<Source>> open_kernel(BpfUse bpf, std::shared_ptr<LookMemory> memory) {
  auto iterators = kernel::make_iterators(bpf, memory.get());
  if (!iterators) return iterators.error();
  Result<kernel::NetlinkSocket> socket = kernel::NetlinkSocket::open();
  if (!socket) return socket.error();
  auto source = std::make_unique<kernel::LiveSource>(std::move(*socket), std::move(*iterators));
  source->remember(std::move(memory));
  return std::unique_ptr<Source>(std::move(source));
}

}  // namespace skq
