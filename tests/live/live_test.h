// What every live test begins with: a private network namespace, a scratch folder, and skq itself.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "child.h"
#include "namespace.h"
#include "rows.h"
#include "run.h"
#include "sockets.h"

namespace live {

class LiveTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// A folder that is gone after the test; anybody may enter it.
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

/// The words of a command line of skq.
std::vector<std::string> skq(std::vector<std::string> arguments);
Finished run_skq(std::vector<std::string> arguments, const Surroundings& surroundings = {});
/// The rows of `skq ARGUMENTS` with these columns. A test fails unless skq ends well.
Rows list(std::vector<std::string> arguments, const std::string& columns);

/// Whether a row of a socket that no process holds says so: [] when every process could be read, else null and a gap.
void expect_nobody(const Row& row, std::string_view column, const std::string& messages);

/// The comm of this process.
std::string own_comm();

/// Skips the test where the command is not installed.
#define SKIP_WITHOUT(command) \
  if (!live::has_command(command)) GTEST_SKIP() << command << " is not installed"

}  // namespace live
