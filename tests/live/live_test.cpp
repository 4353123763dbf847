#include "live_test.h"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace live {

void LiveTest::SetUp() {
  if (const auto reason = enter_private_network()) GTEST_SKIP() << *reason;
  std::string pattern = testing::TempDir() + "skq-live-XXXXXX";
  ASSERT_NE(mkdtemp(pattern.data()), nullptr) << pattern;
  folder_ = pattern;
  chmod(folder_.c_str(), 0755);
}

void LiveTest::TearDown() {
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

std::vector<std::string> skq(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), SKQ_PATH);
  return arguments;
}

Finished run_skq(std::vector<std::string> arguments, const Surroundings& surroundings) {
  return run(skq(std::move(arguments)), surroundings);
}

Rows list(std::vector<std::string> arguments, const std::string& columns) {
  arguments.insert(arguments.begin(), {"--format=raw", "-c", columns});
  const Finished finished = run_skq(arguments);
  EXPECT_EQ(finished.exit, 0) << as_shell(arguments) << "\n" << finished.err;
  return Rows(finished.out);
}

void expect_nobody(const Row& row, std::string_view column, const std::string& messages) {
  const auto holders = row.holders(column);
  if (holders) {
    EXPECT_TRUE(holders->empty()) << row.raw(column);
  } else {
    EXPECT_NE(messages.find("owners"), std::string::npos) << "null owners without a gap: " << messages;
  }
}

std::string own_comm() {
  std::array<char, 17> name{};
  prctl(PR_GET_NAME, name.data());
  return name.data();
}

}  // namespace live
