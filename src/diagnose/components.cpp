#include "diagnose/components.h"

#include <algorithm>

namespace skq::diagnosing {
namespace {

class Walk {
 public:
  explicit Walk(const std::vector<std::vector<std::size_t>>& edges) : edges_(edges), nodes_(edges.size()) {}

  std::vector<std::vector<std::size_t>> run() {
    for (std::size_t node = 0; node < nodes_.size(); ++node)
      if (nodes_[node].number == 0) walk_from(node);
    return std::move(components_);
  }

 private:
  struct Node {
    std::size_t number = 0, lowest = 0, next_edge = 0;
    bool is_open = false;
  };

  void open(std::size_t node) {
    nodes_[node].number = nodes_[node].lowest = ++count_;
    nodes_[node].is_open = true;
    open_.push_back(node);
    path_.push_back(node);
  }

  void walk_from(std::size_t start) {
    open(start);
    while (!path_.empty()) {
      const std::size_t node = path_.back();
      if (nodes_[node].next_edge < edges_[node].size()) {
        const std::size_t target = edges_[node][nodes_[node].next_edge++];
        if (nodes_[target].number == 0)
          open(target);
        else if (nodes_[target].is_open)
          nodes_[node].lowest = std::min(nodes_[node].lowest, nodes_[target].number);
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) nodes_[path_.back()].lowest = std::min(nodes_[path_.back()].lowest, nodes_[node].lowest);
      if (nodes_[node].lowest == nodes_[node].number) close(node);
    }
  }

  void close(std::size_t root) {
    auto& component = components_.emplace_back();
    while (nodes_[root].is_open) {
      component.push_back(open_.back());
      nodes_[open_.back()].is_open = false;
      open_.pop_back();
    }
  }

  const std::vector<std::vector<std::size_t>>& edges_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> open_, path_;
  std::vector<std::vector<std::size_t>> components_;
  std::size_t count_ = 0;
};

}  // namespace

std::vector<std::vector<std::size_t>> strong_components(const std::vector<std::vector<std::size_t>>& edges) {
  return Walk(edges).run();
}

}  // namespace skq::diagnosing
