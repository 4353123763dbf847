// The capture reader. Checksums would keep a fuzzer out, so each record's checksum is made right before reading: what
// is tested is what a deliberately made file can do.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernel/capture.h"
#include "kernel/capture_format.h"

namespace {

using namespace skq;

void make_checksums_right(std::vector<std::byte>& file) {
  std::size_t at = sizeof(kernel::CaptureMagic);
  while (auto header = kernel::read_at<kernel::RecordHeader>(file, at)) {
    const std::size_t body = at + sizeof *header;
    if (header->size > file.size() - body) return;
    header->checksum = kernel::checksum(std::span(file).subspan(body, header->size), kernel::header_checksum(*header));
    std::memcpy(file.data() + at, &*header, sizeof *header);
    at = body + header->size;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  std::vector<std::byte> file(bytes.begin(), bytes.end());
  make_checksums_right(file);
  auto source = kernel::open_capture(std::move(file));
  if (!source) return 0;
  Arena arena;
  for (const Family family : {Family::unix_domain, Family::inet, Family::inet6, Family::netlink, Family::packet}) {
    const DumpRequest request{family, Netid::tcp, ~StateSet{}, {}, false};
    static_cast<void>((*source)->dump(request, arena, [](Socket&) { return true; }));
  }
  return 0;
}
