#include "kernel/capture.h"

#include <array>
#include <string_view>

#include "kernel/capture_format.h"
#include "kernel/checksum.h"

namespace skq::kernel {
namespace {

template <class T>
ByteSpan bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

ByteSpan bytes_of_text(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

CaptureWriter::CaptureWriter(const Circumstances& circumstances) {
  const ByteSpan magic = bytes_of(capture_magic);
  bytes_.assign(magic.begin(), magic.end());
  const auto size = [](const std::string& text) { return static_cast<std::uint32_t>(text.size()); };
  const std::uint32_t host = size(circumstances.host);
  const std::uint32_t boot_id = size(circumstances.boot_id);
  const std::uint32_t kernel = size(circumstances.kernel);
  append(static_cast<std::uint32_t>(RecordKind::circumstances),
         {bytes_of(circumstances.time_ns), bytes_of(circumstances.netns), bytes_of(host),
          bytes_of_text(circumstances.host), bytes_of(boot_id), bytes_of_text(circumstances.boot_id), bytes_of(kernel),
          bytes_of_text(circumstances.kernel)});
}

void CaptureWriter::begin_exchange(ByteSpan request, std::uint32_t portid) {
  exchange_at_ = bytes_.size();
  records_before_ = records_;
  append(static_cast<std::uint32_t>(RecordKind::exchange), {bytes_of(portid), request});
}

void CaptureWriter::datagram(ByteSpan bytes, bool cut) {
  const std::uint32_t flags = cut ? datagram_cut : 0;
  append(static_cast<std::uint32_t>(RecordKind::datagram), {bytes_of(flags), bytes});
}

void CaptureWriter::failure(int error) {
  const auto code = static_cast<std::uint32_t>(error);
  append(static_cast<std::uint32_t>(RecordKind::failure), {bytes_of(code)});
}

void CaptureWriter::drop_exchange() {
  if (exchange_at_ == 0) return;
  bytes_.resize(exchange_at_);
  records_ = records_before_;
  exchange_at_ = 0;
}

std::vector<std::byte> CaptureWriter::finish() {
  const std::uint32_t before = records_;
  append(static_cast<std::uint32_t>(RecordKind::end), {bytes_of(before)});
  return std::move(bytes_);
}

void CaptureWriter::append(std::uint32_t kind, std::initializer_list<ByteSpan> body) {
  RecordHeader header{.kind = kind};
  for (const ByteSpan part : body) header.size += static_cast<std::uint32_t>(part.size());
  header.checksum = header_checksum(header);
  for (const ByteSpan part : body) header.checksum = checksum(part, header.checksum);
  const ByteSpan head = bytes_of(header);
  bytes_.insert(bytes_.end(), head.begin(), head.end());
  for (const ByteSpan part : body) bytes_.insert(bytes_.end(), part.begin(), part.end());
  ++records_;
}

}  // namespace skq::kernel
