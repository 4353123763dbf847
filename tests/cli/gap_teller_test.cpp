// What is missing is told once, and nothing of it is taken for something else.
#include "cli/gap_teller.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace skq::cli {
namespace {

class GapTellerTest : public testing::Test {
 protected:
  std::vector<std::string> tell(const std::string& detail) {
    said_.clear();
    teller_.take({Gap{GapKind::owners, detail}});
    teller_.tell();
    return said_;
  }

  std::vector<std::string> said_;
  GapTeller teller_{[this](const std::string& text) { said_.push_back(text); }};
};

using Texts = std::vector<std::string>;

TEST_F(GapTellerTest, AnotherCountIsTheSameGap) {
  EXPECT_EQ(tell("owners of 12 sockets unknown"), Texts{"owners of 12 sockets unknown"});
  EXPECT_EQ(tell("owners of 3 sockets unknown"), Texts{});
}

TEST_F(GapTellerTest, AnotherNameIsAnotherGap) {
  EXPECT_EQ(tell("no entry to web1"), Texts{"no entry to web1"});
  EXPECT_EQ(tell("no entry to web2"), Texts{"no entry to web2"});
  EXPECT_EQ(tell("no entry to web1"), Texts{});
}

TEST_F(GapTellerTest, SaysOnceThatItTellsNoMore) {
  for (int at = 0; at < 256; ++at) EXPECT_EQ(tell("no entry to web" + std::to_string(at)).size(), 1U) << at;
  EXPECT_EQ(tell("no entry to web256"), Texts{"more than 256 different gaps: what follows is not told"});
  EXPECT_EQ(tell("no entry to web257"), Texts{});
}

}  // namespace
}  // namespace skq::cli
