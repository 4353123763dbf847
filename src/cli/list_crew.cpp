#include "cli/list_crew.h"

#include <utility>

namespace skq::cli {

std::unique_ptr<ListCrew> ListCrew::make(const MakeWorker& make_worker, Show show) {
  if (!kernel::OrderedWork::pays()) return nullptr;
  auto first = make_worker();
  if (first == nullptr) return nullptr;
  return std::unique_ptr<ListCrew>(new ListCrew(std::move(first), make_worker, std::move(show)));
}

ListCrew::ListCrew(std::unique_ptr<Worker> first, MakeWorker make_worker, Show show)
    : make_worker_(std::move(make_worker)), show_(std::move(show)) {
  workers_.resize(work_.workers());
  workers_.front() = std::move(first);
}

void ListCrew::take(Part part) {
  work_.add([this, part = std::move(part)](std::size_t number) {
    Renderer& renderer = *worker(number).renderer;
    std::string text = buffer();
    std::size_t count = 0;
    part([&](std::span<const Socket* const> rows) {
      for (const Socket* const row : rows) renderer.row(*row, text);
      count += rows.size();
    });
    std::shared_ptr<MadeRows> made = renderer.made(std::move(text));
    return [this, made, count] {
      show_(*made, count);
      give_back(std::move(made->text));
    };
  });
}

void ListCrew::print(Renderer& renderer, const std::function<void(std::string& text)>& show) {
  for (std::size_t piece = 0; piece < renderer.pieces(); ++piece) {
    work_.add([this, &renderer, &show, piece](std::size_t /*worker*/) {
      auto text = std::make_shared<std::string>(buffer());
      renderer.piece(piece, *text);
      return [this, &show, text] {
        show(*text);
        give_back(std::move(*text));
      };
    });
  }
  finish();
}

ListCrew::Worker& ListCrew::worker(std::size_t number) {
  auto& worker = workers_[number];
  if (worker == nullptr) worker = make_worker_();
  return *worker;
}

std::string ListCrew::buffer() {
  const std::lock_guard lock(mutex_);
  if (buffers_.empty()) return {};
  std::string taken = std::move(buffers_.back());
  buffers_.pop_back();
  return taken;
}

void ListCrew::give_back(std::string buffer) {
  buffer.clear();
  const std::lock_guard lock(mutex_);
  buffers_.push_back(std::move(buffer));
}

}  // namespace skq::cli
