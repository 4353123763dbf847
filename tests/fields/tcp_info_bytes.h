// struct tcp_info by member names, so that a test says only what it is about.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "model/tcp_info.h"

namespace skq::test {

class TcpInfoBytes {
 public:
  /// All members that are not named are 0, but for `reordering`, which begins at 3.
  TcpInfoBytes(std::initializer_list<std::pair<std::string_view, std::uint64_t>> members) {
    const model::TcpInfoMember& last = model::tcp_info_members.back();
    bytes_.resize(std::size_t{last.offset} + last.size);
    set("reordering", 3);
    for (const auto& [name, value] : members) set(name, value);
  }

  [[nodiscard]] std::span<const std::byte> span() const { return bytes_; }

 private:
  void set(std::string_view name, std::uint64_t value) {
    const model::TcpInfoMember* member = model::find_tcp_info(name);
    ASSERT_NE(member, nullptr) << name;
    std::byte* const at = bytes_.data() + member->offset;
    if (member->bit_width != 0) {
      const unsigned shift =
          std::endian::native == std::endian::little ? member->bit : 8U - member->bit - member->bit_width;
      *at |= static_cast<std::byte>(value << shift);
      return;
    }
    for (std::size_t i = 0; i < member->size; ++i) {
      const std::size_t place = std::endian::native == std::endian::little ? i : member->size - 1 - i;
      at[place] = static_cast<std::byte>(value >> (8 * i));
    }
  }

  std::vector<std::byte> bytes_;
};

}  // namespace skq::test
