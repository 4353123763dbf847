// Recordings of raw sock_diag datagrams, and a Source that replays one through the very code that reads the kernel.
//
// The file: the magic, then records, then nothing. All numbers are in the byte order of the machine that recorded,
// since the datagrams are, too.
//
//   magic     "skqcap" 0x1a 0x0a, u32 version (1), u32 0x01020304
//   record    u32 kind, u32 size, u32 CRC-32 of kind, size and body, body
//   kind 1    circumstances, always the first: i64 time_ns, u64 netns, then host, boot_id, kernel, each u32 size +
//   bytes kind 2    an exchange begins: u32 portid of our socket, then the request kind 3    a datagram of the
//   exchange: u32 flags (1: it was longer than the buffer), then its bytes kind 4    how receiving failed: u32 errno
//   kind 5    the end, always the last: u32 count of the records before it
//
// To add a kind: a number here, a line in CaptureWriter and one in the reader. Unknown kinds are an error, as a reader
// that leaves something out does not show what was recorded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/bytes.h"
#include "kernel/dump_reader.h"
#include "skq/source.h"

namespace skq::kernel {

/// Collects what a live source sees.
class CaptureWriter {
 public:
  explicit CaptureWriter(const Circumstances& circumstances);

  void begin_exchange(ByteSpan request, std::uint32_t portid);
  void datagram(ByteSpan bytes, bool cut);
  void failure(int error);
  /// Takes the last exchange back: it was a mere attempt.
  void drop_exchange();

  /// The whole file. The writer is spent.
  [[nodiscard]] std::vector<std::byte> finish();

 private:
  void append(std::uint32_t kind, std::initializer_list<ByteSpan> body);

  std::vector<std::byte> bytes_;
  std::uint32_t records_ = 0;
  std::size_t exchange_at_ = 0;  ///< where the last exchange begins
  std::uint32_t records_before_ = 0;
};

/// What a file holds; the spans point into the file's bytes.
struct Capture {
  struct Datagram {
    ByteSpan bytes;
    bool cut = false;
  };
  struct Exchange {
    ByteSpan request;
    Conversation conversation;
    std::vector<Datagram> datagrams;
    int error = 0;
  };
  Circumstances circumstances;
  std::vector<Exchange> exchanges;
};

/// An Error names the offset of what is wrong.
Result<Capture> read_capture(ByteSpan file);

/// Replays. A dump that the recording does not hold ends with ENODATA; owners were not recorded.
Result<std::unique_ptr<Source>> open_capture(std::vector<std::byte> file);

}  // namespace skq::kernel
