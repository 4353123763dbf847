#include "collect/inode_order.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace skq::collecting {
namespace {

constexpr unsigned digit_bits = 11, digits = 3;  // of 32 bits
constexpr std::size_t digit_values = std::size_t{1} << digit_bits;
constexpr std::size_t worth_counting = 4 * digit_values;

std::size_t digit_of(Inode inode, unsigned digit) {
  return static_cast<std::uint32_t>(inode) >> digit * digit_bits & (digit_values - 1);
}

// By one digit after the other, the lowest first: for a hundred thousand some ten times as fast as by comparing.
void sort_by_digits(std::vector<Inode>& inodes) {
  std::vector<Inode> other(inodes.size());
  for (unsigned digit = 0; digit < digits; ++digit) {
    std::array<std::size_t, digit_values + 1> starts{};
    for (const Inode inode : inodes) ++starts[digit_of(inode, digit) + 1];
    for (std::size_t at = 1; at <= digit_values; ++at) starts[at] += starts[at - 1];
    for (const Inode inode : inodes) other[starts[digit_of(inode, digit)]++] = inode;
    inodes.swap(other);
  }
}

}  // namespace

void sort_unique(std::vector<Inode>& inodes) {
  if (inodes.size() < worth_counting)
    std::sort(inodes.begin(), inodes.end());
  else
    sort_by_digits(inodes);
  inodes.erase(std::unique(inodes.begin(), inodes.end()), inodes.end());
}

}  // namespace skq::collecting
