// From rows to text and to snapshots.
#include <benchmark/benchmark.h>

#include <array>
#include <cstring>

#include "sample.h"
#include "skq/render.h"
#include "skq/store.h"

namespace bench {
namespace {

using namespace skq;

/// The columns of the list, with those that only -m and -i of tcp bring.
Layout layout_of(Kind kind, Format format) {
  Layout layout;
  if (format == Format::jsonl) {
    layout.per_family = true;
    for (const Field& field : all_fields()) {
      if (field.shown == Shown::always || field.shown == Shown::memory) layout.columns.push_back(&field);
    }
    return layout;
  }
  for (const std::string_view name : {"netid", "state", "recv_q", "send_q", "mem", "fill", "local", "peer"})
    layout.columns.push_back(find_field(name));
  if (kind == Kind::tcp) {
    for (const std::string_view name : {"skmem", "info"}) layout.columns.push_back(find_field(name));
  }
  return layout;
}

void render(benchmark::State& state, Kind kind, Format format) {
  const Sample& of = sample(kind);
  const Layout layout = layout_of(kind, format);
  const Circumstances circumstances{"bench", "", "6.18.0", 1'700'000'000'000'000'000, 1};
  TextContext context;
  std::string out;
  for (auto _ : state) {
    out.clear();
    const auto renderer = make_renderer(format, layout, View{}, context);
    renderer->begin(circumstances, out);
    for (const Socket* row : of.rows) renderer->row(*row, out);
    renderer->end(Summary{}, out);
    benchmark::DoNotOptimize(out.data());
  }
  if (out.size() < of.rows.size() * 20) state.SkipWithError("rows are missing");
  state.SetItemsProcessed(static_cast<std::int64_t>(of.rows.size()) * state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(out.size()) * state.iterations());
}
BENCHMARK_CAPTURE(render, unix_table, Kind::unix_stream, Format::table);
BENCHMARK_CAPTURE(render, tcp_table_mi, Kind::tcp, Format::table);
BENCHMARK_CAPTURE(render, unix_json_lines, Kind::unix_stream, Format::jsonl);
BENCHMARK_CAPTURE(render, tcp_json_lines, Kind::tcp, Format::jsonl);

/// A day file in memory.
class MemoryFile : public ByteSource {
 public:
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> to) const override {
    if (offset >= bytes_.size()) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(to.size(), bytes_.size() - offset);
    std::memcpy(to.data(), bytes_.data() + offset, count);
    return count;
  }
  void append(const Appendix& appendix) {
    bytes_.resize(appendix.keep);
    bytes_ += appendix.frame;
  }

 private:
  std::string bytes_;
};

/// `full_every` 1: each snapshot is written whole; else one of the same sockets as before.
void snapshot(benchmark::State& state, Kind kind, unsigned full_every) {
  const Sample& of = sample(kind);
  const auto rows = of.read_only();
  Circumstances circumstances{"bench", "", "6.18.0", 1'700'000'000'000'000'000, 1};
  Recorder recorder({.full_every = full_every});
  MemoryFile file;
  const auto write = [&] {
    circumstances.time_ns += 1'000'000;
    auto appendix = recorder.next(file, {1, 1}, {.circumstances = &circumstances, .rows = rows}, nullptr);
    if (!appendix) return false;
    file.append(*appendix);
    recorder.written(true);
    return true;
  };
  if (!write()) return state.SkipWithError("the first snapshot cannot be written");
  for (auto _ : state) {
    if (!write()) return state.SkipWithError("a snapshot cannot be written");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(of.rows.size()) * state.iterations());
}
BENCHMARK_CAPTURE(snapshot, unix_full, Kind::unix_stream, 1U);
BENCHMARK_CAPTURE(snapshot, tcp_full, Kind::tcp, 1U);
BENCHMARK_CAPTURE(snapshot, tcp_delta, Kind::tcp, 1'000'000'000U);

}  // namespace
}  // namespace bench
