// What the tests of `skq record` read back of day files.
#pragma once

#include <string>
#include <vector>

#include "../live/live_test.h"
#include "skq/store.h"

namespace live {

/// A day file as the reader gives it. The test fails where it has damage that is no torn end.
struct DayRead {
  std::vector<skq::SnapshotHead> heads;
  std::vector<std::size_t> sockets;                ///< that could be read, of each
  std::vector<std::vector<std::string>> findings;  ///< of each
  bool torn = false;
};
DayRead read_day_file(const std::string& path);

/// The only day file of the folder; two where midnight passed meanwhile are read as one.
DayRead read_folder(const std::string& folder);
std::vector<std::string> day_files(const std::string& folder);

class RecordTest : public LiveTest {
 protected:
  /// "--dir=FOLDER".
  [[nodiscard]] std::string to_folder() const { return "--dir=" + folder(); }
  [[nodiscard]] Finished record(std::vector<std::string> arguments = {}, const Surroundings& surroundings = {}) const {
    arguments.insert(arguments.begin(), {"record", to_folder()});
    return run_skq(std::move(arguments), surroundings);
  }
};

}  // namespace live
