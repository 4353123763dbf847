#include "store/frame.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

namespace skq::store {
namespace {

constexpr int largest_window_log = 27;  // what zstd's own tools take without being asked
constexpr std::size_t first_step = std::size_t{1} << 18, careful_step = std::size_t{1} << 24;
constexpr std::size_t usual_line = std::size_t{1} << 12, longest_line = std::size_t{1} << 18;  // of a head

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
Error failed(std::string_view doing, std::uint64_t offset, std::string_view why) {
  return Error{std::string(doing) + " at offset " + std::to_string(offset) + ": " + std::string(why), 0};
}

constexpr std::string_view doing = "read the snapshot";

Result<std::vector<std::byte>> bytes_of(const ByteSource& file, std::uint64_t offset, std::uint64_t length) {
  std::vector<std::byte> bytes(length);
  auto got = file.read(offset, bytes);
  if (!got) return got.error();
  bytes.resize(*got);
  return bytes;
}

/// The frame as it stands there, unless it cannot be one that is read.
Result<std::vector<std::byte>> packed_text(const ByteSource& file, std::uint64_t offset, std::uint64_t length,
                                           const ReadLimits& limits) {
  // Compressed text that is longer than the text may be is not worth reading.
  if (length > limits.frame + limits.frame / 64 + 1024) return failed(doing, offset, "too long");
  auto packed = bytes_of(file, offset, length);
  if (!packed) return packed.error();
  const unsigned long long claimed = ZSTD_getFrameContentSize(packed->data(), packed->size());
  if (claimed == ZSTD_CONTENTSIZE_ERROR) return failed(doing, offset, "no zstd frame");
  if (claimed != ZSTD_CONTENTSIZE_UNKNOWN && claimed > limits.frame) return failed(doing, offset, "too long");
  return packed;
}

/// Sees to it that no line is longer than it may be.
class Lines {
 public:
  explicit Lines(std::uint64_t longest) : longest_(longest) {}
  /// False: one is. `text` is what there is so far.
  bool bear(std::string_view text) {
    for (std::size_t end = text.find('\n', seen_); end != std::string_view::npos; end = text.find('\n', end + 1)) {
      if (end - begin_ > longest_) return false;
      begin_ = end + 1;
    }
    seen_ = text.size();
    return seen_ - begin_ <= longest_;
  }

