#include "kernel/recording.h"

#include <algorithm>
#include <array>

#include "kernel/capture.h"
#include "kernel/capture_format.h"
#include "kernel/ss_dump.h"

namespace skq::kernel {
namespace {

using Opened = Result<std::unique_ptr<Source>>;

bool is_capture(ByteSpan begin) {
  const auto name = read_at<std::array<char, 8>>(begin);
  return name && *name == capture_magic.name;
}

Opened open_own(InputFile& file) { return open_capture(std::move(file.bytes())); }

Opened open_ss(InputFile& file) {
  Circumstances circumstances;
  circumstances.time_ns = file.modified_ns().value_or(0);  // ss does not write when it was
  return open_capture(capture_of_ss_dump(file.bytes(), circumstances));
}

struct FormatRow {
  bool (*recognizes)(ByteSpan begin);
  Opened (*open)(InputFile& file);
};
constexpr std::array formats{FormatRow{is_capture, open_own}, FormatRow{is_ss_dump, open_ss}};

// Enough to tell the formats apart, and to refuse what would never end.
constexpr std::size_t beginning = 4096;
constexpr std::size_t largest = std::size_t{4} << 30U;

}  // namespace

Opened open_recording(const std::string& path) {
  auto file = InputFile::open(path);
  if (!file) return file.error();
  return open_recording(std::move(*file));
}

Opened open_recording(InputFile file) {
  if (const Status status = file.read_up_to(beginning); !status) return status.error();
  for (const FormatRow& format : formats) {
    if (!format.recognizes(file.bytes())) continue;
    if (const Status status = file.read_all(largest); !status) return status.error();
    auto source = format.open(file);
    if (!source) return Error{file.name() + ": " + source.error().doing, source.error().code};
    return source;
  }
  return Error{file.name() + ": not a recording of skq record, skq -D or ss -D", 0};
}

}  // namespace skq::kernel
