// What a recorder leaves for the next process: it spares reading the file back, and where it does not fit it changes
// nothing. The measure is always the frame of a process that has only the file.
#include <gtest/gtest.h>

#include "snapshots.h"
#include "store/chain_sum.h"
#include "store/frame.h"

namespace skq::test {
namespace {

constexpr unsigned full_every = 8;
constexpr FileId here{1, 7};

RecordOptions leaving() { return {.full_every = full_every, .leaves_last = true}; }

/// Counts what is read of it.
class CountedFile final : public ByteSource {
 public:
  explicit CountedFile(const ByteSource& file) : file_(file) {}
  [[nodiscard]] std::uint64_t size() const override { return file_.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> to) const override {
    auto got = file_.read(offset, to);
    if (got) count_ += *got;
    return got;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  const ByteSource& file_;
  mutable std::uint64_t count_ = 0;
};

/// A file of some snapshots, each by a process of its own, and what each of them left.
struct Left {
  MemoryFile file;
  BusyHost host;
  std::vector<std::string> lasts;
  std::vector<std::uint64_t> ends;
  std::vector<std::vector<std::string>> looks;
  std::vector<std::uint64_t> read;   ///< bytes of the file
  std::vector<std::uint64_t> chain;  ///< those from the full snapshot on, before each

  std::uint64_t full_at = 0;

  explicit Left(std::size_t sockets, int snapshots) : host(sockets) {
    for (int n = 0; n < snapshots; ++n) append();
  }
  Circumstances now() const { return circumstances_at(noon + static_cast<std::int64_t>(ends.size()) * minute); }

