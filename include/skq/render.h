// Rows to text. A renderer appends to a buffer; it never writes, never asks for a terminal, never looks at the clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "skq/fields.h"
#include "skq/snapshot.h"
#include "skq/socket.h"

namespace skq {

enum class Format : std::uint8_t { table, raw, csv, json, jsonl, prom };

/// How a table shows that a cell is not what it was when the eye last saw it.
enum class CellMark : std::uint8_t { none, changed, added };

/// Remembers what a table showed, from one look to the next.
class CellMemory {
 public:
  virtual ~CellMemory() = default;
  /// `column` counts the table's columns from 0, `cell` is its finished text.
  virtual CellMark compare(const Socket& socket, std::size_t column, std::string_view cell) = 0;
};

/// The eye that reads: everything a renderer may know of the outside.
struct View {
  std::optional<int> width;  ///< columns of the terminal; empty: not a terminal, never cut or fill
  bool color = false;
  bool header = true;            ///< -H turns it off
  bool oneline = false;          ///< -O
  bool bars = false;             ///< draw a bar in percent columns (terminal only)
  std::string version;           ///< for the JSON head
  bool utf8 = true;              ///< false: a terminal for ASCII, so a table's bars and marks of cuts are made of that
  CellMemory* memory = nullptr;  ///< table: what differs from it is marked
  bool stamped = false;          ///< raw and csv: the first column is ts, the look's time in seconds
  bool hosts = false;            ///< and the next one is host
  bool live = false;             ///< rows come one by one: a table prints each at once, and never cuts
};

/// What rows to write and how.
struct Layout {
  std::vector<const Field*> columns;
  bool per_family = false;  ///< JSON without -c: a row carries only its family's fields, absent ones as null
};

/// Rows that one renderer made and another of the same kind shows.
struct MadeRows {
  virtual ~MadeRows() = default;
  std::string text;  ///< what the maker appended
};

/// Rows come one by one to row(). Or several renderers of one make make some of them each, at the same time, each with
/// a TextContext of its own: begin_part(), then row() and made() by turns; what is made is added in its order to the
/// one that began the whole.
class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual void begin(const Circumstances& circumstances, std::string& out) = 0;
  /// False: this kind has to see every row itself.
  virtual bool begin_part(const Circumstances& circumstances);
  /// The rows since it was last asked. `text`: what row() has appended.
  virtual std::unique_ptr<MadeRows> made(std::string text);
  virtual void add(MadeRows& rows, std::string& out);
  /// Before the first row, where what is missing is known by then. A document whose head says so need not be held back.
  virtual void known(const Summary& /*summary*/, std::string& /*out*/) {}
  virtual void row(const Socket& socket, std::string& out) = 0;
  /// True: there is more; again, when `out` was written.
  virtual bool end(const Summary& summary, std::string& out) = 0;
  /// Or, once end() said that there is more: all of it in that many pieces, which may be made at the same time.
  [[nodiscard]] virtual std::size_t pieces() const { return 0; }
  /// Once each.
  virtual void piece(std::size_t /*number*/, std::string& /*out*/) {}
};

/// Null for Format::prom, which tells no rows: its text is made of metrics (skq/metrics.h).
std::unique_ptr<Renderer> make_renderer(Format format, const Layout& layout, const View& view, TextContext& context);

/// "table", "raw", … ; empty when unknown.
std::optional<Format> format_named(std::string_view name);

}  // namespace skq
