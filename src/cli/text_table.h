// Small tables of ready texts, for what is no list of sockets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace skq::cli {

/// "12%", as the list writes it.
std::string percent_text(double percent);

/// Words behind a title, broken before so many columns, later lines set in.
std::string wrapped(std::string_view title, std::string_view words, std::size_t width);

class TextTable {
 public:
  /// `left`: the columns that are aligned to the left.
  TextTable(std::vector<std::string> titles, std::vector<std::size_t> left)
      : titles_(std::move(titles)), left_(std::move(left)) {}

  /// Cells must be safe for a terminal. A row from 80 percent on is marked as the list marks it.
  void add(std::vector<std::string> cells, double percent);
  [[nodiscard]] std::string text(bool color) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    double percent = 0;
  };
  void append_row(std::string& out, const std::vector<std::string>& cells,
                  const std::vector<std::size_t>& widths) const;

  std::vector<std::string> titles_;
  std::vector<std::size_t> left_;
  std::vector<Row> rows_;
};

}  // namespace skq::cli
