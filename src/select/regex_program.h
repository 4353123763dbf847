// A regular expression as a nondeterministic automaton over classes of characters that no set of it tells apart.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "select/regex_syntax.h"

namespace skq::select {

/// Which characters are alike: a class is a range of codes.
class CodeClasses {
 public:
  explicit CodeClasses(const RegexNode& root);
  [[nodiscard]] std::uint16_t of(char32_t code) const { return code < ascii_.size() ? ascii_[code] : look_up(code); }
  [[nodiscard]] std::size_t size() const { return starts_.size(); }

 private:
  void collect(const RegexNode& node);
  void add(const CodeSet& set);
  [[nodiscard]] std::uint16_t look_up(char32_t code) const;

  std::vector<char32_t> starts_;  ///< the first code of each class
  std::array<std::uint16_t, 128> ascii_{};
};

struct RegexStep {
  enum class Kind : std::uint8_t { take, fork, begin, end, boundary, no_boundary, found };
  Kind kind{};
  std::uint16_t set = 0;    ///< take: which set
  std::uint16_t next = 0;   ///< where to go on
  std::uint16_t other = 0;  ///< fork: or there
};

struct RegexProgram {
  explicit RegexProgram(const RegexNode& root) : classes(root) {}

  CodeClasses classes;
  std::vector<std::vector<bool>> sets;  ///< by class
  std::vector<RegexStep> steps;
  std::uint16_t start = 0;
};

/// Empty when {n,m} blow it up beyond all reason.
std::optional<RegexProgram> compile_regex(const RegexNode& root);

}  // namespace skq::select
