#include "kernel/thread_files.h"

#include <elf.h>

#include <cstring>
#include <utility>

#include "kernel/proc_dir.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

constexpr std::uint64_t kernel_thread_flag = 0x00200000;  // PF_KTHREAD, include/linux/sched.h

// fs/proc/array.c, task_state_array
constexpr std::array<std::pair<char, ThreadState>, 10> states{{{'R', ThreadState::running},
                                                               {'S', ThreadState::sleeping},
                                                               {'D', ThreadState::disk_sleep},
                                                               {'T', ThreadState::stopped},
                                                               {'t', ThreadState::traced},
                                                               {'Z', ThreadState::zombie},
                                                               {'X', ThreadState::dead},
                                                               {'x', ThreadState::dead},
                                                               {'I', ThreadState::idle},
                                                               {'P', ThreadState::parked}}};

ThreadState state_of(std::string_view letter) {
  for (const auto& [known, state] : states)
    if (letter.size() == 1 && letter.front() == known) return state;
  return ThreadState::unknown;
}

std::optional<std::uint64_t> address(std::string_view word) {
  if (!word.starts_with("0x")) return std::nullopt;
  return to_hexadecimal<std::uint64_t>(word.substr(2));
}

/// What follows "key", blanks and a colon in a line.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return std::nullopt;
  line.remove_prefix(key.size());
  const std::size_t colon = line.find_first_not_of(" \t");
  if (colon == std::string_view::npos || line[colon] != ':') return std::nullopt;
  line.remove_prefix(colon + 1);
  return take_word(line);
}

/// "13237208.526256": milliseconds and six digits of their fraction (kernel/sched/debug.c, SPLIT_NS).
std::optional<std::int64_t> nanoseconds(std::string_view text) {
  constexpr std::int64_t in_a_millisecond = 1'000'000;
  constexpr std::int64_t most = INT64_MAX / in_a_millisecond - 1;
  const std::string_view whole = take_until(text, '.');
  const auto milliseconds = to_number<std::int64_t>(whole);
  const auto fraction = to_number<std::int64_t>(text);
  if (!milliseconds || !fraction || text.size() != 6 || *milliseconds > most) return std::nullopt;
  return *milliseconds * in_a_millisecond + *fraction;
}

template <class Word>
bool has_page_size(std::string_view vector) {
  constexpr Word smallest_page = 4096, largest_page = 1 << 20;
  std::array<Word, 2> entry{};
  for (; vector.size() >= sizeof entry; vector.remove_prefix(sizeof entry)) {
    std::memcpy(entry.data(), vector.data(), sizeof entry);
    if (entry[0] == AT_NULL) return false;
    if (entry[0] == AT_PAGESZ && entry[1] >= smallest_page && entry[1] <= largest_page) return true;
  }
  return false;
}

}  // namespace

std::optional<ThreadStat> parse_thread_stat(std::string_view text) {
  // The comm may hold any bytes, also ") R 1": what follows it is found from the end.
  const std::size_t open = text.find('('), close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  ThreadStat stat;
  stat.comm = text.substr(open + 1, close - open - 1);
  std::string_view rest = text.substr(close + 1);
  constexpr int state = 3, parent = 4, flags = 9, started = 22, cpu = 39;
  bool has_start = false;
  for (int field = state; field <= cpu; ++field) {
    const std::string_view word = take_word(rest, " \n");
    if (field == state) stat.state = state_of(word);
    if (field == parent) stat.parent = to_number<int>(word).value_or(0);
    if (field == flags) stat.of_kernel = (to_number<std::uint64_t>(word).value_or(0) & kernel_thread_flag) != 0;
    if (field == cpu) stat.cpu = to_number<int>(word).value_or(-1);
    if (field != started) continue;
    const auto ticks = to_number<std::uint64_t>(word);
    has_start = ticks.has_value();
    stat.started = ticks.value_or(0);
  }
  if (!has_start) return std::nullopt;
  return stat;
}

std::optional<BlockedCall> parse_blocked_call(std::string_view text) {
  std::string_view line = take_line(text);
  BlockedCall call;
  const std::string_view first = take_word(line);
  if (first == "running") return call;
  call.where = BlockedCall::Where::outside;
  if (first != "-1") {
    const auto number = to_number<std::int64_t>(first);
    if (!number) return std::nullopt;
    call.where = BlockedCall::Where::call;
    call.number = *number;
    for (std::uint64_t& argument : call.arguments) {
      const auto value = address(take_word(line));
      if (!value) return std::nullopt;
      argument = *value;
    }
  }
  const auto stack = address(take_word(line)), at = address(take_word(line));
  if (!stack || !at) return std::nullopt;
  call.stack = *stack;
  call.at = *at;
  return call;
}

ThreadClock parse_thread_clock(std::string_view text) {
  ThreadClock clock;
  // Above the dashes stands the comm, which may hold newlines and such lines; but it is too short for the dashes.
  constexpr std::string_view dashes = "\n------------------------------";
  const std::size_t head = text.find(dashes);
  if (head == std::string_view::npos) return clock;
  text.remove_prefix(head + 1);
  while (!text.empty() && !(clock.last_ran_ns && clock.switches)) {
    const std::string_view line = take_line(text);
    if (const auto value = value_of(line, "se.exec_start")) clock.last_ran_ns = nanoseconds(*value);
    if (const auto value = value_of(line, "nr_switches")) clock.switches = to_number<std::uint64_t>(*value);
  }
  // Of a thread that never ran.
  if (clock.last_ran_ns == 0) clock.last_ran_ns.reset();
  return clock;
}

ThreadStatus parse_thread_status(std::string_view text) {
  // Here the kernel escapes newlines in the comm.
  ThreadStatus status;
  std::optional<std::uint64_t> voluntary, others;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (const auto value = value_of(line, "TracerPid")) status.tracer = to_number<int>(*value).value_or(0);
    if (const auto value = value_of(line, "FDSize")) status.table_size = to_number<std::size_t>(*value).value_or(0);
    if (const auto value = value_of(line, "voluntary_ctxt_switches")) voluntary = to_number<std::uint64_t>(*value);
    if (const auto value = value_of(line, "nonvoluntary_ctxt_switches")) others = to_number<std::uint64_t>(*value);
  }
  if (voluntary && others) status.switches = *voluntary + *others;
  return status;
}

std::string_view parse_wchan(std::string_view text) {
  text = text.substr(0, text.find_first_of(".\n"));
  return text == "0" ? std::string_view() : text;
}

std::size_t parse_word_size(std::string_view auxiliary_vector) {
  if (has_page_size<std::uint64_t>(auxiliary_vector)) return sizeof(std::uint64_t);
  return has_page_size<std::uint32_t>(auxiliary_vector) ? sizeof(std::uint32_t) : 0;
}

}  // namespace skq::kernel
