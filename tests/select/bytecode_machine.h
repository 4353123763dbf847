// What the kernel does with INET_DIAG_REQ_BYTECODE, written from its rules and not from our encoder: the audit that a
// program must pass, and the run over one socket (net/ipv4/inet_diag.c).
#pragma once

#include <linux/inet_diag.h>
#include <sys/socket.h>

#include <cstring>
#include <span>

#include "skq/socket.h"

namespace skq::test {

using Program = std::span<const std::byte>;

template <class T>
T read(Program program, std::size_t at) {
  T value{};
  if (at + sizeof value <= program.size()) std::memcpy(&value, program.data() + at, sizeof value);
  return value;
}

/// How many bytes an instruction of that kind needs; 0: no such kind.
inline std::size_t needed_size(Program program, std::size_t at) {
  const auto op = read<inet_diag_bc_op>(program, at);
  switch (op.code) {
    case 0:  // NOP
    case 1:  // JMP
    case 6:  // AUTO
      return 4;
    case 2:   // S_GE
    case 3:   // S_LE
    case 4:   // D_GE
    case 5:   // D_LE
    case 11:  // S_EQ
    case 12:  // D_EQ
    case 9:   // DEV_COND
      return 8;
    case 10:  // MARK_COND
    case 13:  // CGROUP_COND
      return 12;
    case 7:  // S_COND
    case 8:  // D_COND
    {
      const auto condition = read<inet_diag_hostcond>(program, at + 4);
      const std::size_t address = condition.family == AF_INET ? 4 : condition.family == AF_INET6 ? 16 : 0;
      if (condition.family != AF_UNSPEC && address == 0) return 0;
      if (condition.prefix_len > 8 * address) return 0;
      return 12 + address;
    }
    default:
      return 0;
  }
}

inline bool begins_instruction(Program program, std::size_t at) {
  std::size_t here = 0;
  while (here < at) {
    const std::size_t yes = read<inet_diag_bc_op>(program, here).yes;
    if (yes < 4 || yes % 4 != 0) return false;
    here += yes;
  }
  return here == at;
}

inline bool passes_audit(Program program) {
  if (program.size() < 4 || program.size() > 65531) return false;
  std::size_t at = 0;
  while (at < program.size()) {
    const auto op = read<inet_diag_bc_op>(program, at);
    const std::size_t left = program.size() - at, needed = needed_size(program, at);
    if (needed == 0 || needed > left) return false;
    if (op.code != 0) {
      if (op.no < needed || op.no > left + 4 || op.no % 4 != 0) return false;
      if (op.no < left && !begins_instruction(program, at + op.no)) return false;
    }
    if (op.yes < needed || op.yes > left + 4 || op.yes % 4 != 0) return false;
    at += op.yes;
  }
  return at == program.size();
}

/// What the kernel's socket has, which is not always what its row tells.
struct Entry {
  const InetPart* part = nullptr;
  Family family{};
  std::uint32_t mark = 0;
  std::uint64_t cgroup = 0;
};

inline bool same_bits(const std::byte* a, const std::byte* b, unsigned bits) {
  for (unsigned bit = 0; bit < bits; ++bit) {
    const auto mask = std::byte{0x80} >> static_cast<int>(bit % 8);
    if ((a[bit / 8] & mask) != (b[bit / 8] & mask)) return false;
  }
  return true;
}

inline bool host_holds(Program program, std::size_t at, const Entry& entry, bool local) {
  const auto condition = read<inet_diag_hostcond>(program, at + 4);
  if (condition.port != -1 && condition.port != (local ? entry.part->local_port : entry.part->peer_port)) return false;
  const std::byte* wanted = program.data() + at + 12;
  const std::byte* address = (local ? entry.part->local : entry.part->peer).bytes.data();
  const unsigned family = entry.family == Family::inet ? AF_INET : AF_INET6;
  if (condition.family != AF_UNSPEC && condition.family != family) {
    if (family != AF_INET6) return false;
    constexpr std::array<std::byte, 12> mapped{
        {{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, std::byte{0xff}, std::byte{0xff}}};
    return std::memcmp(address, mapped.data(), mapped.size()) == 0 &&
           same_bits(address + 12, wanted, condition.prefix_len);
  }
  return same_bits(address, wanted, condition.prefix_len);
}

inline bool holds(Program program, std::size_t at, const Entry& entry) {
  const InetPart& part = *entry.part;
  const std::uint16_t operand = read<inet_diag_bc_op>(program, at + 4).no;
  switch (read<inet_diag_bc_op>(program, at).code) {
    case 0:
      return true;
    case 1:
      return false;
    case 2:
      return part.local_port >= operand;
    case 3:
      return part.local_port <= operand;
    case 4:
      return part.peer_port >= operand;
    case 5:
      return part.peer_port <= operand;
    case 7:
    case 8:
      return host_holds(program, at, entry, read<inet_diag_bc_op>(program, at).code == 7);
    case 9:
      return read<std::uint32_t>(program, at + 4) == part.interface;
    case 10:
      return (entry.mark & read<std::uint32_t>(program, at + 8)) == read<std::uint32_t>(program, at + 4);
    case 13:
      return read<std::uint64_t>(program, at + 4) == entry.cgroup;
    default:
      return false;
  }
}

inline bool runs_to_end(Program program, const Entry& entry) {
  std::size_t at = 0;
  while (at < program.size()) {
    const auto op = read<inet_diag_bc_op>(program, at);
    at += holds(program, at, entry) ? op.yes : op.no;
  }
  return at == program.size();
}

}  // namespace skq::test
