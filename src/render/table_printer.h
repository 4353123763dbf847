// Prints finished cells: each in its column, cut where that is too narrow, in its colour. One printer for one thread;
// blocks of rows hang on nothing but the columns, so several may be printed at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "render/table_block.h"
#include "render/table_fit.h"
#include "render/table_line.h"
#include "skq/render.h"

namespace skq::render {

/// What all rows of a table have in common.
struct TableShape {
  std::vector<Column> columns;
  std::size_t room = 0;    ///< of all columns together
  std::size_t common = 0;  ///< so many of the first columns are often as in the row before
  bool continued = false;  ///< there are fields that are no columns
  bool color = false;
};

/// A bar column's title ends over its numbers.
std::string title_of(const Column& column);

class TablePrinter {
 public:
  explicit TablePrinter(const TableShape& shape) : shape_(shape) {}

  void print_header(std::string& out);
  void print(const Block& block, std::string& out);

 private:
  void print_row(std::string& out, const Block& block, const Cell*& cell, const char*& text);
  void add_aligned(const Column& column, const Block& block, Cell cell, const char*& text);
  void add_padded(const Column& column, const Cell& cell, std::uint32_t left, std::string_view text);
  void append_line(std::string& out, std::string_view continuation);

  const TableShape& shape_;
  std::size_t common_end_ = 0;  ///< where the common columns end in the line
  Line line_;
  std::string cut_;
};

}  // namespace skq::render
