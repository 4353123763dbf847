// Recordings: captures of skq, and what ss -D writes. Checksums would keep a fuzzer out, so each record's checksum is
// made right before reading: what is tested is what a deliberately made file can do.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kernel/capture.h"
#include "kernel/capture_format.h"
#include "kernel/ss_dump.h"

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

void replay(Result<std::unique_ptr<Source>> source) {
  if (!source) return;
  Arena arena;
  for (const Family family : {Family::unix_domain, Family::inet, Family::inet6, Family::netlink, Family::packet}) {
    const DumpRequest request{family, Netid::tcp, ~StateSet{}, {}, false};
    static_cast<void>((*source)->dump(request, arena, [](Socket&) { return true; }));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  // What is made of a file of ss is always a good capture, however bad the file is.
  auto of_ss = kernel::open_capture(kernel::capture_of_ss_dump(bytes, {}));
  if (!of_ss) std::abort();
  replay(std::move(of_ss));
  static_cast<void>(kernel::is_ss_dump(bytes));

  std::vector<std::byte> file(bytes.begin(), bytes.end());
  make_checksums_right(file);
  replay(kernel::open_capture(std::move(file)));
  return 0;
}
