// Real daemons as a distribution packages them: run from where they are installed, with files in the test's own folder.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "why_test.h"

namespace why {

/// Where a program is: in PATH, in sbin, or where Debian and Fedora put PostgreSQL's. Empty: not installed.
std::string program(const std::string& name);
/// A user that is not root, for daemons which will not run as root.
std::optional<uid_t> servant();
/// The comm that /proc tells of a process; empty: it is gone.
std::string comm_of(pid_t pid);

/// Skips where a program is missing; in CI that is a failure, for there it was to be installed.
#define NEED_PROGRAM(name)                                                     \
  if (why::program(name).empty()) {                                            \
    if (std::getenv("CI") != nullptr) FAIL() << (name) << " is not installed"; \
    GTEST_SKIP() << (name) << " is not installed";                             \
  }

}  // namespace why
