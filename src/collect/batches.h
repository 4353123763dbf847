// Rows that went out to be worked on while the next ones come: each batch with the arena that its rows stand in. What
// is done comes back, so a long dump needs no more of them than are worked on at a time.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "skq/collect.h"

namespace skq::collecting {

class Batches {
 public:
  /// The rows of the storage, which gets an empty arena for those that come.
  RowCrew::Part taken_from(Snapshot& storage) {
    std::shared_ptr<Batch> batch = idle_->take();
    std::swap(batch->arena, storage.arena);
    std::swap(batch->rows, storage.rows);
    return [batch = std::move(batch), idle = idle_](const RowSink& sink) {
      sink({batch->rows.data(), batch->rows.size()});
      batch->rows.clear();
      batch->arena.reset();
      idle->give(batch);
    };
  }

 private:
  struct Batch {
    Arena arena;
    std::vector<Socket*> rows;
  };

  /// Those that nobody uses. Shared with the batches, which may outlive us.
  class Idle {
   public:
    std::shared_ptr<Batch> take() {
      const std::lock_guard lock(mutex_);
      if (batches_.empty()) return std::make_shared<Batch>();
      auto batch = std::move(batches_.back());
      batches_.pop_back();
      return batch;
    }
    void give(std::shared_ptr<Batch> batch) {
      const std::lock_guard lock(mutex_);
      batches_.push_back(std::move(batch));
    }

   private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<Batch>> batches_;
  };

  std::shared_ptr<Idle> idle_ = std::make_shared<Idle>();
};

}  // namespace skq::collecting
