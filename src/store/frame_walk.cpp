#include "store/frame_walk.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

namespace skq::store {
namespace {

constexpr std::uint32_t frame_magic = 0xfd2fb528, skippable_magic = 0x184d2a50, skippable_mask = 0xfffffff0;
constexpr std::string_view magic_bytes("\x28\xb5\x2f\xfd", 4);
constexpr std::uint64_t longest_header = 18, block_header = 3, checksum_size = 4, skippable_header = 8;
constexpr std::uint32_t largest_block = 1U << 17U;

std::uint32_t little_endian(std::span<const std::byte> bytes, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t at = count; at-- > 0;) value = value << 8U | std::to_integer<std::uint32_t>(bytes[at]);
  return value;
}

struct Header {
  std::uint64_t size = 0;
  bool checksum = false;
};

// Frame_Header_Descriptor: two bits of content size, single segment, unused, reserved, checksum, two of dictionary id.
std::optional<Header> read_header(std::span<const std::byte> bytes) {
  constexpr std::array<std::uint64_t, 4> content_sizes{0, 2, 4, 8}, dictionary_sizes{0, 1, 2, 4};
  constexpr std::size_t descriptor_at = 4;
  if (bytes.size() <= descriptor_at || little_endian(bytes, 4) != frame_magic) return std::nullopt;
  const auto descriptor = std::to_integer<unsigned>(bytes[descriptor_at]);
  if ((descriptor & 8U) != 0) return std::nullopt;
  const bool single_segment = (descriptor & 32U) != 0;
  std::uint64_t size = descriptor_at + 1 + (single_segment ? 0 : 1) + dictionary_sizes[descriptor & 3U];
  const std::uint64_t content = content_sizes[descriptor >> 6U];
  size += content == 0 && single_segment ? 1 : content;
  return Header{size, (descriptor & 4U) != 0};
}

Result<std::size_t> read_some(const ByteSource& file, std::uint64_t offset, std::span<std::byte> to) {
  return file.read(offset, to);
}

Result<Walk> walk_blocks(const ByteSource& file, std::uint64_t offset, std::uint64_t length, bool checksum,
                         WalkBudget& budget) {
  enum : std::uint32_t { raw, run, compressed, reserved };
  std::array<std::byte, block_header> bytes{};
  std::uint64_t first_block = 0;
  for (bool last = false; !last;) {
    if (budget.blocks == 0) return Walk{};
    --budget.blocks;
    const auto got = read_some(file, offset + length, bytes);
    if (!got) return got.error();
    if (*got < bytes.size()) return Walk{WalkEnd::torn};
    const std::uint32_t header = little_endian(bytes, block_header);
    const std::uint32_t type = header >> 1U & 3U, size = header >> 3U;
    last = (header & 1U) != 0;
    if (type == reserved || size > largest_block) return Walk{};
    length += block_header + (type == run ? 1 : size);
    if (first_block == 0) first_block = length;
  }
  length += checksum ? checksum_size : 0;
  if (offset + length > file.size()) return Walk{WalkEnd::torn};
  return Walk{WalkEnd::whole, length, false, first_block};
}

}  // namespace

WalkBudget budget_for(std::uint64_t file_size) {
  constexpr std::uint64_t least = 100'000;
  // A file may have a size of nothing but holes: what is in proportion to it is bounded for itself.
  constexpr std::uint64_t most_blocks = std::uint64_t{1} << 24, most_heads = std::uint64_t{1} << 20,
                          most_bytes = std::uint64_t{1} << 31;
  return {least + std::min(file_size / 64, most_blocks), least / 10 + std::min(file_size / 4096, most_heads),
          (std::uint64_t{1} << 28) + std::min(file_size, most_bytes / 4) * 4,
          (std::uint64_t{1} << 26) + std::min(file_size, most_bytes / 4) * 4};
}

Result<Walk> walk_frame(const ByteSource& file, std::uint64_t offset, WalkBudget& budget) {
  std::array<std::byte, longest_header> bytes{};
  const auto got = read_some(file, offset, bytes);
  if (!got) return got.error();
  const std::span<const std::byte> begin = std::span(bytes).first(*got);
  if (begin.size() < sizeof frame_magic) {
    const bool begins = std::memcmp(begin.data(), magic_bytes.data(), begin.size()) == 0;
    return Walk{begins ? WalkEnd::torn : WalkEnd::none};
  }
  const std::uint32_t magic = little_endian(begin, 4);
  if ((magic & skippable_mask) == skippable_magic) {
    if (begin.size() < skippable_header) return Walk{WalkEnd::torn};
    const std::uint64_t length = skippable_header + little_endian(begin.subspan(4), 4);
    return Walk{offset + length > file.size() ? WalkEnd::torn : WalkEnd::whole, length, true};
  }
  if (magic != frame_magic) return Walk{};
  if (begin.size() == sizeof magic) return Walk{WalkEnd::torn};
  const auto header = read_header(begin);
  if (!header) return Walk{};
  return walk_blocks(file, offset, header->size, header->checksum, budget);
}

Result<std::optional<std::uint64_t>> find_magic(const ByteSource& file, std::uint64_t from, WalkBudget& budget) {
  constexpr std::size_t step = std::size_t{1} << 16;
  std::vector<std::byte> bytes(step);
  while (from < file.size() && budget.bytes > 0) {
    const auto got = read_some(file, from, bytes);
    if (!got) return got.error();
    if (*got < magic_bytes.size()) break;
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), *got);
    const std::size_t at = text.find(magic_bytes);
    budget.bytes -= std::min<std::uint64_t>(budget.bytes, std::min(at, *got));
    if (at != std::string_view::npos) return std::optional(from + at);
    from += *got - (magic_bytes.size() - 1);  // it may lie across the border
  }
  return std::optional<std::uint64_t>();
}

}  // namespace skq::store
