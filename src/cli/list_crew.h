// Rows become text on all processors: each worker has a renderer of its own, and what they make goes out in order.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kernel/ordered_work.h"
#include "skq/collect.h"
#include "skq/render.h"

namespace skq::cli {

class ListCrew final : public RowCrew {
 public:
  /// A renderer and what it prints with.
  struct Worker {
    TextContext context;
    std::unique_ptr<Renderer> renderer;
  };
  using MakeWorker = std::function<std::unique_ptr<Worker>()>;
  /// Called for what is ready, in order: so many rows, and their text or the like.
  using Show = std::function<void(MadeRows& made, std::size_t rows)>;

  /// Null: there is one processor, or this kind of renderer has to see every row itself.
  static std::unique_ptr<ListCrew> make(const MakeWorker& make_worker, Show show);

  void take(Part part) override;
  void finish() override { work_.finish(); }

  /// Makes the pieces of a renderer's end, and waits until all are shown. `show` is called as Show is.
  void print(Renderer& renderer, const std::function<void(std::string& text)>& show);

 private:
  ListCrew(std::unique_ptr<Worker> first, MakeWorker make_worker, Show show);

  Worker& worker(std::size_t number);
  /// A buffer that was shown has room for the next text.
  std::string buffer();
  void give_back(std::string buffer);

  MakeWorker make_worker_;
  Show show_;
  std::vector<std::unique_ptr<Worker>> workers_;  ///< each is only that worker's
  std::mutex mutex_;
  std::vector<std::string> buffers_;
  kernel::OrderedWork work_;  ///< the last, so that nobody works when the rest goes
};

}  // namespace skq::cli
