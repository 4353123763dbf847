// What BPF iterators tell: who holds which socket, several times faster than /proc, and of unix sockets what sock_diag
// does not say. An optional part of the build; without it, without the rights (root, or CAP_BPF and CAP_PERFMON) or on
// a kernel that cannot do it, everything here gives an Error and the caller does without.
//
// Nothing is loaded before the first question. What could not be loaded once is not tried again.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/bpf/rows.h"
#include "skq/result.h"
#include "skq/source.h"

struct skq_programs;

namespace skq::kernel {

using OwnerRow = skq_owner_row;
using QueueRow = skq_queue_row;

class SocketIterators {
 public:
  explicit SocketIterators(BpfUse use);
  SocketIterators(const SocketIterators&) = delete;
  SocketIterators& operator=(const SocketIterators&) = delete;
  ~SocketIterators();

  [[nodiscard]] BpfUse use() const { return use_; }
  [[nodiscard]] bool is_loaded() const { return programs_ != nullptr; }
  /// Whether there is any hope: not where it was forbidden or failed before.
  [[nodiscard]] bool may_work() const { return use_ != BpfUse::never && !failure_; }

  /// Loads the programs unless they are.
  Status load();

  /// Every descriptor of every process of the calling thread's pid namespace that is a socket.
  Status owners(const std::function<void(const OwnerRow&)>& row);

  /// Every unix socket of the calling thread's network namespace. `expected`: about how many there are; when there are
  /// more than that, it is done again with more room, so none is left out.
  Result<std::vector<QueueRow>> queues(std::size_t expected);

  /// Why it did not work; empty: it did, or was not asked.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  struct Unload {
    void operator()(skq_programs* programs) const;
  };

  Status load_with_room(std::size_t rows);
  Error fail(Error error);
  Result<std::size_t> count_queues();
  Result<std::vector<QueueRow>> copy_rows(std::size_t count);

  BpfUse use_;
  std::unique_ptr<skq_programs, Unload> programs_;
  std::size_t room_ = 0;  ///< for queue rows
  std::optional<Error> failure_;
};

}  // namespace skq::kernel
