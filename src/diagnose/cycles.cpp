// The wait-for graph: from a waiting thread to the threads that would have to act, and the circles in it.
#include <algorithm>
#include <unordered_map>

#include "diagnose/components.h"
#include "diagnose/proof.h"
#include "diagnose/scene_index.h"

namespace skq::diagnosing {
namespace {

bool may_be_in_circle(const SceneIndex& scene, const Waiting& waiting) {
  if (!is_asleep(waiting) || !is_single_minded(waiting) || !scene.is_long(waiting)) return false;
  if (waiting.wait->what == WaitFor::receive)
    return waiting.socket->state != State::listen && waiting.socket->recv_q.value_or(0) == 0;
  return proof_of(scene, waiting).has_value();
}

class Graph {
 public:
  explicit Graph(const SceneIndex& scene) : scene_(scene) {
    for (const Waiting& waiting : scene.waits())
      if (waits_for_room(waiting) && may_be_in_circle(scene, waiting)) node_of(waiting);
    // Nodes are added while their edges are found.
    for (std::size_t node = 0; node < nodes_.size(); ++node) edges_[node] = targets_of(*nodes_[node]);
  }

  std::vector<std::vector<const Waiting*>> circles() const {
    std::vector<std::vector<const Waiting*>> found;
    for (std::vector<std::size_t>& component : strong_components(edges_)) {
      std::sort(component.begin(), component.end());
      if (is_deadlock(component)) found.push_back(in_order(component));
    }
    return found;
  }

 private:
  std::size_t node_of(const Waiting& waiting) {
    const auto [at, is_new] = numbers_.emplace(&waiting, nodes_.size());
    if (is_new) {
      nodes_.push_back(&waiting);
      edges_.emplace_back();
    }
    return at->second;
  }

  // Nobody's wait is a part of a circle while somebody outside may still end it.
  std::vector<std::size_t> targets_of(const Waiting& waiting) {
    const Socket* other = scene_.other_side(waiting).socket;
    if (other == nullptr) return {};
    std::vector<const Waiting*> next;
    for (const Holding& holding : scene_.responsible_for(*other, waiting.process)) {
      if (holding.waiting == nullptr || !may_be_in_circle(scene_, *holding.waiting)) return {};
      if (holding.attends) {
        if (!scene_.elapsed_ns()) scene_.wants_time();
        return {};
      }
      next.push_back(holding.waiting);
    }
    std::vector<std::size_t> targets;
    for (const Waiting* one : next) targets.push_back(node_of(*one));
    return targets;
  }

  bool is_deadlock(const std::vector<std::size_t>& component) const {
    const auto is_member = [&](std::size_t node) {
      return std::binary_search(component.begin(), component.end(), node);
    };
    const bool closed = std::all_of(component.begin(), component.end(), [&](std::size_t node) {
      return !edges_[node].empty() && std::all_of(edges_[node].begin(), edges_[node].end(), is_member);
    });
    return closed && std::any_of(component.begin(), component.end(),
                                 [&](std::size_t node) { return waits_for_room(*nodes_[node]); });
  }

  std::vector<const Waiting*> in_order(const std::vector<std::size_t>& component) const {
    std::vector<std::size_t> path{component.front()};
    while (true) {
      const std::size_t next = edges_[path.back()].front();
      const auto at = std::find(path.begin(), path.end(), next);
      if (at == path.end()) {
        path.push_back(next);
        continue;
      }
      std::vector<const Waiting*> circle;
      for (auto node = at; node != path.end(); ++node) circle.push_back(nodes_[*node]);
      return circle;
    }
  }

  const SceneIndex& scene_;
  std::vector<const Waiting*> nodes_;
  std::vector<std::vector<std::size_t>> edges_;
  std::unordered_map<const Waiting*, std::size_t> numbers_;
};

}  // namespace

const std::vector<std::vector<const Waiting*>>& SceneIndex::cycles() const {
  if (!cycles_) cycles_ = Graph(*this).circles();
  return *cycles_;
}

bool SceneIndex::is_in_cycle(const ThreadActivity& thread) const {
  const auto is_member = [&](const Waiting* waiting) { return waiting->thread == &thread; };
  return std::any_of(cycles().begin(), cycles().end(), [&](const std::vector<const Waiting*>& cycle) {
    return std::any_of(cycle.begin(), cycle.end(), is_member);
  });
}

}  // namespace skq::diagnosing
