// Files that are cut off, changed, or made to harm: a skipped frame or an error with the offset, never more.
#include <gtest/gtest.h>
#include <zstd.h>

#include <memory>

#include "snapshots.h"
#include "store/frame.h"
#include "store/head_text.h"

namespace skq::test {
namespace {

struct Small {
  MemoryFile file;
  std::vector<std::vector<std::string>> looks;
  std::vector<std::uint64_t> ends;
};

Small small(unsigned full_every) {
  Small made;
  BusyHost host(7);
  Recorder recorder({.full_every = full_every});
  for (int i = 0; i < 4; ++i) {
    const Looked look = host.look();
    EXPECT_TRUE(append(made.file, recorder, circumstances_at(noon + i * minute), look.rows));
    made.looks.push_back(texts(look.rows));
    made.ends.push_back(made.file.size());
    host.pass();
  }
  return made;
}

/// Reads all that can be read; whatever is read is what was recorded.
std::size_t readable(const MemoryFile& file, const Small& original) {
  const auto contents = read_contents(file);
  EXPECT_TRUE(contents);
  SnapshotReader reader(file, *contents);
  std::size_t count = 0;
  for (std::size_t at = 0; at < contents->snapshots.size(); ++at) {
    const auto snapshot = reader.read(at);
    if (!snapshot) {
      EXPECT_NE(snapshot.error().text().find("offset"), std::string::npos) << snapshot.error().text();
      continue;
    }
    ++count;
    const std::uint64_t seq = (*snapshot)->head.seq;
    EXPECT_LT(seq, original.looks.size());
    if (seq < original.looks.size()) {
      EXPECT_EQ(texts((*snapshot)->rows), original.looks[seq]);
    }
  }
  return count;
}

TEST(Damage, TruncatedAtEveryByte) {
  const Small original = small(2);
  for (std::size_t length = 0; length < original.file.size(); ++length) {
    const MemoryFile cut(original.file.bytes().substr(0, length));
    const auto contents = read_contents(cut);
    ASSERT_TRUE(contents);
    std::size_t whole = 0;
    while (original.ends[whole] <= length) ++whole;
    const std::uint64_t whole_end = whole == 0 ? 0 : original.ends[whole - 1];
    ASSERT_EQ(contents->snapshots.size(), whole) << length;
    EXPECT_EQ(contents->whole_end, whole_end) << length;
    ASSERT_EQ(contents->damages.size(), length == whole_end ? 0U : 1U) << length;
    if (length != whole_end) {
      EXPECT_TRUE(contents->damages[0].torn);
      EXPECT_EQ(contents->damages[0].offset, whole_end);
      EXPECT_EQ(contents->damages[0].length, length - whole_end);
    }
    EXPECT_EQ(readable(cut, original), whole) << length;
  }
}

TEST(Damage, AppendingCutsOffATornEnd) {
  const Small original = small(3);
  const Looked look = BusyHost(10, 9).look();
  for (std::size_t length = 0; length < original.file.size(); length += 7) {
    MemoryFile cut(original.file.bytes().substr(0, length));
    std::size_t whole = 0;
    while (original.ends[whole] <= length) ++whole;
    Recorder recorder({.full_every = 3});
    ASSERT_TRUE(append(cut, recorder, circumstances_at(noon + 9 * minute), look.rows)) << length;
    const auto contents = read_contents(cut);
    ASSERT_TRUE(contents);
    ASSERT_EQ(contents->snapshots.size(), whole + 1) << length;
    EXPECT_TRUE(contents->damages.empty());
    SnapshotReader reader(cut, *contents);
    const auto snapshot = reader.read(whole);
    ASSERT_TRUE(snapshot) << snapshot.error().text();
    EXPECT_EQ(texts((*snapshot)->rows), texts(look.rows));
  }
}

TEST(Damage, EachByteChanged) {
  const Small original = small(2);
  std::size_t least = original.looks.size();
  for (std::size_t at = 0; at < original.file.size(); ++at) {
    MemoryFile changed(original.file.bytes());
    changed.bytes()[at] = static_cast<char>(static_cast<unsigned char>(changed.bytes()[at]) ^ 1U << at % 8);
    least = std::min(least, readable(changed, original));
  }
  // One byte spoils its own frame, and the delta behind it where that frame was a full one.
  EXPECT_EQ(least, original.looks.size() - 2);
}

TEST(Damage, GarbageBetweenFramesIsSkipped) {
  const Small original = small(1);
  const std::string& bytes = original.file.bytes();
  for (const std::string& garbage :
       {std::string("garbage"), std::string(100'000, '\0'), std::string("\x28\xb5\x2f\xfd", 4)}) {
    const MemoryFile file(bytes.substr(0, original.ends[1]) + garbage + bytes.substr(original.ends[1]));
    const auto contents = read_contents(file);
    ASSERT_TRUE(contents);
    EXPECT_EQ(contents->snapshots.size(), original.looks.size());
    ASSERT_EQ(contents->damages.size(), 1U);
    EXPECT_EQ(contents->damages[0].offset, original.ends[1]);
    EXPECT_EQ(contents->damages[0].length, garbage.size());
    EXPECT_EQ(contents->whole_end, file.size());
    EXPECT_EQ(readable(file, original), original.looks.size());
  }
}

TEST(Damage, AFileThatIsNoneOfOursIsNotCutOff) {
  MemoryFile file("the notes of somebody else\n");
  Recorder recorder({});
  EXPECT_FALSE(append(file, recorder, circumstances_at(noon), {}));
  EXPECT_EQ(file.bytes(), "the notes of somebody else\n");
}

TEST(Damage, ASkippableFrameIsPassedOver) {
  const Small original = small(1);
  const std::string comment("\x5a\x2a\x4d\x18\x03\x00\x00\x00yes", 11);
  const MemoryFile file(comment + original.file.bytes());
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  EXPECT_TRUE(contents->damages.empty());
  EXPECT_EQ(readable(file, original), original.looks.size());
}

/// All of its text in one frame, as zstd's own command makes it of a file that it unpacked.
MemoryFile compressed_again(const MemoryFile& file) {
  std::string text;
  const auto contents = read_contents(file);
  for (const SnapshotPlace& place : contents->snapshots)
    text += *store::FrameReader().text(file, place.offset, place.length, {});
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  bytes.resize(ZSTD_compress2(context.get(), bytes.data(), bytes.size(), text.data(), text.size()));
  return MemoryFile(bytes);
}

TEST(Damage, SeveralSnapshotsInOneFrameAreReadEachForItself) {
  const Small original = small(3);
  MemoryFile file = compressed_again(original.file);
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  EXPECT_TRUE(contents->damages.empty());
  ASSERT_EQ(contents->snapshots.size(), original.looks.size());
  EXPECT_EQ(contents->whole_end, file.size());
  EXPECT_EQ(readable(file, original), original.looks.size());
  // In any order, too.
  SnapshotReader reader(file, *contents);
  for (const std::size_t index : {3U, 1U, 2U, 0U}) {
    const auto snapshot = reader.read(index);
    ASSERT_TRUE(snapshot) << snapshot.error().text();
    EXPECT_EQ(texts((*snapshot)->rows), original.looks[index]);
  }
  // The frame has one checksum for all.
  MemoryFile changed(file.bytes());
  changed.bytes()[file.size() - 2] = static_cast<char>(changed.bytes()[file.size() - 2] ^ 1);
  EXPECT_EQ(readable(changed, original), 0U);

  // A recorder goes on behind it, and what it appends can be read.
  Recorder recorder({.full_every = 3});
  const Looked look = BusyHost(10, 9).look();
  for (std::int64_t i = 4; i < 6; ++i)
    ASSERT_TRUE(append(file, recorder, circumstances_at(noon + i * minute), look.rows));
  const auto more = read_contents(file);
  ASSERT_EQ(more->snapshots.size(), original.looks.size() + 2);
  EXPECT_FALSE(more->snapshots.back().head.full) << "or nothing is shown of deltas behind such a frame";
  SnapshotReader all(file, *more);
  for (std::size_t index = 4; index < 6; ++index) {
    const auto snapshot = all.read(index);
    ASSERT_TRUE(snapshot) << snapshot.error().text();
    EXPECT_EQ((*snapshot)->head.seq, index);
    EXPECT_EQ(texts((*snapshot)->rows), texts(look.rows));
  }
}

std::string frame_of(std::string text) {
  const std::size_t head = text.find('\n') + 1;
  return *store::compress(text, head, 1);
}

std::string head_of(std::uint64_t rows, bool full = true, std::uint64_t seq = 0) {
  SnapshotHead head;
  head.rows = rows;
  head.full = full;
  head.seq = seq;
  std::string text;
  store::append_head(text, head);
  return text;
}

std::string error_of(const std::string& bytes, const ReadLimits& limits = {}, std::size_t index = 0) {
  const MemoryFile file(bytes);
  const auto contents = read_contents(file, limits);
  if (!contents || contents->snapshots.size() <= index) return "no such snapshot";
  SnapshotReader reader(file, *contents, limits);
  const auto snapshot = reader.read(index);
  return snapshot ? "" : snapshot.error().text();
}

TEST(Damage, LinesThatCannotBe) {
  const std::string row = R"({"family":"inet","netid":"tcp","recv_q":1})";
  EXPECT_EQ(error_of(frame_of(head_of(1) + row + "\n")), "");
  EXPECT_EQ(error_of(frame_of(head_of(1) + R"({"type":"of a newer version"})" + "\n" + row + "\n")), "");
  for (const std::string& lines :
       {row, row + "\n" + row + "\n", std::string("\n"), std::string("{}x\n"), std::string("[]\n"),
        std::string("{\"family\":\"inet\"\n"), std::string(R"({"type":"finding","finding":1,"x":2})") + "\n",
        std::string(R"({"del":[0]})") + "\n", std::string("{\"owners\":") + std::string(1000, '[') + "\n"}) {
    EXPECT_NE(error_of(frame_of(head_of(1) + lines)), "") << lines;
  }
  const std::string base = frame_of(head_of(2) + row + "\n" + row + "\n");
  const auto delta = [&](const std::string& line, std::uint64_t rows) {
    return error_of(base + frame_of(head_of(rows, false, 1) + line + "\n"), {}, 1);
  };
  EXPECT_EQ(delta(R"({"chg":"recv_q","at":[0,1],"by":[1,-2]})", 2), "");
  EXPECT_EQ(delta(R"({"chg":"recv_q","at":[1],"v":[null]})", 2), "");
  EXPECT_EQ(delta(R"({"chg":"of_a_newer_version","at":[1],"v":[null]})", 2), "");
  EXPECT_EQ(delta(R"({"del":[0,1]})", 0), "");
  EXPECT_EQ(delta(R"({"add":["family","netid","new"],"v":[["unix"],["u_str"],[{"a":1}]]})", 3), "");
  for (const char* line :
       {R"({"chg":"recv_q","at":[2],"v":[1]})", R"({"chg":"recv_q","at":[0,0],"v":[1,2]})",
        R"({"chg":"recv_q","at":[0],"v":[1,2]})", R"({"chg":"recv_q","at":[0,1],"v":[1]})",
        R"({"chg":"send_q","at":[0],"by":[1]})", R"({"chg":"recv_q","at":[0],"by":[1.5]})",
        R"({"chg":"recv_q","at":[-1],"v":[1]})", R"({"chg":"recv_q","at":[99999999999999999999],"v":[1]})",
        R"({"del":[0,1,1]})", R"({"add":["family"],"v":[["unix"],["x"]]})",
        R"({"add":["family","uid"],"v":[["unix"]]})", R"({"add":["family","uid"],"v":[["unix","inet"],[1]]})",
        R"({"chg":7})", R"({"chg":"recv_q"})"}) {
    EXPECT_NE(delta(line, 2), "") << line;
  }
  EXPECT_NE(delta("{\"del\":[0]}\n{\"chg\":\"recv_q\",\"at\":[0],\"v\":[1]}", 1), "") << "out of order";
}

TEST(Damage, LimitsHold) {
  const std::string row = "{\"family\":\"inet\",\"netid\":\"tcp\"}\n";
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += row;
  const std::string frame = frame_of(head_of(100'000) + many);
  EXPECT_LT(frame.size(), 4000U);
  EXPECT_NE(error_of(frame, {.frame = 1'000'000}).find("too long"), std::string::npos);
  EXPECT_NE(error_of(frame, {.values = 1000}), "");
  EXPECT_EQ(error_of(frame), "");
  // Many heads in one small frame: what they take is bounded, and what is left out is told once.
  std::string heads;
  for (int i = 0; i < 200'000; ++i) heads += head_of(0);
  const MemoryFile bomb(*store::compress(heads, heads.size(), 1));
  const auto contents = read_contents(bomb);
  ASSERT_TRUE(contents);
  EXPECT_GT(contents->snapshots.size(), 100'000U);
  EXPECT_LT(contents->snapshots.size(), 200'000U);
  EXPECT_EQ(contents->damages.size(), 1U);
  std::string chain = frame_of(head_of(1) + row);
  for (std::uint64_t seq = 1; seq <= 20; ++seq) chain += frame_of(head_of(1, false, seq));
  EXPECT_EQ(error_of(chain, {}, 20), "");
  EXPECT_NE(error_of(chain, {.chain = 10}, 20).find("too many"), std::string::npos);
}

TEST(Damage, NoLineIsLongerThanItMayBe) {
  const std::string row = "{\"family\":\"inet\",\"netid\":\"tcp\"}\n";
  const std::string blanks(std::size_t{1} << 20, ' ');
  const auto error = [&](const std::string& lines, std::uint64_t longest) {
    return error_of(frame_of(head_of(1) + lines), {.line = longest});
  };
  EXPECT_EQ(error(blanks + row, blanks.size() + row.size()), "");
  for (const std::string& lines : {blanks + row, row + blanks + ' ', row + blanks + " \n", blanks.substr(9) + row})
    EXPECT_NE(error(lines, blanks.size()).find("at offset 0: a line is too long"), std::string::npos) << lines.size();
  // By default, too: it ends long before its 300 MB are there.
  const std::string bomb = frame_of(head_of(1) + std::string(std::size_t{300} << 20, ' '));
  EXPECT_LT(bomb.size(), 40'000U);
  EXPECT_NE(error_of(bomb).find("a line is too long"), std::string::npos) << error_of(bomb);
}

// Rows without a value take memory as well.
TEST(Damage, EmptyRowsCount) {
  std::string rows;
  for (int i = 0; i < 1000; ++i) rows += "{}\n";
  EXPECT_EQ(error_of(frame_of(head_of(1000) + rows)), "");
  EXPECT_NE(error_of(frame_of(head_of(1000) + rows), {.values = 1000}), "");
}

// A delta has a line for a column. Where that would be too long for whoever reads it, the next one is full.
TEST(Damage, ARecorderWritesNoLineThatIsTooLong) {
  ReadLimits limits;
  limits.line = 4000;
  Recorder recorder({.full_every = 60, .limits = limits});
  MemoryFile file;
  const Looked few = BusyHost(2, 1).look(), many = BusyHost(200, 2).look();
  ASSERT_TRUE(append(file, recorder, circumstances_at(noon), few.rows));
  ASSERT_TRUE(append(file, recorder, circumstances_at(noon + minute), few.rows));
  ASSERT_TRUE(append(file, recorder, circumstances_at(noon + 2 * minute), many.rows));
  const auto contents = read_contents(file, limits);
  ASSERT_EQ(contents->snapshots.size(), 3U);
  EXPECT_FALSE(contents->snapshots[1].head.full);
  EXPECT_TRUE(contents->snapshots[2].head.full);
  SnapshotReader reader(file, *contents, limits);
  const auto snapshot = reader.read(2);
  ASSERT_TRUE(snapshot) << snapshot.error().text();
  EXPECT_EQ(texts((*snapshot)->rows), texts(many.rows));
  // What is too long by itself is no snapshot that could be read.
  const std::vector<std::string> finding{'"' + std::string(limits.line, 'x') + '"'};
  EXPECT_FALSE(append(file, recorder, circumstances_at(noon + 3 * minute), few.rows, finding));
}

// A frame that claims a size it does not have, and a window of two gigabytes.
TEST(Damage, ClaimsCostNothing) {
  std::string frame = frame_of(head_of(0));
  const std::string magic = frame.substr(0, 4);
  const std::string claims =
      magic + std::string("\xc4\xa8\xff\xff\xff\xff\xff\xff\xff\x7f", 10) + "\x01" + std::string(2, '\0') + "abcd";
  const MemoryFile file(claims);
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  EXPECT_TRUE(contents->snapshots.empty());
  EXPECT_EQ(contents->damages.size(), 1U);
}

// Nothing but beginnings of frames: the time must grow with the size, not with its square.
TEST(Damage, AFileOfMagicsIsReadInTime) {
  std::string bytes;
  const std::string begin("\x28\xb5\x2f\xfd\x00\x58\x00\x00\x00",
                          9);  // header, and an empty raw block that is not the last
  while (bytes.size() < 4'000'000) bytes += begin;
  const MemoryFile file(bytes);
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  EXPECT_TRUE(contents->snapshots.empty());
}

// Behind damage a search is bounded. What it did not reach may be whole: nobody appends there, for that cuts off.
TEST(Damage, WhatWasNotSearchedIsNotCutOff) {
  const Small made = small(1);
  const std::string begin("\x28\xb5\x2f\xfd\x00\x58\x00\x00\x00", 9);
  std::string garbage;
  while (garbage.size() < 400'000) garbage += begin;
  MemoryFile file(made.file.bytes() + garbage + made.file.bytes());
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  EXPECT_EQ(contents->snapshots.size(), made.ends.size()) << "or the search found those behind, and nothing is shown";
  EXPECT_FALSE(contents->searched);
  ASSERT_EQ(contents->damages.size(), 1U);
  EXPECT_NE(contents->damages[0].why.find("not searched"), std::string::npos) << contents->damages[0].why;

  Recorder recorder({});
  const Circumstances at = circumstances_at(noon);
  const auto next = recorder.next(file, {1, 1}, {&at, {}, {}, {}}, nullptr);
  ASSERT_FALSE(next);
  EXPECT_NE(next.error().text().find("not searched"), std::string::npos) << next.error().text();

  // A torn end that was searched to the end of the file is one, as before.
  MemoryFile torn(made.file.bytes() + begin);
  EXPECT_TRUE(read_contents(torn)->searched);
  EXPECT_TRUE(append(torn, recorder, at, {}));
}

/// A file of that size in which nothing is written behind the beginning.
class Sparse final : public ByteSource {
 public:
  explicit Sparse(std::string bytes) : begin_(std::move(bytes)) {}
  [[nodiscard]] std::uint64_t size() const override { return std::uint64_t{1} << 40U; }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> to) const override {
    std::memset(to.data(), 0, to.size());
    if (const auto got = begin_.read(offset, to); !got) return got;
    read_ += to.size();
    return to.size();
  }
  mutable std::uint64_t read_ = 0;

 private:
  MemoryFile begin_;
};

TEST(Damage, AFileOfHolesIsNotReadToItsEnd) {
  const Small made = small(1);
  const Sparse file(made.file.bytes());
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  EXPECT_EQ(contents->snapshots.size(), made.ends.size());
  ASSERT_EQ(contents->damages.size(), 1U);
  EXPECT_EQ(contents->damages[0].offset, made.ends.back());
  EXPECT_LT(file.read_, std::uint64_t{1} << 32U);
}

TEST(Damage, LongHeadsAreBoundedInSum) {
  constexpr std::size_t frames = 600;
  const std::vector<Gap> gaps(900, Gap{GapKind::owners, std::string(200, 'x')});
  const Circumstances at = circumstances_at(noon);
  Recorder recorder({});
  MemoryFile file;
  const auto next = recorder.next(file, {1, 1}, {&at, gaps, {}, {}}, nullptr);
  ASSERT_TRUE(next);
  for (std::size_t i = 0; i < frames; ++i) file.bytes() += next->frame;
  const auto contents = read_contents(file);
  ASSERT_TRUE(contents);
  EXPECT_GT(contents->snapshots.size(), 100U);
  EXPECT_LT(contents->snapshots.size(), frames);
  ASSERT_EQ(contents->damages.size(), 1U) << "told once";
  EXPECT_EQ(contents->damages[0].offset + contents->damages[0].length, file.size());
  EXPECT_EQ(contents->whole_end, file.size()) << "what is appended goes behind them all";
}

}  // namespace
}  // namespace skq::test
