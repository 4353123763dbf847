#include <algorithm>
#include <bit>
#include <cerrno>

#include "kernel/capture.h"
#include "kernel/request.h"

namespace skq::kernel {
namespace {

class CaptureSource final : public Source {
 public:
  CaptureSource(std::vector<std::byte> file, Capture capture) : file_(std::move(file)), capture_(std::move(capture)) {
    netns_.inode = capture_.circumstances.netns;
  }

  Result<DumpEnd> dump(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row) override {
    const Fit found = find(request);
    if (found.exchange == nullptr) return DumpEnd{.error = ENODATA};
    DumpEnd end = replay(*found.exchange, request, arena, [&](Socket& socket) {
      if (netns_.inode != 0) socket.netns = &netns_;
      return row(socket);
    });
    end.narrowed = !found.whole();
    end.recorded = true;
    return end;
  }

  // Descriptors are not in the datagrams: nothing is known of any owner, which is not the same as nobody.
  Result<OwnerScan> owners(const OwnerScanRequest&, Arena&) override {
    return Error{"owners unknown: a recording does not tell which process holds a socket", 0};
  }

  Circumstances circumstances() override { return capture_.circumstances; }

 private:
  static DumpEnd replay(const Capture::Exchange& exchange, const DumpRequest& request, Arena& arena,
                        const std::function<bool(Socket&)>& row) {
    DumpReader reader(request, exchange.conversation, true, arena, row);
    for (const Capture::Datagram& datagram : exchange.datagrams) {
      if (reader.feed(datagram.bytes, datagram.cut) != Step::more) return reader.end();
    }
    if (exchange.error != 0) {
      reader.fail(exchange.error);
      return reader.end();
    }
    DumpEnd end = reader.end();
    end.truncated = true;  // no NLMSG_DONE was recorded
    return end;
  }

  /// A recorded exchange, seen from what is asked now.
  struct Fit {
    const Capture::Exchange* exchange = nullptr;
    bool same = false;        ///< the very request
    bool same_tests = false;  ///< narrowed by nothing, or by what is asked now
    StateSet missing;         ///< asked states that were not recorded
    [[nodiscard]] bool whole() const { return same_tests && missing.empty(); }
  };

  // The one that leaves out least, if possible made by the very request. What was interrupted was done again: of equal
  // requests the last. Of others the first, since what is asked apart is asked later and for less.
  [[nodiscard]] Fit find(const DumpRequest& request) const {
    const std::vector<std::byte> wanted = request_bytes(request, 0);
    const auto key = key_of(wanted);
    const ByteSpan tests = tests_in(wanted);
    Fit best;
    for (const Capture::Exchange& exchange : capture_.exchanges) {
      if (key_of(exchange.request) != key) continue;
      const ByteSpan recorded = tests_in(exchange.request);
      const Fit fit{.exchange = &exchange,
                    .same = std::ranges::equal(body(exchange.request), body(wanted)),
                    .same_tests = recorded.empty() || std::ranges::equal(recorded, tests),
                    .missing = request.states & ~recorded_states(request.family, exchange)};
      if (best.exchange == nullptr || is_better(fit, best)) best = fit;
    }
    return best;
  }

  static StateSet recorded_states(Family family, const Capture::Exchange& exchange) {
    if (!row_of(family).has_states) return ~StateSet();
    return states_in(exchange.request).value_or(~StateSet());
  }

  static bool is_better(const Fit& a, const Fit& b) {
    if (a.same_tests != b.same_tests) return a.same_tests;
    const int missing_a = std::popcount(a.missing.bits()), missing_b = std::popcount(b.missing.bits());
    if (missing_a != missing_b) return missing_a < missing_b;
    if (a.same != b.same) return a.same;
    return std::ranges::equal(body(a.exchange->request), body(b.exchange->request));
  }

  static ByteSpan body(ByteSpan request) { return request.subspan(std::min(sizeof(nlmsghdr), request.size())); }

  std::vector<std::byte> file_;  // capture_ points into it
  Capture capture_;
  NetNamespace netns_;  ///< its name is not recorded; inode 0: neither
};

}  // namespace

Result<std::unique_ptr<Source>> open_capture(std::vector<std::byte> file) {
  Result<Capture> capture = read_capture(file);
  if (!capture) return capture.error();
  return std::unique_ptr<Source>(std::make_unique<CaptureSource>(std::move(file), std::move(*capture)));
}

}  // namespace skq::kernel
