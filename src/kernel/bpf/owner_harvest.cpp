#include "kernel/bpf/owner_harvest.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "kernel/parallel.h"
#include "kernel/proc_dir.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

// Microseconds of one processor, rounded: measured with 300 processes that have few descriptors and with 100 000
// descriptors in a few. /proc is read by several threads at once, so loading has to be the cheaper by more than that.
constexpr std::size_t to_load = 10000;
constexpr std::size_t to_visit_process = 20;
constexpr std::size_t to_read_descriptor = 2;

/// All open files of the host: few more than descriptors, and cheap to ask. 0 where /proc does not tell.
std::size_t open_files(int proc) {
  constexpr std::size_t limit = 256;
  std::string text;
  if (read_file_at(proc, "sys/fs/file-nr", limit, text) != 0) return 0;
  return to_number<std::size_t>(std::string_view(text).substr(0, text.find('\t'))).value_or(0);
}

class Gathering {
 public:
  explicit Gathering(const ScanTask& task) : task_(task) {}

  void take(const OwnerRow& row) {
    if (pids_.empty() || pids_.back() != row.pid) pids_.push_back(row.pid);
    const std::uint32_t wanted = task_.wanted->find(row.inode);
    if (wanted != InodeIndex::absent) harvest_.findings.push_back({wanted, holder_of(row), row.fd, 0});
    // pidfd_getfd reads the leader's table.
    if (task_.seen != nullptr && (row.flags & skq_owner_by_leader) != 0 &&
        task_.seen->find(row.inode) == InodeIndex::absent)
      harvest_.strangers.push_back({Inode{row.inode}, row.pid, row.fd});
  }

  IteratorHarvest finish() {
    if (task_.process_details) read_details();
    std::sort(pids_.begin(), pids_.end());
    return {std::move(harvest_), std::move(pids_)};
  }

 private:
  /// Rows of one process mostly follow each other; of threads with a table of their own they come later.
  std::uint32_t holder_of(const OwnerRow& row) {
    if (!harvest_.holders.empty() && harvest_.holders.back().pid == row.pid)
      return static_cast<std::uint32_t>(harvest_.holders.size() - 1);
    const auto place = static_cast<std::uint32_t>(harvest_.holders.size());
    const auto [known, is_new] = places_.emplace(row.pid, place);
    if (!is_new) return known->second;
    Holder holder;
    holder.pid = row.pid;
    holder.comm = std::string(row.comm, ::strnlen(row.comm, sizeof row.comm));
    holder.process = place;
    harvest_.holders.push_back(std::move(holder));
    return place;
  }

  void read_details() {
    constexpr std::size_t for_one_worker = 16;
    harvest_.processes.resize(harvest_.holders.size());
    run_parallel(harvest_.holders.size(), for_one_worker, [&](std::size_t at) {
      const UniqueFd process = open_place(task_.proc, ProcPath(harvest_.holders[at].pid).c_str());
      if (process.valid()) harvest_.processes[at] = read_process_text(process.get());
    });
  }

  const ScanTask& task_;
  Harvest harvest_;
  std::unordered_map<int, std::uint32_t> places_;
  std::vector<int> pids_;
};

}  // namespace

bool is_for_iterator(const SocketIterators& iterators, const ScanTask& task, std::size_t processes) {
  if (!iterators.may_work() || task.threads || task.contexts) return false;
  if (iterators.is_loaded() || iterators.use() == BpfUse::require) return true;
  return processes * to_visit_process + open_files(task.proc) * to_read_descriptor > to_load;
}

Result<IteratorHarvest> harvest_by_iterator(SocketIterators& iterators, const ScanTask& task) {
  Gathering gathering(task);
  const Status read = iterators.owners([&](const OwnerRow& row) { gathering.take(row); });
  if (!read) return read.error();
  return gathering.finish();
}

}  // namespace skq::kernel
