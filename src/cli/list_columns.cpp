#include "cli/list_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "skq/fields.h"
#include "skq/socket.h"

namespace skq::cli {
namespace {

std::string_view name_of(Type type) {
  switch (type) {
    case Type::boolean:
      return "boolean";
    case Type::integer:
      return "integer";
    case Type::number:
      return "number";
    case Type::text:
      return "text";
    case Type::address:
      return "address";
    case Type::owners:
      return "list of owners";
    case Type::inodes:
      return "list of inodes";
  }
  return {};
}

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::none:
      return "";
    case Unit::bytes:
      return "bytes";
    case Unit::percent:
      return "percent";
    case Unit::microseconds:
      return "microseconds";
    case Unit::milliseconds:
      return "milliseconds";
    case Unit::bytes_per_second:
      return "bytes/s";
  }
  return {};
}

/// The dearest thing that the field makes skq do.
std::string_view cost_of(NeedSet needs) {
  struct Row {
    NeedSet needs;
    std::string_view text;
  };
  constexpr std::array rows{
      Row{NeedSet{Need::owners, Need::peer_owners, Need::process}, "/proc scan"},
      Row{NeedSet{Need::pending}, "second dump"},
      Row{NeedSet{Need::peer}, "join with the peer"},
      Row{NeedSet{Need::peer_inode, Need::tcp_info, Need::congestion, Need::memory, Need::detail, Need::vfs, Need::tos,
                  Need::filter},
          "larger dump"},
  };
  for (const Row& row : rows)
    if (!(row.needs & needs).empty()) return row.text;
  return "nothing";
}

std::vector<std::string_view> families_of(const Field& field) {
  constexpr std::array listed{Family::unix_domain, Family::inet, Family::inet6, Family::netlink, Family::packet};
  std::vector<std::string_view> names;
  for (const Family family : listed)
    if (field.families.has(family)) names.push_back(to_text(family));
  if (names.size() == listed.size()) names = {"all"};
  return names;
}

std::string text_form() {
  const auto line = [](std::string_view name, std::string_view title, std::string_view type, std::string_view unit,
                       std::string_view families, std::string_view cost, std::string_view help) {
    return fmt::format("{:<18} {:<14} {:<14} {:<12} {:<18} {:<18} {}\n", name, title, type, unit, families, cost, help);
  };
  std::string out = line("NAME", "TITLE", "TYPE", "UNIT", "FAMILIES", "COST", "HELP");
  for (const Field& field : all_fields()) {
    const std::string_view unit = name_of(field.unit);
    out += line(field.name, field.title, name_of(field.type), unit.empty() ? "-" : unit,
                fmt::format("{}", fmt::join(families_of(field), ",")), cost_of(field.needs), field.help);
  }
  return out;
}

/// The catalogue is ASCII (a test says so): only quotes and backslashes need care.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string json_list(const std::vector<std::string_view>& words) {
  std::vector<std::string> parts;
  parts.reserve(words.size());
  for (const std::string_view word : words) parts.push_back(quoted(word));
  return fmt::format("[{}]", fmt::join(parts, ","));
}

std::string json_form() {
  std::string out = "[";
  for (const Field& field : all_fields()) {
    const std::string_view unit = name_of(field.unit);
    out += out.size() > 1 ? ",\n " : "\n ";
    out += fmt::format(
        R"({{"name":{},"title":{},"type":{},"unit":{},"families":{},"cost":{},"composed":{},"values":{},"help":{}}})",
        quoted(field.name), quoted(field.title), quoted(name_of(field.type)),
        unit.empty() ? std::string("null") : quoted(unit), json_list(families_of(field)), quoted(cost_of(field.needs)),
        field.composed, json_list({field.words.begin(), field.words.end()}), quoted(field.help));
  }
  return out + "\n]\n";
}

}  // namespace

std::string list_columns_text(std::string_view style) { return style == "json" ? json_form() : text_form(); }

}  // namespace skq::cli
