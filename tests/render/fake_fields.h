// Fields whose values a test makes up, so that rendering is tested without the catalogue. A socket's inode is the
// number of its row, a fake field reads column C of that row.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "skq/fields.h"
#include "skq/render.h"

namespace skq::testing {

using FakeRows = std::vector<std::vector<Value>>;

/// The rows of the table that is being rendered; a getter is a plain function and has no other way to them.
inline const FakeRows*& fake_rows() {
  static const FakeRows* rows = nullptr;
  return rows;
}

template <std::size_t C>
Value fake_value(const Socket& socket, TextContext& /*context*/) {
  return fake_rows()->at(static_cast<std::uint32_t>(socket.inode)).at(C);
}

template <std::size_t... C>
constexpr auto fake_getters(std::index_sequence<C...> /*columns*/) {
  return std::array{&fake_value<C>...};
}

/// View, with every member optional in an initializer.
struct Look {
  std::optional<int> width = {};
  bool color = false;
  bool header = true;
  bool oneline = false;
  bool bars = false;
  std::string version = {};
  bool utf8 = true;
};

/// A table of made-up fields and rows.
class FakeTable {
 public:
  explicit FakeTable(std::vector<Field> fields) : fields_(std::move(fields)) {
    static constexpr auto getters = fake_getters(std::make_index_sequence<16>{});
    for (std::size_t at = 0; at < fields_.size(); ++at) {
      fields_[at].get = getters.at(at);
      layout.columns.push_back(&fields_[at]);
    }
  }

  FakeTable(const FakeTable&) = delete;  // layout points into fields_
  FakeTable& operator=(const FakeTable&) = delete;
  FakeTable(FakeTable&&) = default;
  FakeTable& operator=(FakeTable&&) = default;
  ~FakeTable() = default;

  void composed(std::size_t column) { fields_[column].composed = true; }

  void add(std::vector<Value> values, Family family = Family::unix_domain) {
    rows_.push_back(std::move(values));
    families_.push_back(family);
  }

  std::string rendered(Format format, const Look& look = {}, const Summary& summary = {}) {
    const View view{look.width, look.color, look.header, look.oneline, look.bars, look.version, look.utf8};
    std::string out;
    for (const std::string& piece : pieces(format, view, summary)) out += piece;
    return out;
  }

  /// What begin, each row and end append. `known`: the summary is told before the rows.
  std::vector<std::string> pieces(Format format, const View& view, const Summary& summary = {}, bool known = false) {
    const auto renderer = make_renderer(format, layout, view, context);
    fake_rows() = &rows_;
    std::vector<std::string> all(1);
    renderer->begin(circumstances, all.back());
    if (known) renderer->known(summary, all.back());
    for (std::size_t at = 0; at < families_.size(); ++at) {
      Socket socket;
      socket.inode = static_cast<Inode>(at);
      socket.family = families_[at];
      renderer->row(socket, all.emplace_back());
    }
    while (renderer->end(summary, all.emplace_back())) {
    }
    return all;
  }

  Layout layout;
  TextContext context;
  Circumstances circumstances{"web1", "b00t", "6.18.44", 1'795'244'889'123'456'789, 4'026'531'840};

 private:
  std::vector<Field> fields_;
  FakeRows rows_;
  std::vector<Family> families_;
};

inline Field fake_field(std::string_view name, std::string_view title, Type type, Align align = Align::left,
                        Unit unit = Unit::none) {
  Field field;
  field.name = name;
  field.title = title;
  field.type = type;
  field.align = align;
  field.unit = unit;
  return field;
}

inline Field text_field(std::string_view name, std::string_view title, Align align = Align::left) {
  return fake_field(name, title, Type::text, align);
}

inline Field number_field(std::string_view name, std::string_view title, Unit unit = Unit::none) {
  return fake_field(name, title, Type::integer, Align::right, unit);
}

inline Field percent_field(std::string_view name, std::string_view title) {
  return fake_field(name, title, Type::number, Align::right, Unit::percent);
}

/// So that literals and string_views both make text, never a bool.
inline Value text(std::string_view bytes) { return bytes; }
inline Value number(std::uint64_t value) { return value; }
inline constexpr std::monostate absent{};

}  // namespace skq::testing
