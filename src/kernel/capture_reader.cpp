#include <string_view>

#include "kernel/capture.h"
#include "kernel/capture_format.h"
#include "kernel/request.h"

namespace skq::kernel {
namespace {

/// Where reading stands, so that an error can name the place.
class Reader {
 public:
  explicit Reader(ByteSpan file) : file_(file) {}

  Result<Capture> read() {
    if (!read_magic()) return wrong();
    bool ended = false;
    while (!ended) {
      if (!read_record(ended)) return wrong();
    }
    if (at_ != file_.size()) {
      static_cast<void>(say("bytes follow the end"));
      return wrong();
    }
    return std::move(capture_);
  }

 private:
  struct Record {
    RecordKind kind{};
    ByteSpan body;
  };

  [[nodiscard]] Error wrong() const { return Error{"read capture: " + wrong_ + " at byte " + std::to_string(at_), 0}; }

  // False, so that a check can say what is wrong and fail in one line.
  bool say(std::string_view what) {
    wrong_ = what;
    return false;
  }

  bool read_magic() {
    const auto magic = read_at<CaptureMagic>(file_);
    if (!magic || magic->name != capture_magic.name) return say("not a capture of skq");
    if (magic->byte_order != capture_magic.byte_order) return say("recorded on a machine of another byte order");
    if (magic->version != capture_magic.version) return say("unknown version " + std::to_string(magic->version));
    at_ = sizeof(CaptureMagic);
    return true;
  }

  bool read_record(bool& ended) {
    const auto header = read_at<RecordHeader>(file_, at_);
    if (!header) return say("the file ends within a record");
    const ByteSpan rest = file_.subspan(at_ + sizeof(RecordHeader));
    if (header->size > rest.size()) return say("the file ends within a record");
    const Record record{static_cast<RecordKind>(header->kind), rest.first(header->size)};
    if (checksum(record.body, header_checksum(*header)) != header->checksum) return say("wrong checksum");
    if ((records_ == 0) != (record.kind == RecordKind::circumstances)) return say("circumstances must come first");
    if (!take(record, ended)) return false;
    ++records_;
    at_ += sizeof(RecordHeader) + header->size;
    return true;
  }

  bool take(const Record& record, bool& ended) {
    switch (record.kind) {
      case RecordKind::circumstances:
        return take_circumstances(record.body);
      case RecordKind::exchange:
        return take_exchange(record.body);
      case RecordKind::datagram:
        return take_datagram(record.body);
      case RecordKind::failure:
        return take_failure(record.body);
      case RecordKind::end:
        ended = true;
        return read_at<std::uint32_t>(record.body) == records_ || say("records are missing");
    }
    return say("unknown kind of record");
  }

  bool take_circumstances(ByteSpan body) {
    Circumstances& to = capture_.circumstances;
    const auto time = read_at<std::int64_t>(body);
    const auto netns = read_at<std::uint64_t>(body, sizeof(std::int64_t));
    if (!time || !netns) return say("short circumstances");
    to.time_ns = *time;
    to.netns = *netns;
    body = body.subspan(sizeof(std::int64_t) + sizeof(std::uint64_t));
    return take_text(body, to.host) && take_text(body, to.boot_id) && take_text(body, to.kernel);
  }

  bool take_text(ByteSpan& body, std::string& to) {
    const auto size = read_at<std::uint32_t>(body);
    if (!size || *size > body.size() - sizeof(std::uint32_t)) return say("short circumstances");
    const ByteSpan text = body.subspan(sizeof(std::uint32_t), *size);
    to.assign(reinterpret_cast<const char*>(text.data()), text.size());
    body = body.subspan(sizeof(std::uint32_t) + *size);
    return true;
  }

  bool take_exchange(ByteSpan body) {
    const auto portid = read_at<std::uint32_t>(body);
    if (!portid) return say("short exchange");
    const ByteSpan request = body.subspan(sizeof(std::uint32_t));
    const auto sequence = sequence_of(request);
    if (!sequence || !key_of(request)) return say("short request");
    capture_.exchanges.push_back({.request = request, .conversation = {*sequence, *portid}, .datagrams = {}});
    return true;
  }

  bool take_datagram(ByteSpan body) {
    const auto flags = read_at<std::uint32_t>(body);
    if (!flags) return say("short datagram");
    if (capture_.exchanges.empty()) return say("a datagram before any request");
    const ByteSpan bytes = body.subspan(sizeof(std::uint32_t));
    capture_.exchanges.back().datagrams.push_back({bytes, (*flags & datagram_cut) != 0});
    return true;
  }

  bool take_failure(ByteSpan body) {
    const auto error = read_at<std::uint32_t>(body);
    if (!error) return say("short failure");
    if (capture_.exchanges.empty()) return say("a failure before any request");
    capture_.exchanges.back().error = static_cast<int>(*error);
    return true;
  }

  ByteSpan file_;
  std::size_t at_ = 0;
  std::uint32_t records_ = 0;
  std::string wrong_;
  Capture capture_;
};

}  // namespace

Result<Capture> read_capture(ByteSpan file) { return Reader(file).read(); }

}  // namespace skq::kernel