 private:
  std::uint64_t longest_;
  std::size_t seen_ = 0, begin_ = 0;
};

/// Room is made as text comes, so that what a frame claims costs nothing; and the more carefully the more there is.
std::uint64_t more_room(std::uint64_t size, std::uint64_t most) {
  return std::min<std::uint64_t>(size < careful_step ? size * 4 : size * 2, most);
}

}  // namespace

Result<std::string> compress(std::string_view text, std::size_t head, int level) {
  const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
  if (!context) return Error{"compress", 0};
  ZSTD_CCtx* const to = context.get();
  ZSTD_CCtx_setParameter(to, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(to, ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_setParameter(to, ZSTD_c_contentSizeFlag, 1);
  ZSTD_CCtx_setPledgedSrcSize(to, text.size());
  std::string frame(ZSTD_compressBound(head) + ZSTD_compressBound(text.size()), '\0');
  ZSTD_outBuffer out{frame.data(), frame.size(), 0};
  ZSTD_inBuffer in{text.data(), head, 0};
  std::size_t left = ZSTD_compressStream2(to, &out, &in, ZSTD_e_flush);
  if (left == 0) {
    in.size = text.size();
    left = ZSTD_compressStream2(to, &out, &in, ZSTD_e_end);
  }
  if (left != 0) return Error{std::string("compress: ") + ZSTD_getErrorName(left), 0};
  frame.resize(out.pos);
  return frame;
}

struct FrameReader::Context {
  ZSTD_DCtx* zstd = ZSTD_createDCtx();
  std::string buffer;
  std::string line = std::string(usual_line, '\0');

  Context() {
    if (zstd != nullptr) ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, largest_window_log);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { ZSTD_freeDCtx(zstd); }
  bool begin() { return zstd != nullptr && ZSTD_isError(ZSTD_DCtx_reset(zstd, ZSTD_reset_session_only)) == 0; }
};

FrameReader::FrameReader() : context_(std::make_unique<Context>()) {}
FrameReader::~FrameReader() = default;

Result<std::string> FrameReader::text(const ByteSource& file, std::uint64_t offset, std::uint64_t length,
                                      const ReadLimits& limits) {
  const auto packed = packed_text(file, offset, length, limits);
  if (!packed) return packed.error();
  const unsigned long long claimed = ZSTD_getFrameContentSize(packed->data(), packed->size());
  const bool unknown = claimed == ZSTD_CONTENTSIZE_UNKNOWN;
  if (!context_->begin()) return failed(doing, offset, "out of memory");
  // A frame that claims less than it has is none.
  const std::uint64_t most = unknown ? limits.frame : std::max<std::uint64_t>(claimed, 1);
  std::string text(std::min<std::uint64_t>(first_step, most), '\0');
  Lines lines(limits.line);
  ZSTD_inBuffer in{packed->data(), packed->size(), 0};
  ZSTD_outBuffer out{text.data(), text.size(), 0};
  for (;;) {
    const std::size_t before = in.pos + out.pos;
    const std::size_t left = ZSTD_decompressStream(context_->zstd, &out, &in);
    if (ZSTD_isError(left) != 0) return failed(doing, offset, ZSTD_getErrorName(left));
    if (!lines.bear(std::string_view(text).substr(0, out.pos))) return failed(doing, offset, "a line is too long");
    if (left == 0) break;
    if (out.pos == out.size && out.size < most && in.pos + out.pos != before) {
      text.resize(more_room(text.size(), most));
      out = {text.data(), text.size(), out.pos};
    } else if (in.pos + out.pos == before) {
      return failed(doing, offset, out.pos == out.size ? "too long" : "cut short");
    }
  }
  text.resize(out.pos);
  return text;
}

Result<std::uint64_t> FrameReader::lines(const ByteSource& file, std::uint64_t offset, std::uint64_t length,
                                         const ReadLimits& limits, const TakeLine& take) {
  const auto packed = packed_text(file, offset, length, limits);
  if (!packed) return packed.error();
  if (!context_->begin()) return failed(doing, offset, "out of memory");
  std::string& buffer = context_->buffer;
  // Not known is the largest number.
  const std::uint64_t claimed = ZSTD_getFrameContentSize(packed->data(), packed->size());
  buffer.resize(std::clamp<std::uint64_t>(claimed, usual_line, first_step));
  ZSTD_inBuffer in{packed->data(), packed->size(), 0};
  std::uint64_t total = 0;
  std::size_t held = 0;  // of a line whose end is not there yet
  bool goes_on = true;
  for (std::size_t left = 1; left != 0;) {
    if (held == buffer.size()) buffer.resize(buffer.size() * 2);
    const std::size_t before = in.pos;
    ZSTD_outBuffer out{buffer.data(), buffer.size(), held};
    left = ZSTD_decompressStream(context_->zstd, &out, &in);
    if (ZSTD_isError(left) != 0) return failed(doing, offset, ZSTD_getErrorName(left));
    if (left != 0 && out.pos == held && in.pos == before) return failed(doing, offset, "cut short");
    total += out.pos - held;
    if (total > limits.frame) return failed(doing, offset, "too long");
    const std::string_view text(buffer.data(), out.pos);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n', held); end != std::string_view::npos; end = text.find('\n', begin)) {
      if (end - begin > limits.line) return failed(doing, offset, "a line is too long");
      goes_on = goes_on && take(text.substr(begin, end - begin), true);
      begin = end + 1;
    }
    held = text.size() - begin;
    if (held > limits.line) return failed(doing, offset, "a line is too long");
    std::memmove(buffer.data(), buffer.data() + begin, held);
  }
  if (held > 0 && goes_on) static_cast<void>(take(std::string_view(buffer.data(), held), false));
  return total;
}

Result<FrameReader::Line> FrameReader::first_line(const ByteSource& file, std::uint64_t offset, std::uint64_t length,
                                                  std::uint64_t block) {
  constexpr std::string_view reading = "read the head of the snapshot";
  if (!context_->begin()) return failed(reading, offset, "out of memory");
  std::string& line = context_->line;
  ZSTD_outBuffer out{line.data(), line.size(), 0};
  // Enough for our own heads at the first try; a frame that others compressed again may need its whole first block.
  std::uint64_t at = 0;
  for (std::uint64_t step = block != 0 ? block : 2048; at < length; at += step, step = 1U << 16U) {
    step = std::min(step, length - at);
    const auto packed = bytes_of(file, offset + at, step);
    if (!packed) return packed.error();
    ZSTD_inBuffer in{packed->data(), packed->size(), 0};
    for (;;) {
      const std::size_t from = out.pos;
      const std::size_t left = ZSTD_decompressStream(context_->zstd, &out, &in);
      if (ZSTD_isError(left) != 0) return failed(reading, offset, ZSTD_getErrorName(left));
      const std::size_t end = std::string_view(line.data(), out.pos).find('\n', from);
      const bool alone = at == 0 && block != 0 && end + 1 == out.pos && out.pos < out.size;
      if (end != std::string_view::npos) return Line{line.substr(0, end), alone};
      if (left == 0) return failed(reading, offset, "there is none");
      if (out.pos < out.size) break;  // it wants more input
      if (out.size == longest_line) return failed(reading, offset, "too long");
      line.resize(longest_line);
      out = {line.data(), line.size(), out.pos};
    }
  }
  return failed(reading, offset, "there is none");
}

}  // namespace skq::store
