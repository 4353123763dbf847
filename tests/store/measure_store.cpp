// Bytes a day and time a snapshot on a host of many sockets, one look a minute.
//
//   measure_store [SOCKETS [LEVEL [all|some [FILE]]]]
//
// all: every member of tcp_info, else some 30 columns. FILE gets the day, for instance YYYYMMDD.jsonl.zst, to be read
// by skq --from.
#include <ctime>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

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

/// As from cron: each snapshot by a process of its own.
void measure_new_processes(std::size_t sockets, RecordOptions options) {
  BusyHost host(sockets);
  MemoryFile file, last;
  for (int at = 0; at < 60; ++at, host.pass()) {
    const Looked look = host.look();
    const Circumstances when = circumstances_at(noon + at * minute);
    const bool told = at == 1 || at == 10 || at == 30 || at == 59;
    const auto in_new_process = [&](bool leaves_last) {
      options.leaves_last = leaves_last;
      Recorder fresh(options);
      const double begin = seconds();
      auto next = fresh.next(file, {1, 1}, {&when, {}, look.rows}, nullptr, leaves_last ? &last : nullptr);
      const double took = seconds() - begin;
      if (told)
        std::printf("%s %.1f ms", leaves_last ? ", from what the one before left" : "from the file", took * 1e3);
      return *std::move(next);
    };
    if (told) std::printf("a new process that appends behind %d deltas: ", at - 1);
    if (told) in_new_process(false);
    const Appendix next = in_new_process(true);
    if (told) std::printf(", which are %.0f kB\n", static_cast<double>(next.last.size()) / 1e3);
    file.bytes() += next.frame;
    last = MemoryFile(next.last);
  }
}

void measure(std::size_t sockets, int level, bool all, const char* path) {
  constexpr int day = 1440;
  RecordOptions options{.level = level};
  if (!all) options.columns = columns();
  MemoryFile file;
  const Measured measured = record(file, sockets, options, day);
  std::printf("level %d: %.1f MB a day (full ones %.1f kB each), %.2f ms a snapshot, longest %.2f ms\n", level,
              static_cast<double>(measured.bytes) / 1e6,
              static_cast<double>(measured.full_bytes) / 1e3 / static_cast<double>(measured.full),
              measured.look * 1e3 / day, measured.longest * 1e3);
  if (path != nullptr)
    std::ofstream(path, std::ios::binary).write(file.bytes().data(), static_cast<std::streamsize>(file.size()));

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
  measure_new_processes(sockets, options);
}

}  // namespace
}  // namespace skq::test

int main(int argc, char** argv) {
  const auto argument = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  const bool all = argc > 3 && std::string_view(argv[3]) == "all";
  skq::test::measure(static_cast<std::size_t>(argument(1, 10'000)), argument(2, 1), all, argc > 4 ? argv[4] : nullptr);
}
