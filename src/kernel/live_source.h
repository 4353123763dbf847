// The running kernel as a Source: sock_diag dumps over one netlink socket, owners from /proc.
#pragma once

#include <optional>

#include "kernel/capture.h"
#include "kernel/netlink.h"
#include "skq/source.h"

namespace skq::kernel {

class LiveSource final : public Source {
 public:
  explicit LiveSource(NetlinkSocket socket) : socket_(std::move(socket)) {}

  Result<DumpEnd> dump(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row) override;
  Result<OwnerScan> owners(const OwnerScanRequest& request, Arena& arena) override;
  Result<Activity> activity(const ActivityRequest& request, Arena& arena) override;
  Circumstances circumstances() override;

  /// From now on every exchange also goes to `writer`, which must outlive the source; null ends it.
  void record(CaptureWriter* writer) { writer_ = writer; }

 private:
  Result<DumpEnd> dump_once(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row);
  /// Whether that error may be the tests' fault; then some kinds are given up for good.
  bool refuse(std::span<const KernelTest> tests, int error);
  Step receive_all(DumpReader& reader);
  Step receive_one(DumpReader& reader);
  Step take(DumpReader& reader, const NetlinkSocket::Received& received, ByteSpan datagram);

  std::optional<NetlinkSocket> socket_;  ///< empty after a dump that left datagrams behind
  CaptureWriter* writer_ = nullptr;
  std::uint32_t sequence_ = 0;
  KernelTestKinds refused_;  ///< tests that this kernel does not know or does not permit
  std::unique_ptr<std::byte[]> buffer_;
};

Result<std::unique_ptr<LiveSource>> open_live();

}  // namespace skq::kernel
