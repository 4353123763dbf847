// One snapshot's lines as one zstd frame, with its size in front and its checksum behind.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "skq/store.h"

namespace skq::store {

/// The first `head` bytes get a block of their own, so that they can be read without the rest.
Result<std::string> compress(std::string_view text, std::size_t head, int level);

/// Reads frames, one after the other with the same memory.
class FrameReader {
 public:
  FrameReader();
  ~FrameReader();

  /// The whole text. An Error: not whole, its checksum is wrong, or it or one of its lines is longer than the limits
  /// allow.
  Result<std::string> text(const ByteSource& file, std::uint64_t offset, std::uint64_t length,
                           const ReadLimits& limits);
  /// Of a line without its line feed; `whole`: it has one. False: enough.
  using TakeLine = std::function<bool(std::string_view line, bool whole)>;
  /// The same text line by line, with hardly more than one of them in memory; how long it was. Whether it is sound is
  /// known at the end only, and looked at also where the lines were enough before.
  Result<std::uint64_t> lines(const ByteSource& file, std::uint64_t offset, std::uint64_t length,
                              const ReadLimits& limits, const TakeLine& take);
  struct Line {
    std::string text;    ///< without its line feed
    bool alone = false;  ///< the frame's first block holds it and nothing else, as compress() makes it
  };
  /// The first line. `block` is the length of the frame as far as the end of its first block; 0: not known.
  Result<Line> first_line(const ByteSource& file, std::uint64_t offset, std::uint64_t length, std::uint64_t block = 0);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace skq::store
