// Which rows are shown, and in which order.
#include <benchmark/benchmark.h>

#include <array>

#include "../../cli/no_names.h"
#include "sample.h"
#include "skq/select.h"

namespace bench {
namespace {

using namespace skq;

void filter(benchmark::State& state, Kind kind, std::string_view text) {
  const Sample& of = sample(kind);
  cli::NoNames names;
  const auto parsed = parse_filter(std::array{text}, names);
  const auto* chosen = std::get_if<Filter>(&parsed);
  if (chosen == nullptr) return state.SkipWithError("the filter is wrong");
  for (auto _ : state) {
    std::size_t matching = 0;
    for (const Socket* row : of.rows) matching += matches(*chosen, *row) ? 1 : 0;
    benchmark::DoNotOptimize(matching);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(of.rows.size()) * state.iterations());
}
BENCHMARK_CAPTURE(filter, unix_path, Kind::unix_stream, "src /nope");
BENCHMARK_CAPTURE(filter, tcp_port_or_net, Kind::tcp, "sport = :22 or dst 10.0.0.0/8");

void where(benchmark::State& state, Kind kind, std::string_view text) {
  const Sample& of = sample(kind);
  const auto parsed = parse_where(text);
  const auto* chosen = std::get_if<Where>(&parsed);
  if (chosen == nullptr) return state.SkipWithError("the expression is wrong");
  TextContext context;
  for (auto _ : state) {
    std::size_t matching = 0;
    for (const Socket* row : of.rows) matching += matches(*chosen, *row, context) ? 1 : 0;
    benchmark::DoNotOptimize(matching);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(of.rows.size()) * state.iterations());
}
BENCHMARK_CAPTURE(where, unix_fill, Kind::unix_stream, "fill > 80 and not state == LISTEN");
BENCHMARK_CAPTURE(where, tcp_rtt, Kind::tcp, "tcp_rtt > 10ms");

void sort(benchmark::State& state, std::optional<std::size_t> limit) {
  const Sample& of = sample(Kind::unix_stream);
  const auto parsed = parse_sort("-send_mem,inode");
  const auto* keys = std::get_if<std::vector<SortKey>>(&parsed);
  if (keys == nullptr) return state.SkipWithError("the keys are wrong");
  TextContext context;
  for (auto _ : state) {
    auto rows = of.read_only();
    sort_rows(rows, *keys, limit, context);
    benchmark::DoNotOptimize(rows.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(of.rows.size()) * state.iterations());
}
BENCHMARK_CAPTURE(sort, all, std::nullopt);
BENCHMARK_CAPTURE(sort, first_20, 20);

}  // namespace
}  // namespace bench
