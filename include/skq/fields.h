// The catalogue: every column = JSON key = CSV header = --where word = sort key, one row each.
//
// To add a field: one row in the file of src/fields/ that fits it. Everything else (table, JSON, filter, sort, man
// page, completions, what is asked of the kernel) reads the row.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "skq/names.h"
#include "skq/needs.h"
#include "skq/socket.h"

namespace skq {

enum class Unit : std::uint8_t { none, bytes, percent, microseconds, milliseconds, bytes_per_second };

/// Decides alignment, JSON form, which literals --where takes, and sort order. Follows from what the getter returns.
enum class Type : std::uint8_t { boolean, integer, number, text, address, owners, inodes };

/// Which flag brings a field into a JSON row by itself.
enum class Shown : std::uint8_t {
  always,
  memory,
  extended,
  info,
  owners,
  timers,
  tos,
  cgroup,
  sockopt,
  filter,
  on_request
};

/// An address with its family, so that it can be printed and compared with a prefix.
struct AddressValue {
  Family family{};
  const Address* address = nullptr;
};

/// What a getter gives: nothing (the kernel did not say), or a plain value. Text and spans live until the next call
/// with the same TextContext; text may be any bytes, and escaping is the renderer's work.
using Value = std::variant<std::monostate, bool, std::uint64_t, double, std::string_view, AddressValue,
                           std::span<const Owner>, std::span<const Inode>>;

/// What printing needs beside the socket.
struct TextContext {
  NameService* names = nullptr;
  bool exact_bytes = false;  ///< --bytes: no 1.0K style inside composed text such as mem
  bool threads = false;      ///< -T: lists of owners name tids
  bool numeric = false;      ///< -n: composed text has exact rates, no 1.2G
  bool tcp_options = false;  ///< -o: info also names the options of the connection (ts sack …), as ss does
  std::string scratch = {};
};

/// How a table sets the cells of a column.
enum class Align : std::uint8_t { left, right, separator };

/// Where a table sets a field. What is no column has no title, and stands behind the row's last column.
enum class Place : std::uint8_t {
  column,
  behind,  ///< at the end of the row
  line,    ///< on a line of its own below the row of an inet or packet socket; behind for other families
  below,   ///< on one line below an inet row, together with its like; behind for other families
};

struct Field {
  std::string_view name;
  std::string_view title;
  std::string_view help;    ///< one sentence
  std::string_view source;  ///< kernel file, man page, or how it is computed
  Type type{};
  Unit unit{};
  Align align{};
  Shown shown{};
  NeedSet needs;
  FamilySet families;
  NetidSet netids;                          ///< empty: every kind of those families
  std::span<const std::string_view> words;  ///< the values of an enumeration; empty for free text
  std::string_view compared_as;             ///< --sort and --where take this field instead: mem is its send_mem
  bool composed = false;  ///< text made for eyes (mem, process, skmem), ready escaped; not in JSON unless named
  Place place = Place::column;
  Value (*get)(const Socket&, TextContext&) = nullptr;
};

/// Whether rows of that kind can have a value.
inline bool applies(const Field& field, const Socket& socket) {
  return field.families.has(socket.family) && (field.netids.empty() || field.netids.has(socket.netid));
}

/// All fields in catalogue order.
std::span<const Field> all_fields();
/// Null when there is no such field.
const Field* find_field(std::string_view name);
/// The field whose values stand for this one's in --sort and --where: itself, but for text made for eyes.
const Field* find_comparable(std::string_view name);
/// The known field name nearest to a mistyped one; empty when none is near.
std::string_view nearest_field(std::string_view name);

}  // namespace skq
