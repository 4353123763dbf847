#include "cli/limits_report.h"

#include <fmt/format.h>

#include "base/units.h"
#include "cli/text_table.h"

namespace skq::cli {
namespace {

using kernel::BufferAnswer;
using kernel::Filling;
using kernel::QueueAnswer;
using kernel::Sysctl;

struct Writer {
  bool color = false, exact = false;

  [[nodiscard]] std::string bytes(std::uint64_t value) const {
    if (exact) return fmt::format("{}", value);
    std::string text;
    append_bytes_human(text, value);
    return text;
  }
};

double payload_percent(const Filling& filling) {
  return filling.charged == 0 ? 0 : static_cast<double>(filling.payload) * 100 / static_cast<double>(filling.charged);
}

std::string buffers_text(const LimitsReport& report, const Writer& writer) {
  if (report.measured.buffers.empty()) return {};
  TextTable table({"Buffer", "Untouched", "Asked for 1",
                   fmt::format("Asked for {}", writer.bytes(report.measured.buffers.front().asked)), "Asked for all"},
                  {0});
  for (const BufferAnswer& row : report.measured.buffers)
    table.add({fmt::format("{} {}", row.kind, row.option), writer.bytes(row.untouched), writer.bytes(row.smallest),
               writer.bytes(row.given), writer.bytes(row.largest)},
              0);
  return "What SO_SNDBUF and SO_RCVBUF give (measured; the kernel counts memory, so it doubles what is asked for):\n" +
         table.text(writer.color) + "\n";
}

std::string fillings_text(const LimitsReport& report, const Writer& writer) {
  if (report.measured.fillings.empty()) return {};
  TextTable table({"Unix Type", "Message", "Messages", "Payload", "Memory", "Payload/Memory"}, {0});
  for (const Filling& row : report.measured.fillings) {
    const std::string size = writer.bytes(row.message);
    if (row.too_long) {
      table.add({std::string(row.type), size, "too long", "-", "-", "-"}, 0);
      continue;
    }
    const std::string_view more = row.stopped ? "+" : "";
    table.add({std::string(row.type), size, fmt::format("{}{}", row.messages, more),
               writer.bytes(row.payload) + std::string(more), writer.bytes(row.charged) + std::string(more),
               percent_text(payload_percent(row))},
              0);
  }
  return fmt::format("What fits into a unix send buffer of {} before the writer has to wait (measured):\n",
                     writer.bytes(report.measured.fillings.front().sndbuf)) +
         table.text(writer.color) + "\n";
}

const Sysctl* find(const LimitsReport& report, std::string_view name) {
  for (const Sysctl& row : report.system.sysctls) {
    if (row.name == name && !row.values.empty()) return &row;
  }
  return nullptr;
}

std::string behind(const LimitsReport& report, std::string_view name) {
  const Sysctl* row = find(report, name);
  return row == nullptr ? std::string() : fmt::format(" ({} is {})", name, row->values.front());
}

std::string queues_text(const LimitsReport& report) {
  std::string out;
  const auto count = [](const QueueAnswer& answer) {
    return fmt::format("{}{}", answer.stopped ? "at least " : "", answer.count);
  };
  if (report.measured.datagrams)
    out += fmt::format("A unix datagram receiver lets {} messages wait, whatever their size{} (measured).\n",
                       count(*report.measured.datagrams), behind(report, "net.unix.max_dgram_qlen"));
  if (report.measured.connections)
    out += fmt::format("listen({}) lets {} unix clients wait for accept(2) (measured).\n", report.measured.backlog,
                       count(*report.measured.connections));
  if (const Sysctl* most = find(report, "net.core.somaxconn"))
    out += fmt::format("A larger backlog than {} is cut to that (net.core.somaxconn).\n", most->values.front());
  return out.empty() ? out : out + "\n";
}

std::string values_text(const Sysctl& row, const Writer& writer) {
  if (row.values.empty()) return "-";
  std::string text;
  for (const std::uint64_t value : row.values) {
    if (!text.empty()) text += ' ';
    text += row.unit == "bytes" ? writer.bytes(value) : fmt::format("{}", value);
  }
  return row.unit == "pages" ? text + " pages" : text;
}

std::string sysctls_text(const LimitsReport& report, const Writer& writer) {
  TextTable table({"Sysctl", "Value", ""}, {0, 1, 2});
  bool absent = false;
  for (const Sysctl& row : report.system.sysctls) {
    absent = absent || row.values.empty();
    std::string parts;
    for (const std::string_view part : row.parts) parts += (parts.empty() ? "" : " ") + std::string(part);
    table.add({std::string(row.name), values_text(row, writer),
               parts.empty() ? std::string(row.help) : fmt::format("{}; {}", parts, row.help)},
              0);
  }
  std::string out = table.text(writer.color);
  if (absent)
    out += report.system.has_sysctls
               ? "- is not told here: this kernel lacks it, or tells it to the first network namespace only.\n"
               : "- could not be read: /proc/sys is not there.\n";
  return out + "\n";
}

std::string files_text(const LimitsReport& report) {
  const auto limit = [](const std::optional<std::uint64_t>& value) {
    return value ? fmt::format("{}", *value) : std::string("no limit");
  };
  std::string out = fmt::format("Descriptors of a process started here: {}, which it may raise to {}.\n",
                                limit(report.system.descriptors_soft), limit(report.system.descriptors_hard));
  if (report.system.files_open && report.system.files_max)
    out += fmt::format("Open files of the host: {} of {}.\n", *report.system.files_open, *report.system.files_max);
  return out;
}

void add_filling(const Filling& row, Facts& facts) {
  const std::string size = fmt::format("{}", row.message);
  const auto known = [&](std::uint64_t value) {
    return row.too_long ? std::optional<std::uint64_t>() : std::optional(value);
  };
  facts.add({"unix_fit", row.type, size, "messages"}, known(row.messages));
  facts.add({"unix_fit", row.type, size, "payload"}, known(row.payload));
  facts.add({"unix_fit", row.type, size, "memory"}, known(row.charged));
  facts.add({"unix_fit", row.type, size, "payload_percent"},
            row.too_long ? std::optional<double>() : std::optional(payload_percent(row)));
  if (row.stopped) facts.add({"unix_fit", row.type, size, "at_least"}, true);
}

void add_queue(std::string_view name, const std::optional<QueueAnswer>& answer, Facts& facts) {
  facts.add({"queues", name}, answer ? std::optional(answer->count) : std::nullopt);
}

void add_sysctl(const Sysctl& row, Facts& facts) {
  if (row.parts.empty())
    return facts.add({"sysctl", row.name}, row.values.empty() ? std::optional<std::uint64_t>() : row.values.front());
  for (std::size_t at = 0; at < row.parts.size(); ++at)
    facts.add({"sysctl", row.name, row.parts[at]},
              row.values.empty() ? std::optional<std::uint64_t>() : row.values[at]);
}

}  // namespace

std::string limits_text(const LimitsReport& report, bool color, bool exact_bytes) {
  const Writer writer{color, exact_bytes};
  return buffers_text(report, writer) + fillings_text(report, writer) + queues_text(report) +
         sysctls_text(report, writer) + files_text(report);
}

Facts limits_facts(const LimitsReport& report) {
  Facts facts;
  for (const BufferAnswer& row : report.measured.buffers) {
    facts.add({"buffers", row.kind, row.option, "untouched"}, row.untouched);
    facts.add({"buffers", row.kind, row.option, "smallest"}, row.smallest);
    facts.add({"buffers", row.kind, row.option, "asked"}, row.asked);
    facts.add({"buffers", row.kind, row.option, "given"}, row.given);
    facts.add({"buffers", row.kind, row.option, "largest"}, row.largest);
  }
  for (const Filling& row : report.measured.fillings) add_filling(row, facts);
  add_queue("unix_dgram_receiver", report.measured.datagrams, facts);
  facts.add({"queues", "backlog_asked"}, std::optional(static_cast<std::uint64_t>(report.measured.backlog)));
  add_queue("unix_connections", report.measured.connections, facts);
  for (const Sysctl& row : report.system.sysctls) add_sysctl(row, facts);
  facts.add({"page_size"}, report.system.page_size);
  facts.add({"descriptors", "soft"}, report.system.descriptors_soft);
  facts.add({"descriptors", "hard"}, report.system.descriptors_hard);
  facts.add({"files", "open"}, report.system.files_open);
  facts.add({"files", "max"}, report.system.files_max);
  return facts;
}

}  // namespace skq::cli
