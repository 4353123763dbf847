// Strongly connected components of a directed graph: Tarjan's method, without recursion, as graphs may be deep.
#pragma once

#include <cstddef>
#include <vector>

namespace skq::diagnosing {

/// `edges[n]` are the nodes that n points to. Every node is in exactly one component.
std::vector<std::vector<std::size_t>> strong_components(const std::vector<std::vector<std::size_t>>& edges);

}  // namespace skq::diagnosing
