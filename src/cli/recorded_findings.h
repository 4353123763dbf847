// Findings that `skq record --why` put into a snapshot, as findings again, so that they are told as those of now are.
//
// What they hold is text of a file: whatever is no finding is left out and counted.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "skq/arena.h"
#include "skq/diagnose.h"
#include "skq/socket.h"

namespace skq::cli {

class RecordedFindings {
 public:
  /// `rows` are those of the snapshot, with both ends joined: the findings' sockets are found among them.
  RecordedFindings(const std::vector<std::string>& texts, const std::vector<const Socket*>& rows);

  struct One {
    Finding finding;
    std::string json;  ///< an object with valid UTF-8 and without control characters, on one line
    std::vector<CycleStep> cycle;
    std::vector<std::uint64_t> inodes;  ///< of its sockets and its chain
    std::vector<std::string> paths;     ///< of its sockets; an abstract name with its @
    std::vector<std::uint64_t> ports;
  };
  [[nodiscard]] const std::deque<One>& all() const { return all_; }
  [[nodiscard]] std::size_t unreadable() const { return unreadable_; }

 private:
  std::deque<One> all_;
  std::size_t unreadable_ = 0;
  Arena arena_;
};

}  // namespace skq::cli
