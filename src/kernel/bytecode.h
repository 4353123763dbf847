// KernelTests as the instructions of INET_DIAG_REQ_BYTECODE.
//
// Facts (net/ipv4/inet_diag.c, inet_diag_bc_run and inet_diag_bc_audit): every instruction has two distances, `yes` and
// `no`, multiples of four and forward only. The audit walks by `yes`, so that is always the instruction's own size, and
// `no` must lead to the begin of one. A row is sent when the program is left exactly at its end; four bytes behind the
// end is the way out for the others. Distances and the attribute's length have 16 bits.
#pragma once

#include <span>
#include <vector>

#include "skq/kernel_test.h"

namespace skq::kernel {

inline constexpr std::size_t longest_bytecode = 65528;

/// The attribute's value. Empty: every row passes, or the program would be longer than the kernel reads.
std::vector<std::byte> encode_tests(std::span<const KernelTest> tests);

}  // namespace skq::kernel
