// What the gaps of `skq record --why` say of sockets that are not recorded.
#include "cli/record_take.h"

#include <gtest/gtest.h>

namespace skq::test {
namespace {

TEST(RecordTake, OwnersThatAreMissingOfOtherSocketsAreToldAsSuch) {
  const std::vector<Gap> found{{GapKind::owners, "owners of 3 sockets unknown: descriptors could not be read"},
                               {GapKind::netns, "owners of 3 sockets unknown: descriptors could not be read"}};
  const Owners nobody{};
  Socket known, unknown;
  known.owners = &nobody;
  std::vector<Gap> gaps = found;
  cli::tell_whose_owners(gaps, {&known, &unknown});
  EXPECT_EQ(gaps, found) << "one of the rows lacks them";
  cli::tell_whose_owners(gaps, {&known});
  EXPECT_EQ(
      gaps[0].detail,
      "owners of 3 sockets, none of them recorded, which findings rest on, unknown: descriptors could not be read");
  EXPECT_EQ(gaps[1], found[1]);
}

}  // namespace
}  // namespace skq::test
