#include "select/regex_program.h"

#include <algorithm>

namespace skq::select {
namespace {

constexpr std::size_t most_steps = 4000;

using Kind = RegexNode::Kind;

/// Emits backwards, from what follows to what comes first: every step then knows where to go on.
class RegexCompiler {
 public:
  explicit RegexCompiler(RegexProgram& program) : program_(program) {}

  std::uint16_t emit(const RegexNode& node, std::uint16_t next) {
    if (full()) return next;
    switch (node.kind) {
      case Kind::set:
        return step({RegexStep::Kind::take, set_of(node.set), next, 0});
      case Kind::sequence:
        // NOLINTNEXTLINE(modernize-loop-convert): backwards, and clang 14 cannot read std::views::reverse
        for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part) next = emit(*part, next);
        return next;
      case Kind::choice:
        return choice(node, next);
      case Kind::repeat:
        return repeat(node, next);
      case Kind::begin:
        return step({RegexStep::Kind::begin, 0, next, 0});
      case Kind::end:
        return step({RegexStep::Kind::end, 0, next, 0});
      case Kind::boundary:
        return step({RegexStep::Kind::boundary, 0, next, 0});
      case Kind::no_boundary:
        return step({RegexStep::Kind::no_boundary, 0, next, 0});
    }
    return next;
  }

  std::uint16_t step(RegexStep step) {
    program_.steps.push_back(step);
    return static_cast<std::uint16_t>(program_.steps.size() - 1);
  }

  [[nodiscard]] bool full() const { return program_.steps.size() > most_steps; }

 private:
  std::uint16_t choice(const RegexNode& node, std::uint16_t next) {
    std::uint16_t entry = emit(node.parts.back(), next);
    for (auto part = std::next(node.parts.rbegin()); part != node.parts.rend(); ++part) {
      entry = step({RegexStep::Kind::fork, 0, emit(*part, next), entry});
    }
    return entry;
  }

  std::uint16_t repeat(const RegexNode& node, std::uint16_t next) {
    const RegexNode& part = node.parts.front();
    if (node.most == RegexNode::unlimited) {
      const std::uint16_t loop = step({RegexStep::Kind::fork, 0, 0, next});
      const std::uint16_t body = emit(part, loop);
      program_.steps[loop].next = body;
      next = loop;
    } else {
      const std::uint16_t after = next;
      for (unsigned n = node.least; n < node.most && !full(); ++n)
        next = step({RegexStep::Kind::fork, 0, emit(part, next), after});
    }
    for (unsigned n = 0; n < node.least && !full(); ++n) {
      const std::size_t before = program_.steps.size();
      next = emit(part, next);
      if (program_.steps.size() == before) break;  // nothing, however often: ((){1000}){1000}
    }
    return next;
  }

  std::uint16_t set_of(const CodeSet& set) {
    std::vector<bool> classes(program_.classes.size());
    for (const CodeRange& range : set) {
      const std::size_t last = program_.classes.of(range.last);
      for (std::size_t i = program_.classes.of(range.first); i <= last; ++i) classes[i] = true;
    }
    const auto known = std::find(program_.sets.begin(), program_.sets.end(), classes);
    const auto index = static_cast<std::uint16_t>(known - program_.sets.begin());
    if (known == program_.sets.end()) program_.sets.push_back(std::move(classes));
    return index;
  }

  RegexProgram& program_;
};

}  // namespace

CodeClasses::CodeClasses(const RegexNode& root) {
  starts_.push_back(0);
  add(word_codes());
  collect(root);
  std::sort(starts_.begin(), starts_.end());
  starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());
  for (std::size_t code = 0; code < ascii_.size(); ++code) ascii_.at(code) = look_up(static_cast<char32_t>(code));
}

void CodeClasses::add(const CodeSet& set) {
  for (const CodeRange& range : set) {
    starts_.push_back(range.first);
    starts_.push_back(range.last + 1);
  }
}

void CodeClasses::collect(const RegexNode& node) {
  add(node.set);
  for (const RegexNode& part : node.parts) collect(part);
}

std::uint16_t CodeClasses::look_up(char32_t code) const {
  return static_cast<std::uint16_t>(std::upper_bound(starts_.begin(), starts_.end(), code) - starts_.begin() - 1);
}

std::optional<RegexProgram> compile_regex(const RegexNode& root) {
  RegexProgram program(root);
  RegexCompiler compiler(program);
  const std::uint16_t found = compiler.step({RegexStep::Kind::found, 0, 0, 0});
  program.start = compiler.emit(root, found);
  if (compiler.full()) return std::nullopt;
  return program;
}

}  // namespace skq::select