  void append() {
    const Looked look = host.look();
    const Circumstances at = now();
    const CountedFile counted(file);
    const MemoryFile last(lasts.empty() ? "" : lasts.back());
    auto next = Recorder(leaving()).next(counted, here, {&at, {}, look.rows}, nullptr, lasts.empty() ? nullptr : &last);
    ASSERT_TRUE(next);
    read.push_back(counted.count());
    chain.push_back(file.size() - full_at);
    if (next->head.full) full_at = next->keep;
    file.bytes().resize(next->keep);
    file.bytes() += next->frame;
    lasts.push_back(std::move(next->last));
    ends.push_back(file.size());
    looks.push_back(texts(look.rows));
    host.pass();
  }
};

/// What a new process would append to the file, if it finds that beside it.
std::string appended(const MemoryFile& file, const Look& look, const std::string* last, FileId id = here) {
  const MemoryFile beside(last != nullptr ? *last : "");
  const auto next = Recorder(leaving()).next(file, id, look, nullptr, last != nullptr ? &beside : nullptr);
  EXPECT_TRUE(next);
  return next ? std::to_string(next->keep) + next->frame : "";
}

TEST(LastSnapshot, SparesReadingTheFileBack) {
  const Left left(500, 20);
  const auto contents = read_contents(left.file);
  ASSERT_EQ(contents->snapshots.size(), 20U);
  SnapshotReader reader(left.file, *contents);
  for (std::size_t at = 0; at < 20; ++at) {
    EXPECT_EQ(contents->snapshots[at].head.full, at % full_every == 0) << at;
    EXPECT_EQ(contents->snapshots[at].head.seq, at);
    EXPECT_LT(left.read[at], 5000U + left.chain[at]) << "its end, and once what it builds on";
    const auto snapshot = reader.read(at);
    ASSERT_TRUE(snapshot) << snapshot.error().text();
    EXPECT_EQ(texts((*snapshot)->rows), left.looks[at]) << at;
  }
  MemoryFile file = left.file;
  const CountedFile counted(file);
  const Circumstances at = left.now();
  ASSERT_TRUE(Recorder(leaving()).next(counted, here, {&at}, nullptr));
  EXPECT_GT(counted.count(), 20'000U) << "without it all since the last full one";
}

// At any place of what it builds on: by a process that comes anew, by one that goes on, and by one with nothing beside.
TEST(LastSnapshot, NothingBuildsOnWhatWasDamagedSince) {
  for (const int who : {0, 1, 2}) {
    const Left left(5, 4);
    for (std::size_t at = 0; at < left.file.size(); at += 13) {
      MemoryFile file = left.file;
      const MemoryFile last(left.lasts.back());
      BusyHost host(5);
      Recorder recorder(leaving());
      const auto next = [&] {
        const Looked look = host.look();
        const Circumstances now = left.now();
        return recorder.next(file, here, {&now, {}, look.rows}, nullptr, who == 1 ? nullptr : &last);
      };
      if (who == 2) {
        const auto before = next();
        ASSERT_TRUE(before);
        file.bytes() += before->frame;
        recorder.written(true);
      }
      for (std::size_t byte = at; byte < at + 5 && byte < left.file.size(); ++byte)
        file.bytes()[byte] = static_cast<char>(file.bytes()[byte] ^ 0x55);
      const auto after = next();
      if (!after) {
        EXPECT_LT(at, 4U) << "a file that does not begin as ours do: " << after.error().text();
        continue;
      }
      file.bytes().resize(after->keep);
      file.bytes() += after->frame;
      const auto contents = read_contents(file);
      ASSERT_TRUE(contents && !contents->snapshots.empty());
      SnapshotReader reader(file, *contents);
      EXPECT_TRUE(reader.read(contents->snapshots.size() - 1)) << who << ' ' << at;
      EXPECT_TRUE(after->head.full || after->unreadable.empty());
    }
  }
}

TEST(LastSnapshot, SaysOnceWhyItIsAFullOne) {
  const Left left(50, 4);
  MemoryFile file = left.file;
  for (std::size_t byte = left.ends[0] / 2; byte < left.ends[0] / 2 + 5; ++byte) file.bytes()[byte] = '\x55';
  std::string last = left.lasts.back();
  for (const bool first : {true, false}) {
    const MemoryFile beside(last);
    const Circumstances at = left.now();
    auto next = Recorder(leaving()).next(file, here, {&at}, nullptr, &beside);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->head.full, first);
    EXPECT_EQ(next->unreadable.find("offset 0") != std::string::npos, first) << next->unreadable;
    EXPECT_EQ(next->unreadable.empty(), !first) << next->unreadable;
    file.bytes() += next->frame;
    last = std::move(next->last);
  }
}

TEST(LastSnapshot, TheSumIsOfTheBytesHoweverTheyCome) {
  std::string bytes;
  for (int n = 0; n < 999; ++n) bytes += static_cast<char>(n * 7);
  const MemoryFile file(bytes);
  for (std::size_t begin : {0U, 5U}) {
    store::ChainSum sum;
    for (std::size_t at = begin, step = 0; at < bytes.size(); at += step, step = (step + 1) % 23) {
      sum.add(std::string_view(bytes).substr(at, step));
    }
    EXPECT_EQ(sum.value(), store::sum_of(file, begin, bytes.size())->value());
    EXPECT_NE(sum.value(), store::sum_of(file, begin, bytes.size() - 1)->value());
  }
  EXPECT_FALSE(store::sum_of(file, 0, bytes.size() + 1));
}

TEST(LastSnapshot, IsNotMadeUnasked) {
  MemoryFile file;
  const Circumstances at = circumstances_at(noon);
  for (const RecordOptions& options : {RecordOptions{}, RecordOptions{.full_every = 1, .leaves_last = true}})
    EXPECT_EQ(Recorder(options).next(file, here, {&at}, nullptr)->last, "");
}

TEST(LastSnapshot, NoBrokenByteAndNoMissingEndDoesHarm) {
  Left left(5, 4);
  const Looked rows = left.host.look();
  const Circumstances at = left.now();
  const Look look{&at, {}, rows.rows};
  const std::string right = appended(left.file, look, nullptr);
  const std::string& last = left.lasts.back();
  EXPECT_EQ(appended(left.file, look, &last), right);
  for (std::size_t byte = 0; byte < last.size(); ++byte) {
    for (const char flipped : {'\x01', '\xff'}) {
      std::string broken = last;
      broken[byte] = static_cast<char>(broken[byte] ^ flipped);
      EXPECT_EQ(appended(left.file, look, &broken), right) << byte;
    }
    const std::string cut = last.substr(0, byte);
    EXPECT_EQ(appended(left.file, look, &cut), right) << byte;
  }
  const std::string longer = last + '\0', twice = last + last;
  EXPECT_EQ(appended(left.file, look, &longer), right);
  EXPECT_EQ(appended(left.file, look, &twice), right);
}

// Behind a checksum that is right: what another version or another host may have written.
TEST(LastSnapshot, NothingThatItSaysIsTrustedUnseen) {
  Left left(5, 4);
  const Looked rows = left.host.look();
  const Circumstances at = left.now();
  const Look look{&at, {}, rows.rows};
  const std::string right = appended(left.file, look, nullptr);
  const MemoryFile packed(left.lasts.back());
  const std::string text = *store::FrameReader().text(packed, 0, packed.size(), {});
  constexpr std::size_t link_size = 10 * 8 + 16, deltas_at = 6 * 8;
  EXPECT_EQ(text.compare(link_size, 8, R"({"type":)"), 0) << "the numbers in front are as this test knows them";
  for (std::size_t byte = 0; byte < text.size(); ++byte) {
    std::string broken = text;
    broken[byte] = static_cast<char>(broken[byte] ^ 0x41);
    const std::string frame = *store::compress(broken, link_size, 1);
    const bool of_deltas = byte >= deltas_at && byte < deltas_at + 8;
    // Other values are of another snapshot, which nobody can tell; they must only be values.
    const std::string got = appended(left.file, look, &frame);
    if (byte < link_size && !of_deltas) {
      EXPECT_EQ(got, right) << byte;
    }
  }
}

TEST(LastSnapshot, IsOfThatFileAndItsVeryEnd) {
  Left left(20, 6), other(20, 6);
  const Looked rows = left.host.look();
  const Circumstances at = left.now();
  const Look look{&at, {}, rows.rows};
  const std::string right = appended(left.file, look, nullptr);
  for (std::size_t n = 0; n < 6; ++n) EXPECT_EQ(appended(left.file, look, &left.lasts[n]), right) << "older: " << n;
  EXPECT_EQ(appended(left.file, look, &left.lasts.back(), {1, 8}), right) << "a copy of the file";
  for (std::size_t n = 0; n < 6; ++n) {
    MemoryFile shorter(left.file.bytes().substr(0, left.ends[n]));
    EXPECT_EQ(appended(shorter, look, &left.lasts.back()), appended(shorter, look, nullptr)) << "cut off: " << n;
    shorter.bytes() += "(\xb5/\xfd torn";
    EXPECT_EQ(appended(shorter, look, &left.lasts[n]), appended(shorter, look, nullptr)) << "torn behind: " << n;
  }
  // As long, and with the very same numbers in its head, but of other sockets.
  MemoryFile replaced(left.file.bytes().substr(0, left.ends[4]));
  replaced.bytes() += std::string(left.file.size() - left.ends[4], '\0');
  EXPECT_EQ(appended(replaced, look, &left.lasts.back()), appended(replaced, look, nullptr));
  MemoryFile swapped = left.file;
  swapped.bytes()[left.ends[4] + 1] = '\0';
  EXPECT_EQ(appended(swapped, look, &left.lasts.back()), appended(swapped, look, nullptr)) << "no frame begins there";
}

TEST(LastSnapshot, AnotherBootHostOrChoiceGetsAFullOne) {
  Left left(20, 3);
  const Looked rows = left.host.look();
  const auto is_full = [&](const Circumstances& at, RecordOptions options) {
    const MemoryFile last(left.lasts.back());
    const auto next = Recorder(std::move(options)).next(left.file, here, {&at, {}, rows.rows}, nullptr, &last);
    EXPECT_EQ(next->head.seq, 3U);
    return next->head.full;
  };
  Circumstances at = left.now();
  EXPECT_FALSE(is_full(at, leaving()));
  EXPECT_FALSE(is_full(at, {.full_every = 4}));
  EXPECT_TRUE(is_full(at, {.full_every = 3})) << "two deltas are behind";
  EXPECT_TRUE(is_full(at, {.columns = {find_field("recv_q")}}));
  at.boot_id = "another";
  EXPECT_TRUE(is_full(at, leaving()));
  at = left.now();
  at.host = "web2";
  EXPECT_TRUE(is_full(at, leaving()));
  at = left.now();
  at.time_ns -= 100 * minute;
  EXPECT_FALSE(is_full(at, leaving())) << "a clock that was set back";
}

}  // namespace
}  // namespace skq::test
