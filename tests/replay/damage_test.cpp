// Files that are damaged or cut short: what is sound is listed, what is not is told, nothing crashes.
#include <random>
#include <sstream>

#include "days.h"

namespace skq::test {
namespace {

/// Where each frame begins, and the end.
std::vector<std::size_t> frames(const std::string& bytes) {
  std::vector<std::size_t> at;
  for (std::size_t i = bytes.find("\x28\xb5\x2f\xfd"); i != std::string::npos;
       i = bytes.find("\x28\xb5\x2f\xfd", i + 1))
    at.push_back(i);
  at.push_back(bytes.size());
  return at;
}

TEST_F(Days, ADamagedFrameIsAGapAndTheRestIsListed) {
  for (int i = 0; i < 12; ++i) put(i, 100 + i);  // every fourth is full
  const std::string sound = bytes();
  const auto at = frames(sound);
  ASSERT_EQ(at.size(), 13U);
  std::string damaged = sound;
  for (std::size_t i = at[5] + 60; i < at[6] - 20; ++i) damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
  write(damaged);
  const std::string listed_rows = listed({"--begin=12:03"});
  EXPECT_EQ(listed_rows, "3:103 4:104 8:108 9:109 10:110 11:111") << "the deltas behind it go with it";
  EXPECT_NE(last_.err.find("incomplete: "), std::string::npos) << last_.err;
  EXPECT_NE(last_.err.find("offset " + std::to_string(at[5])), std::string::npos) << last_.err;
  EXPECT_EQ(std::count(last_.err.begin(), last_.err.end(), '\n'), 2) << "the frame, and its deltas: " << last_.err;
  EXPECT_EQ(listed({"--begin=12:03", "--strict"}), listed_rows);
  EXPECT_EQ(last_.exit, 3);
  EXPECT_EQ(listed({"--at=12:06"}), "4:104") << "the last one before it that can be read";
  EXPECT_NE(last_.err.find("incomplete: "), std::string::npos) << last_.err;
  EXPECT_EQ(listed({"--begin=12:08"}), "8:108 9:109 10:110 11:111");
  EXPECT_EQ(last_.err, "") << "what is damaged is of another time";
}

TEST_F(Days, BytesThatAreNoFrameAreToldByTheirOffset) {
  for (int i = 0; i < 4; ++i) put(i, 100 + i);
  const std::string sound = bytes();
  const auto at = frames(sound);
  write(sound.substr(0, at[2]) + std::string(100, 'x') + sound.substr(at[2]));
  EXPECT_EQ(listed({"--begin=12:00"}), "0:100 1:101");
  EXPECT_NE(last_.err.find("100 bytes at offset " + std::to_string(at[2])), std::string::npos) << last_.err;
  write("");
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(last_.exit, 1);
  EXPECT_NE(last_.err.find("there is no snapshot in it"), std::string::npos) << last_.err;
}

TEST_F(Days, WhereOnlyDamageIsItsOffsetAndWhatThereIsAreTold) {
  for (int i = 0; i < 8; ++i) put(i, 100 + i);
  const std::string sound = bytes();
  const auto at = frames(sound);
  // The frame's bytes, then also its beginning, so that its head is gone, too.
  for (const std::size_t from : {at[1] - 30, at[0]}) {
    std::string damaged = sound;
    for (std::size_t i = from; i < at[1] - 20; ++i) damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    write(damaged);
    EXPECT_EQ(listed({"--at=12:00"}), "");
    EXPECT_EQ(last_.exit, 1);
    skq({"diff", "--from", folder_, "12:00", "12:05"});
    for (const char* words : {"there is no snapshot at or before 2026-11-21T12:00", "offset 0",
                              "; the first one is of ", ", the last one of 2026-11-21T12:07"})
      EXPECT_NE(last_.err.find(words), std::string::npos) << last_.err;
    EXPECT_EQ(last_.exit, 1);
  }
}

TEST_F(Days, OneStreamIsReadForBothLooks) {
  for (int i = 0; i < 3; ++i) put(i, 100 + i);
  last_ = live::run({"sh", "-c", "cat " + day() + " | " SKQ_PATH " diff -xa -J --from - 12:00 12:02"});
  EXPECT_EQ(last_.exit, 0) << last_.err;
  EXPECT_NE(last_.out.find("\"changes\""), std::string::npos) << last_.out;
}

TEST_F(Days, ASnapshotOfTheFutureIsSaid) {
  put(0, 100);
  put(std::int64_t{74} * 365 * 1440, 101);
  EXPECT_EQ(listed({}).substr(listed({}).find(':')), ":101");
  EXPECT_NE(last_.err.find("lies in the future; a clock was ahead"), std::string::npos) << last_.err;
  put(std::int64_t{-3} * 365 * 1440, 99);
  const std::string of_the_past = listed({"--at=12:00", "--sort=inode"});
  EXPECT_EQ(of_the_past.find(":101"), std::string::npos) << "a time of day is of the last day that has come";
  EXPECT_NE(of_the_past, "") << last_.err;
  EXPECT_EQ(listed({"--begin=00:00", "--end=23:59"}).find(":101"), std::string::npos);
}

TEST_F(Days, CutShortAnywhereTheWholeOnesAreListed) {
  for (int i = 0; i < 3; ++i) put(i, 100 + i);
  const std::string sound = bytes();
  const auto at = frames(sound);
  for (std::size_t size = 1; size < sound.size(); size += 7) {
    write(sound.substr(0, size));
    const std::string rows = listed({"--begin=12:00"});
    std::string wanted;
    for (std::size_t i = 0; i + 1 < at.size() && at[i + 1] <= size; ++i)
      wanted += (i == 0 ? "" : " ") + std::to_string(i) + ":10" + std::to_string(i);
    ASSERT_EQ(rows, wanted) << size;
    ASSERT_EQ(last_.signal, 0) << size;
    if (size != at[1] && size != at[2]) {
      ASSERT_NE(last_.err, "") << size;
    }
  }
}

TEST_F(Days, AnyFlippedByteIsNeverACrashAndNeverAWrongRow) {
  for (int i = 0; i < 6; ++i) put(i, 100 + i);
  const std::string sound = bytes();
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    std::string damaged = sound;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 + random() % 255);
    write(damaged);
    std::istringstream rows(listed({"--begin=@0"}));
    ASSERT_EQ(last_.signal, 0);
    for (std::string row; rows >> row;)
      EXPECT_NE(std::string("0:100 1:101 2:102 3:103 4:104 5:105").find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace skq::test
