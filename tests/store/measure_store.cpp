// Bytes a day and time a snapshot on a host of many sockets, one look a minute.
//
//   measure_store [SOCKETS [LEVEL [all]]]      all: every member of tcp_info, else some 30 columns
#include <ctime>

#include <cstdio>
#include <cstdlib>

#include "snapshots.h"

namespace skq::test {
namespace {

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::vector<const Field*> columns() {
  std::vector<const Field*> all;
  for (const char* name : {"recv_q", "send_q", "peer_inode", "path", "inode", "cookie", "uid", "rmem_alloc", "timer",
                           "cong", "owners", "tcp_rtt", "tcp_rttvar", "tcp_snd_cwnd", "tcp_bytes_acked",
                           "tcp_bytes_received", "tcp_segs_in", "tcp_segs_out", "tcp_retrans"}) {
    all.push_back(find_field(name));
  }
  return all;
}

struct Measured {
  double look = 0, longest = 0;
  std::size_t bytes = 0, full_bytes = 0, full = 0;
};

Measured record(MemoryFile& file, std::size_t sockets, RecordOptions options, int snapshots) {
  BusyHost host(sockets);
  Recorder recorder(options);
  Measured measured;
  for (int i = 0; i < snapshots; ++i) {
    const Looked look = host.look();
    const double begin = seconds();
    const std::uint64_t before = file.size();
    append(file, recorder, circumstances_at(noon - 12 * 60 * minute + i * minute), look.rows);
    const double took = seconds() - begin;
    measured.look += took;
    measured.longest = std::max(measured.longest, took);
    measured.bytes += file.size() - before;
    if (options.full_every == 1 || i % static_cast<int>(options.full_every) == 0) {
      measured.full_bytes += file.size() - before;
      ++measured.full;
    }
    host.pass();
  }
  return measured;
}

void measure(std::size_t sockets, int level, bool all) {
  constexpr int day = 1440;
  RecordOptions options{.level = level};
  if (!all) options.columns = columns();
  MemoryFile file;
  const Measured measured = record(file, sockets, options, day);
  std::printf("level %d: %.1f MB a day (full ones %.1f kB each), %.2f ms a snapshot, longest %.2f ms\n", level,
              static_cast<double>(measured.bytes) / 1e6,
              static_cast<double>(measured.full_bytes) / 1e3 / static_cast<double>(measured.full),
              measured.look * 1e3 / day, measured.longest * 1e3);

  double begin = seconds();
  const auto contents = read_contents(file);
  std::printf("heads of %zu snapshots: %.1f ms\n", contents->snapshots.size(), (seconds() - begin) * 1e3);
  for (const std::size_t at : {std::size_t{720}, std::size_t{749}, std::size_t{779}}) {
    begin = seconds();
    SnapshotReader reader(file, *contents);
    const auto snapshot = reader.read(at);
    std::printf("snapshot %zu, %zu deltas behind its full one: %.1f ms, %zu rows\n", at, at % 60,
                (seconds() - begin) * 1e3, (*snapshot)->rows.size());
  }
  begin = seconds();
  SnapshotReader reader(file, *contents);
  for (std::size_t at = 720; at < 780; ++at) static_cast<void>(reader.read(at));
  std::printf("one hour, each snapshot: %.1f ms\n", (seconds() - begin) * 1e3);

  const Looked look = BusyHost(sockets).look();
  file.bytes().resize(contents->snapshots[750].offset);
  Recorder fresh(options);
  begin = seconds();
  append(file, fresh, circumstances_at(noon), look.rows);
  std::printf("a new process that appends behind 30 deltas: %.1f ms\n", (seconds() - begin) * 1e3);
}

}  // namespace
}  // namespace skq::test

int main(int argc, char** argv) {
  const auto argument = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  skq::test::measure(static_cast<std::size_t>(argument(1, 10'000)), argument(2, 1), argc > 3);
}
