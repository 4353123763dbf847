// The running kernel as a Source, one network namespace of it: sock_diag dumps over one netlink socket, owners from
// /proc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "kernel/bpf/iterators.h"
#include "kernel/bpf/unix_queues.h"
#include "kernel/capture.h"
#include "kernel/look_memory.h"
#include "kernel/netlink.h"
#include "skq/source.h"

namespace skq::kernel {

/// Runs something in another network namespace than the calling thread's.
using Inside = std::function<Status(const std::function<void()>&)>;

class LiveSource final : public Source {
 public:
  explicit LiveSource(NetlinkSocket socket, std::shared_ptr<SocketIterators> iterators = nullptr)
      : socket_(std::move(socket)), iterators_(std::move(iterators)) {}
  /// Of the namespace that the socket was opened in; rows are told that they are of `netns`, which has to outlive the
  /// source. `inside` is empty for the calling thread's own.
  LiveSource(NetlinkSocket socket, const NetNamespace* netns, Inside inside, std::shared_ptr<SocketIterators> iterators)
      : socket_(std::move(socket)), netns_(netns), inside_(std::move(inside)), iterators_(std::move(iterators)) {}

  Result<DumpEnd> dump(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row) override;
  Result<OwnerScan> owners(const OwnerScanRequest& request, Arena& arena) override;
  Result<Activity> activity(const ActivityRequest& request, Arena& arena) override;
  Circumstances circumstances() override;
  std::vector<Gap> gaps() override;
  std::string remark() override;

  /// From now on every exchange also goes to `writer`, which must outlive the source; null ends it.
  void record(CaptureWriter* writer) { writer_ = writer; }

  /// Owners are found with what earlier looks have read.
  void remember(std::shared_ptr<LookMemory> memory) { memory_ = std::move(memory); }

 private:
  Result<DumpEnd> dump_tested(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row);
  Result<DumpEnd> dump_once(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row);
  Status open_socket();
  std::optional<UnixQueues> read_queues(const DumpRequest& request);
  void substitute(const DumpRequest& request, const std::function<bool(Socket&)>& row, DumpEnd& end);
  Status run_inside(const std::function<void()>& work);
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
  std::optional<NetNamespace> own_netns_;  ///< looked up when asked for
  const NetNamespace* netns_ = nullptr;
  Inside inside_;
  std::shared_ptr<SocketIterators> iterators_;  ///< null: facts come from netlink and /proc alone
  std::shared_ptr<LookMemory> memory_;          ///< null: of every look it is the first
};

/// Those of an earlier look, or new ones, whose programs are loaded at once where they are required.
Result<std::shared_ptr<SocketIterators>> make_iterators(BpfUse bpf, LookMemory* memory);

Result<std::unique_ptr<LiveSource>> open_live();

}  // namespace skq::kernel
