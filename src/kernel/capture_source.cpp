#include <fcntl.h>
#include <linux/netlink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/unique_fd.h"
#include "kernel/capture.h"
#include "kernel/request.h"

namespace skq::kernel {
namespace {

class CaptureSource final : public Source {
 public:
  CaptureSource(std::vector<std::byte> file, Capture capture) : file_(std::move(file)), capture_(std::move(capture)) {}

  Result<DumpEnd> dump(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row) override {
    const Capture::Exchange* exchange = find(request);
    if (exchange == nullptr) return DumpEnd{.error = ENODATA};
    DumpReader reader(request, exchange->conversation, true, arena, row);
    for (const Capture::Datagram& datagram : exchange->datagrams) {
      if (reader.feed(datagram.bytes, datagram.cut) != Step::more) return reader.end();
    }
    if (exchange->error != 0) {
      reader.fail(exchange->error);
      return reader.end();
    }
    DumpEnd end = reader.end();
    end.truncated = true;  // no NLMSG_DONE was recorded
    return end;
  }

  // Descriptors are not in the datagrams: nothing is known of any owner, which is not the same as nobody.
  Result<OwnerScan> owners(const OwnerScanRequest&, Arena&) override {
    OwnerScan scan;
    scan.hidden_processes = true;
    return scan;
  }

  Circumstances circumstances() override { return capture_.circumstances; }

 private:
  // The very same request where it was recorded, else the first of that family and protocol.
  [[nodiscard]] const Capture::Exchange* find(const DumpRequest& request) const {
    const std::vector<std::byte> wanted = request_bytes(request, 0);
    const auto wanted_key = key_of(wanted);
    const Capture::Exchange* alike = nullptr;
    for (const Capture::Exchange& exchange : capture_.exchanges) {
      if (key_of(exchange.request) != wanted_key) continue;
      if (std::ranges::equal(body(exchange.request), body(wanted))) return &exchange;
      if (alike == nullptr) alike = &exchange;
    }
    return alike;
  }

  static ByteSpan body(ByteSpan request) { return request.subspan(std::min(sizeof(nlmsghdr), request.size())); }

  std::vector<std::byte> file_;  // capture_ points into it
  Capture capture_;
};

}  // namespace

Result<std::unique_ptr<Source>> open_capture(std::vector<std::byte> file) {
  Result<Capture> capture = read_capture(file);
  if (!capture) return capture.error();
  return std::unique_ptr<Source>(std::make_unique<CaptureSource>(std::move(file), std::move(*capture)));
}

Result<std::unique_ptr<Source>> open_capture_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return Error{"open " + path, errno};
  std::vector<std::byte> file;
  std::array<std::byte, 65536> part;  // NOLINT(*-member-init): read() writes it
  for (;;) {
    const ssize_t size = ::read(fd.get(), part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Error{"read " + path, errno};
    if (size == 0) break;
    file.insert(file.end(), part.begin(), part.begin() + size);
  }
  Result<std::unique_ptr<Source>> source = open_capture(std::move(file));
  if (!source) return Error{path + ": " + source.error().doing, source.error().code};
  return source;
}

}  // namespace skq::kernel
