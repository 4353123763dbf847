// From the kernel's bytes to joined rows.
#include <benchmark/benchmark.h>

#include "collect/peers.h"
#include "kernel/capture.h"
#include "sample.h"

namespace bench {
namespace {

using namespace skq;

void decode(benchmark::State& state, Kind kind) {
  const Sample& of = sample(kind);
  auto source = kernel::open_capture(of.recording);
  if (!source) return state.SkipWithError("the recording cannot be read");
  std::size_t rows = 0;
  for (auto _ : state) {
    Arena arena;
    const auto end = (*source)->dump(of.request, arena, [&](Socket& socket) {
      benchmark::DoNotOptimize(&socket);
      ++rows;
      return true;
    });
    if (!end || end->error != 0) return state.SkipWithError("the recording lacks the dump");
  }
  if (rows != of.rows.size() * static_cast<std::size_t>(state.iterations())) state.SkipWithError("rows are missing");
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
}
BENCHMARK_CAPTURE(decode, unix, Kind::unix_stream);
BENCHMARK_CAPTURE(decode, tcp, Kind::tcp);

void join(benchmark::State& state, Kind kind) {
  const Sample& of = sample(kind);
  for (auto _ : state) {
    if (kind == Kind::unix_stream) {
      collecting::join_unix_peers(of.rows);
    } else {
      collecting::join_inet_peers(of.rows);
    }
    benchmark::ClobberMemory();
  }
  if (of.rows.back()->other_end == nullptr) state.SkipWithError("nothing was joined");
  state.SetItemsProcessed(static_cast<std::int64_t>(of.rows.size()) * state.iterations());
}
BENCHMARK_CAPTURE(join, unix, Kind::unix_stream);
BENCHMARK_CAPTURE(join, tcp, Kind::tcp);

}  // namespace
}  // namespace bench
