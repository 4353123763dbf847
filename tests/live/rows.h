// Reads what `skq --format=raw` prints: the reader that a script would write, and therefore a test of the format, too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace live {

struct Holder {
  int pid = 0;
  std::string comm;
  int fd = 0;
  bool operator==(const Holder&) const = default;
};

/// Undoes the C escapes of a raw cell.
std::string unescaped(std::string_view cell);

class Row {
 public:
  Row(const std::vector<std::string>& names, std::vector<std::string> cells)
      : names_(&names), cells_(std::move(cells)) {}

  /// The cell as printed. A test fails when there is no such column.
  [[nodiscard]] const std::string& raw(std::string_view column) const;
  /// Null is "-" in raw; a text that is a dash is escaped.
  [[nodiscard]] bool is_null(std::string_view column) const { return raw(column) == "-"; }
  [[nodiscard]] std::string text(std::string_view column) const { return unescaped(raw(column)); }
  /// Absent when null; a test fails when it is no whole number.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view column) const;
  [[nodiscard]] std::optional<double> decimal(std::string_view column) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view column) const;
  [[nodiscard]] std::optional<std::vector<Holder>> holders(std::string_view column) const;
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> inodes(std::string_view column) const;

 private:
  const std::vector<std::string>* names_;
  std::vector<std::string> cells_;
};

class Rows {
 public:
  /// The first line of `raw` must be the header.
  explicit Rows(const std::string& raw);
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  [[nodiscard]] const std::vector<Row>& all() const { return rows_; }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  /// The one row whose column has this text. A test fails, and an all-null row is given, when there is not exactly one.
  [[nodiscard]] const Row& one(std::string_view column, std::string_view text) const;
  [[nodiscard]] std::size_t count(std::string_view column, std::string_view text) const;

 private:
  std::vector<std::string> names_;
  std::vector<Row> rows_;
  std::vector<Row> nothing_;
};

}  // namespace live
