#include "kernel/bytecode.h"

#include <linux/inet_diag.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <optional>

namespace skq::kernel {
namespace {

using Kind = KernelTest::Kind;

// Younger than some C libraries' linux/inet_diag.h.
constexpr std::uint8_t bc_mark_cond = 10, bc_cgroup_cond = 13;

/// A place in the program that is jumped to before it is known.
using Label = std::size_t;

struct Instruction {
  inet_diag_bc_op op{};
  std::size_t at = 0;
  Label otherwise = 0;  ///< where `no` leads
};

class Generator {
 public:
  explicit Generator(std::span<const KernelTest> tests) : tests_(tests) {}

  std::vector<std::byte> run() {
    const Label reject = new_label();
    fall_through(reject);
    const std::size_t end = bytes_.size();
    if (at_ != tests_.size() || end > longest_bytecode) return {};
    labels_[reject] = end + sizeof(inet_diag_bc_op);
    for (Instruction& instruction : instructions_) {
      instruction.op.no = static_cast<std::uint16_t>(labels_[instruction.otherwise] - instruction.at);
      std::memcpy(bytes_.data() + instruction.at, &instruction.op, sizeof instruction.op);
    }
    return std::move(bytes_);
  }

 private:
  // Goes on behind the next test's instructions where it holds, else at `no`.
  void fall_through(Label no) {
    const KernelTest* test = next();
    if (test == nullptr) return;
    if (test->kind == Kind::all) {
      for (std::uint32_t member = 0; member < test->count; ++member) fall_through(no);
    } else if (test->kind == Kind::any) {
      if (test->count == 0) return jump(no);
      const Label yes = new_label();
      for (std::uint32_t member = 1; member < test->count; ++member) jump_if(yes);
      fall_through(no);
      place(yes);
    } else if (test->negated) {
      const Label holds = new_label();
      leaf(*test, holds);
      jump(no);
      place(holds);
    } else {
      leaf(*test, no);
    }
  }

  // Goes on at `yes` where the next test holds, else behind its instructions.
  void jump_if(Label yes) {
    const KernelTest* test = next();
    if (test == nullptr) return;
    if (test->kind == Kind::any) {
      for (std::uint32_t member = 0; member < test->count; ++member) jump_if(yes);
    } else if (test->kind == Kind::all) {
      if (test->count == 0) return jump(yes);
      const Label no = new_label();
      for (std::uint32_t member = 1; member < test->count; ++member) fall_through(no);
      jump_if(yes);
      place(no);
    } else if (test->negated) {
      leaf(*test, yes);
    } else {
      const Label no = new_label();
      leaf(*test, no);
      jump(yes);
      place(no);
    }
  }

  const KernelTest* next() {
    if (at_ < tests_.size() && bytes_.size() <= longest_bytecode) return &tests_[at_++];
    at_ = tests_.size() + 1;  // nothing comes of it
    return nullptr;
  }

  Label new_label() {
    labels_.push_back(0);
    return labels_.size() - 1;
  }
  void place(Label label) { labels_[label] = bytes_.size(); }

  void jump(Label to) { emit(INET_DIAG_BC_JMP, {}, to); }

  void leaf(const KernelTest& test, Label no) {
    switch (test.kind) {
      case Kind::at_least:
        return port(test.peer ? INET_DIAG_BC_D_GE : INET_DIAG_BC_S_GE, test, no);
      case Kind::at_most:
        return port(test.peer ? INET_DIAG_BC_D_LE : INET_DIAG_BC_S_LE, test, no);
      case Kind::host:
        return host(test, no);
      case Kind::device:
        return emit(INET_DIAG_BC_DEV_COND, bytes_of(test.value), no);
      case Kind::mark:
        return emit(bc_mark_cond, bytes_of(std::array<std::uint32_t, 2>{test.value, test.mask}), no);
      case Kind::cgroup:
        return emit(bc_cgroup_cond, bytes_of(test.cgroup), no);
      case Kind::all:
      case Kind::any:
      case Kind::anything:
        return;
    }
  }

  // The port stands where a second instruction would have its `no`.
  void port(std::uint8_t code, const KernelTest& test, Label no) {
    inet_diag_bc_op operand{};
    operand.no = test.port.value_or(0);
    emit(code, bytes_of(operand), no);
  }

  // INET_DIAG_BC_S_EQ would be shorter for a port alone, but older kernels have only this.
  void host(const KernelTest& test, Label no) {
    inet_diag_hostcond condition{};
    condition.port = test.port ? *test.port : -1;
    std::size_t address_size = 0;
    if (test.family) {
      const bool v4 = *test.family == Family::inet;
      condition.family = v4 ? AF_INET : AF_INET6;
      condition.prefix_len = test.bits;
      address_size = v4 ? 4 : 16;
    }
    std::array<std::byte, sizeof condition + sizeof(Address)> payload{};
    std::memcpy(payload.data(), &condition, sizeof condition);
    std::memcpy(payload.data() + sizeof condition, test.address.bytes.data(), address_size);
    emit(test.peer ? INET_DIAG_BC_D_COND : INET_DIAG_BC_S_COND,
         std::span(payload).first(sizeof condition + address_size), no);
  }

  template <class T>
  static std::span<const std::byte> bytes_of(const T& value) {
    return std::as_bytes(std::span(&value, 1));
  }

  void emit(std::uint8_t code, std::span<const std::byte> payload, Label no) {
    Instruction instruction{.at = bytes_.size(), .otherwise = no};
    instruction.op.code = code;
    instruction.op.yes = static_cast<std::uint8_t>(sizeof instruction.op + payload.size());
    bytes_.resize(bytes_.size() + sizeof instruction.op);
    bytes_.insert(bytes_.end(), payload.begin(), payload.end());
    instructions_.push_back(instruction);
  }

  std::span<const KernelTest> tests_;
  std::size_t at_ = 0;
  std::vector<std::byte> bytes_;
  std::vector<Instruction> instructions_;
  std::vector<std::size_t> labels_;
};

}  // namespace

std::vector<std::byte> encode_tests(std::span<const KernelTest> tests) {
  const std::vector<KernelTest> needed = simplified(tests);
  if (needed.empty()) return {};
  return Generator(needed).run();
}

}  // namespace skq::kernel
