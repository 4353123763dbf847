#include "kernel/net_counters.h"

#include "kernel/proc_dir.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

// Far above any kernel's; a hostile or broken file shall not cost more.
constexpr std::size_t most_counters = 8192;

/// "TCP:" without its colon; empty when there is none.
std::string_view take_group(std::string_view& line) {
  std::string_view word = take_word(line);
  if (!word.ends_with(':')) return {};
  word.remove_suffix(1);
  return word;
}

}  // namespace

void Counters::add(std::string_view group, std::string_view name, std::uint64_t value) {
  if (list_.size() < most_counters && !name.empty()) list_.push_back({std::string(group), std::string(name), value});
}

std::optional<std::uint64_t> Counters::find(std::string_view group, std::string_view name) const {
  for (const Counter& counter : list_) {
    if (counter.name == name && counter.group == group) return counter.value;
  }
  return std::nullopt;
}

void read_key_values(std::string_view text, Counters& to) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view group = take_group(line);
    if (group.empty()) continue;
    for (;;) {
      const std::string_view name = take_word(line);
      const std::string_view value = take_word(line);
      if (value.empty()) break;
      if (const auto number = to_number<std::uint64_t>(value)) to.add(group, name, *number);
    }
  }
}

void read_paired_lines(std::string_view text, Counters& to) {
  while (!text.empty()) {
    std::string_view names = take_line(text);
    std::string_view values = text;
    values = take_line(values);
    const std::string_view group = take_group(names);
    if (group.empty() || take_group(values) != group) continue;  // out of step: the next line may begin a pair
    take_line(text);
    for (;;) {
      const std::string_view name = take_word(names);
      const std::string_view value = take_word(values);
      if (name.empty() || value.empty()) break;
      // Some are signed (Tcp MaxConn -1): no counters.
      if (const auto number = to_number<std::uint64_t>(value)) to.add(group, name, *number);
    }
  }
}

void read_single_lines(std::string_view text, std::string_view prefix, Counters& to) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    std::string_view name = take_word(line);
    if (!name.starts_with(prefix)) continue;
    name.remove_prefix(prefix.size());
    if (const auto number = to_number<std::uint64_t>(take_word(line))) to.add(prefix, name, *number);
  }
}

std::vector<Protocol> read_protocols(std::string_view text) {
  std::vector<Protocol> protocols;
  take_line(text);  // titles
  while (!text.empty() && protocols.size() < most_counters) {
    std::string_view line = take_line(text);
    Protocol protocol;
    protocol.name = take_word(line);
    take_word(line);  // size of the structure
    const auto sockets = to_number<std::uint64_t>(take_word(line));
    const std::string_view memory = take_word(line);
    const std::string_view pressure = take_word(line);
    if (!sockets || pressure.empty()) continue;
    protocol.sockets = *sockets;
    protocol.memory_pages = to_number<std::uint64_t>(memory);  // -1: none is kept
    if (pressure == "yes" || pressure == "no") protocol.pressure = pressure == "yes";
    protocols.push_back(std::move(protocol));
  }
  return protocols;
}

std::vector<std::uint64_t> read_numbers(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    const auto number = to_number<std::uint64_t>(word);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace skq::kernel
