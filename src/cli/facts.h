// Named values in place of rows of sockets: what -s and --limits say to programs, in every format but table.
//
// A fact's name is a path. json nests it, {"tcp":{"estab":3}}; jsonl makes one flat key of it, tcp_estab; raw and csv
// write one fact a line behind its path, tcp.estab.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "skq/render.h"
#include "skq/snapshot.h"

namespace skq::cli {

struct Fact {
  std::vector<std::string> path;
  Value value;
  std::string text;  ///< what a text value points to
};

class Facts {
 public:
  using Path = std::initializer_list<std::string_view>;
  /// Facts with a common beginning have to come one after the other. What is absent becomes null.
  void add(Path path, std::optional<std::uint64_t> value);
  void add(Path path, std::optional<double> value);
  void add(Path path, std::uint64_t value) { add(path, std::optional(value)); }
  void add(Path path, double value) { add(path, std::optional(value)); }
  /// A template, so that no number turns into a bool unseen.
  template <class T>
  requires std::same_as<T, bool>
  void add(Path path, T value) { push(path, Value(value)); }
  void add_text(Path path, std::optional<std::string_view> value);
  void add_nothing(Path path) { add(path, std::optional<std::uint64_t>()); }

  [[nodiscard]] const std::vector<Fact>& all() const { return list_; }

 private:
  void push(Path path, Value value);
  std::vector<Fact> list_;
};

/// Where and when, and what is missing; `key` is the document's, "summary".
struct FactsHead {
  std::string_view key;
  std::string_view version;
  Circumstances circumstances;
  std::vector<Gap> gaps;
  bool header = true;    ///< raw, csv: the line of titles
  bool stamped = false;  ///< raw, csv: each line begins with ts
};

/// Never for Format::table, whose text each command makes by itself.
std::string facts_text(const Facts& facts, Format format, const FactsHead& head);

}  // namespace skq::cli
