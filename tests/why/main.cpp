#include <gtest/gtest.h>

#include <cstring>

#include "stage.h"

// The build asks for the list of tests, perhaps where no namespace is permitted: that takes no stage.
int main(int argc, char** argv) {
  bool only_lists = false;
  for (int at = 1; at < argc; ++at) only_lists |= std::strcmp(argv[at], "--gtest_list_tests") == 0;
  if (!only_lists) why::enter_stage();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
