// One snapshot's lines as one zstd frame, with its size in front and its checksum behind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "skq/store.h"

namespace skq::store {

/// The first `head` bytes get a block of their own, so that they can be read without the rest.
Result<std::string> compress(std::string_view text, std::size_t head, int level);

/// The whole text. An Error: not whole, its checksum is wrong, or it is longer than the limits allow.
Result<std::string> decompress(const ByteSource& file, std::uint64_t offset, std::uint64_t length,
                               const ReadLimits& limits);

/// The first line, without its line feed.
Result<std::string> first_line(const ByteSource& file, std::uint64_t offset, std::uint64_t length);

}  // namespace skq::store
