#include "rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>

namespace live {
namespace {

std::vector<std::string> split(std::string_view text, char between) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(between, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return value;
  ADD_FAILURE() << "not a number: " << text;
  return std::nullopt;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3fU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::uint32_t hex_at(std::string_view text, std::size_t from, std::size_t digits) {
  std::uint32_t value = 0;
  const std::string_view piece = text.substr(from, digits);
  const auto [end, error] = std::from_chars(piece.data(), piece.data() + piece.size(), value, 16);
  if (error != std::errc{} || end != piece.data() + digits) ADD_FAILURE() << "bad escape in " << text;
  return value;
}

// Appends what the escape at `at` (behind the backslash) stands for, and gives where it ends.
std::size_t append_escape(std::string& out, std::string_view cell, std::size_t at) {
  const char kind = at < cell.size() ? cell[at] : '\0';
  switch (kind) {
    case 'n':
      out += '\n';
      return at + 1;
    case 't':
      out += '\t';
      return at + 1;
    case 'r':
      out += '\r';
      return at + 1;
    case '\\':
      out += '\\';
      return at + 1;
    case 'x':
      out += static_cast<char>(hex_at(cell, at + 1, 2));
      return at + 3;
    case 'u':
      append_utf8(out, hex_at(cell, at + 1, 4));
      return at + 5;
    case 'U':
      append_utf8(out, hex_at(cell, at + 1, 8));
      return at + 9;
    default:
      ADD_FAILURE() << "unknown escape in " << cell;
      return at + 1;
  }
}

Holder holder_of(const std::string& text) {
  const auto parts = split(text, ',');
  if (parts.size() != 3) {
    ADD_FAILURE() << "not an owner: " << text;
    return {};
  }
  return {parsed<int>(parts[0]).value_or(0), unescaped(parts[1]), parsed<int>(parts[2]).value_or(-1)};
}

}  // namespace

std::string unescaped(std::string_view cell) {
  if (cell == "\"\"") return {};
  std::string out;
  for (std::size_t at = 0; at < cell.size();) {
    if (cell[at] != '\\') {
      out += cell[at++];
    } else {
      at = append_escape(out, cell, at + 1);
    }
  }
  return out;
}

const std::string& Row::raw(std::string_view column) const {
  static const std::string null = "-";
  const auto at = std::find(names_->begin(), names_->end(), column);
  if (at != names_->end()) return cells_[static_cast<std::size_t>(at - names_->begin())];
  ADD_FAILURE() << "no column " << column;
  return null;
}

std::optional<std::uint64_t> Row::number(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return parsed<std::uint64_t>(raw(column));
}

std::optional<double> Row::decimal(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return parsed<double>(raw(column));
}

std::optional<bool> Row::boolean(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  EXPECT_TRUE(raw(column) == "true" || raw(column) == "false") << raw(column);
  return raw(column) == "true";
}

std::optional<std::vector<Holder>> Row::holders(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  std::vector<Holder> all;
  if (raw(column) == "[]") return all;
  for (const std::string& one : split(raw(column), ';')) all.push_back(holder_of(one));
  return all;
}

std::optional<std::vector<std::uint32_t>> Row::inodes(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  std::vector<std::uint32_t> all;
  if (raw(column) == "[]") return all;
  for (const std::string& one : split(raw(column), ',')) all.push_back(parsed<std::uint32_t>(one).value_or(0));
  return all;
}

Rows::Rows(const std::string& raw) {
  std::string_view rest = raw;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      ADD_FAILURE() << "the last line has no end: " << rest;
      break;
    }
    auto cells = split(rest.substr(0, end), ' ');
    rest.remove_prefix(end + 1);
    if (names_.empty()) {
      names_ = std::move(cells);
    } else if (cells.size() == names_.size()) {
      rows_.emplace_back(names_, std::move(cells));
    } else {
      ADD_FAILURE() << "a row of " << cells.size() << " cells under a header of " << names_.size();
    }
  }
  nothing_.emplace_back(names_, std::vector<std::string>(names_.size(), "-"));
}

const Row& Rows::one(std::string_view column, std::string_view text) const {
  const std::size_t found = count(column, text);
  if (found != 1) {
    ADD_FAILURE() << found << " rows with " << column << " " << text;
    return nothing_.front();
  }
  return *std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.text(column) == text; });
}

std::size_t Rows::count(std::string_view column, std::string_view text) const {
  return static_cast<std::size_t>(
      std::count_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.text(column) == text; }));
}

}  // namespace live
