// What a look can say of a socket that it has not got: that it was not there, or nothing.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "skq/store.h"

namespace skq::store {

/// The namespace of a row; that of the look where the row does not say.
std::uint64_t netns_of(const Socket& socket, const SnapshotHead& head);

enum class Knows : std::uint8_t {
  surely,
  unless_it_changed,  ///< both looked through the same filter or for the same states: it may have left those, or come
  doubtfully,         ///< the dump was not whole
  not_the_table,
  not_the_states,
  not_the_namespace,
  not_the_filter,
};
inline bool looked(Knows knows) { return knows <= Knows::doubtfully; }

class Coverage {
 public:
  explicit Coverage(const Sight& sight);

  /// Whether it would have the socket if that were there. `other` is the look that has it: what both were made for in
  /// the same way, both would show.
  [[nodiscard]] Knows of(const Socket& socket, std::uint64_t netns, const Coverage& other) const;

 private:
  using Table = std::pair<Family, Netid>;

  void note_gaps();
  [[nodiscard]] Knows of_table(const Socket& socket, const Coverage& other) const;
  [[nodiscard]] bool was_entered(std::uint64_t netns) const;
  [[nodiscard]] bool has_rows(Table table) const { return seen_.count(table) != 0; }

  const SnapshotHead& head_;
  std::set<Table> seen_;
  std::set<std::uint64_t> namespaces_;
  std::map<Table, StateSet> tables_;  ///< of the scope
  std::set<std::string, std::less<>> torn_;
  bool all_netns_ = false, all_torn_ = false, netns_torn_ = false;
};

/// Sockets that only one of two looks has and of which the other cannot say anything, counted.
class NotCompared {
 public:
  /// `has` and `lacks` are the names of the looks.
  void add(const Socket& socket, std::string_view has, std::string_view lacks, Knows why);
  void append_to(std::vector<Gap>& gaps) const;

 private:
  std::map<std::string, std::size_t> counts_;  ///< by the words that follow the number
};

}  // namespace skq::store
