#include "skq/kernel_test.h"

namespace skq {
namespace {

using Kind = KernelTest::Kind;

enum class Outcome : std::uint8_t { never, sometimes, always };

class Simplifier {
 public:
  Simplifier(std::span<const KernelTest> from, KernelTestKinds without) : from_(from), without_(without) {}

  std::vector<KernelTest> run() {
    switch (copy()) {
      case Outcome::always:
        return {};
      case Outcome::never:
        return {KernelTest{.kind = Kind::any}};
      case Outcome::sometimes:
        return std::move(to_);
    }
    return {};
  }

 private:
  // What is missing at the end is true: a tree that was cut lets more through.
  Outcome copy() {
    if (at_ >= from_.size()) return Outcome::always;
    const KernelTest& test = from_[at_++];
    if (test.kind == Kind::all || test.kind == Kind::any) return copy_group(test);
    if (test.kind == Kind::anything || without_.has(test.kind)) return Outcome::always;
    to_.push_back(test);
    return Outcome::sometimes;
  }

  Outcome copy_group(const KernelTest& group) {
    const Outcome empty = group.kind == Kind::all ? Outcome::always : Outcome::never;
    const Outcome deciding = group.kind == Kind::all ? Outcome::never : Outcome::always;
    const auto header = static_cast<std::ptrdiff_t>(to_.size());
    to_.push_back(group);
    std::uint32_t kept = 0;
    bool decided = false;
    for (std::uint32_t member = 0; member < group.count; ++member) {
      const bool missing = at_ == from_.size();
      const Outcome outcome = copy();
      decided = decided || outcome == deciding;
      if (outcome == Outcome::sometimes) ++kept;
      if (missing) break;
    }
    if (decided || kept == 0) {
      to_.resize(static_cast<std::size_t>(header));
      return decided ? deciding : empty;
    }
    if (kept == 1)
      to_.erase(to_.begin() + header);
    else
      to_[static_cast<std::size_t>(header)].count = kept;
    return Outcome::sometimes;
  }

  std::span<const KernelTest> from_;
  KernelTestKinds without_;
  std::size_t at_ = 0;
  std::vector<KernelTest> to_;
};

}  // namespace

std::vector<KernelTest> simplified(std::span<const KernelTest> tests, KernelTestKinds without) {
  return Simplifier(tests, without).run();
}

}  // namespace skq
