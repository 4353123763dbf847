// One process of a look at threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "kernel/look_context.h"
#include "kernel/thread_look.h"

namespace skq::kernel {

/// What one process brings home.
struct ProcessNotes {
  ProcessActivity activity;
  std::vector<ThreadNotes> threads;
  std::vector<DescriptorsInFlight> in_flight;
  std::vector<Inode> in_io_uring;
};

class ProcessLook {
 public:
  ProcessLook(LookContext& context, int pid);
  ProcessLook(const ProcessLook&) = delete;
  ProcessLook& operator=(const ProcessLook&) = delete;

  /// False: it has ended, or this /proc does not show it.
  [[nodiscard]] bool exists() const { return place_.has_value(); }
  [[nodiscard]] std::size_t threads() const { return tids_.size(); }

  /// Threads from `first` on; any number of workers may each read others.
  void read_threads(std::size_t first, std::size_t count);
  /// After all threads. Empty: it has ended meanwhile, and its number may be another's.
  std::optional<ProcessNotes> finish();

 private:
  bool read_stat(ThreadStat& stat);
  void open(int pid);
  void read_details();
  void read_tracer();
  void read_freezer();
  std::size_t word_size();
  int find_vfork_child();
  void read_tables();
  void keep_holds();
  bool read_table(int tid);
  void read_descriptor(int tid, const char* name, int fd, const char* link, std::size_t length);

  LookContext& context_;
  UniqueFd process_, task_;
  std::optional<EpollWatch> epolls_;
  std::optional<ThreadsPlace> place_;
  std::vector<int> tids_;
  std::vector<std::optional<ThreadNotes>> found_;  // by place in tids_
  ProcessNotes notes_;
  std::vector<Inode> holds_;
  bool all_tables_read_ = true;
  std::string text_, comm_, cgroups_;
};

}  // namespace skq::kernel
