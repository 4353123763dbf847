// Every format read by somebody else: rows with hostile names are rendered, and readers.py (python's own json and csv
// modules, and jq) takes them apart and compares each value with what went in.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "fake_fields.h"
#include "sample_findings.h"

namespace skq::testing {
namespace {

using namespace std::string_literals;

constexpr int row_count = 400;

std::string hostile_name(std::mt19937& random) {
  static const std::string pieces[] = {"/run/app.sock",
                                       "\n",
                                       "\033[31m",
                                       "\0"s,
                                       "\xff",
                                       "\u202e",
                                       "\r\n",
                                       ",",
                                       "\"",
                                       "'",
                                       " ",
                                       "\t",
                                       "\\",
                                       "\\u0041",
                                       "-",
                                       "\xc2\x9b",
                                       "\u65e5\u672c\u8a9e",
                                       "cafe\u0301",
                                       "\U0001f600",
                                       "\xe2\x82",
                                       "\xed\xa0\x80",
                                       "\u2028",
                                       "\x7f",
                                       "=cmd()",
                                       "{}",
                                       ";",
                                       ":",
                                       "\xf0\x9f\x98",
                                       "\u00a0",
                                       "\ufeff",
                                       "\ufffd",
                                       "]"};
  std::string name;
  for (auto count = random() % 8; count > 0; --count) name += pieces[random() % std::size(pieces)];
  if (random() % 8 == 0) {
    for (auto count = random() % 20; count > 0; --count) name += static_cast<char>(random());
  }
  if (random() % 64 == 0) name.append(20'000, 'x');
  return name;
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) {
    out += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4U];
    out += "0123456789abcdef"[static_cast<unsigned char>(byte) & 0xfU];
  }
  return out;
}

// Generated rows, and each value once more in a form that nothing can misread.
struct Generated {
  FakeTable table{{text_field("path", "Path"), number_field("count", "Count"), percent_field("fill", "Fill"),
                   fake_field("flag", "Flag", Type::boolean), fake_field("owners", "Owners", Type::owners),
                   fake_field("pending", "Pending", Type::inodes), text_field("comm", "Command")}};
  std::deque<std::string> names;
  std::deque<std::vector<Owner>> owners;
  std::deque<std::vector<Inode>> inodes;
  std::string expected;
};

Value expect(Generated& all, const std::string& kind, const std::string& value, Value cell) {
  all.expected += kind + ':' + value + '\t';
  return cell;
}

Value any_text(Generated& all, std::mt19937& random) {
  if (random() % 10 == 0) return expect(all, "null", "", absent);
  all.names.push_back(hostile_name(random));
  return expect(all, "text", hex(all.names.back()), text(all.names.back()));
}

Value any_owners(Generated& all, std::mt19937& random) {
  std::vector<Owner>& list = all.owners.emplace_back();
  std::string value;
  for (auto count = random() % 4; count > 0; --count) {
    all.names.push_back(hostile_name(random));
    list.push_back(
        {static_cast<int>(random() % 100'000), 0, static_cast<int>(random() % 1000), all.names.back(), nullptr});
    value += std::to_string(list.back().pid) + '/' + hex(all.names.back()) + '/' + std::to_string(list.back().fd) + ',';
  }
  return expect(all, "owners", value, std::span<const Owner>(list));
}

Value any_inodes(Generated& all, std::mt19937& random) {
  std::vector<Inode>& list = all.inodes.emplace_back();
  std::string value;
  for (auto count = random() % 4; count > 0; --count) {
    list.push_back(static_cast<Inode>(random()));
    value += std::to_string(static_cast<std::uint32_t>(list.back())) + ',';
  }
  return expect(all, "inodes", value, std::span<const Inode>(list));
}

Value any_percent(Generated& all, std::mt19937& random) {
  const double value = static_cast<double>(random() % 20'000) / 64;
  return expect(all, "num", std::to_string(value), value);
}

Generated& generated() {
  static Generated all;
  if (!all.expected.empty()) return all;
  std::mt19937 random{20261121};
  for (int row = 0; row < row_count; ++row) {
    const std::uint64_t count = std::uint64_t{random()} << (random() % 32);
    const bool flag = random() % 2 != 0;
    std::vector<Value> cells;
    cells.push_back(any_text(all, random));
    cells.push_back(expect(all, "int", std::to_string(count), number(count)));
    cells.push_back(any_percent(all, random));
    cells.push_back(expect(all, "bool", flag ? "true" : "false", flag));
    cells.push_back(any_owners(all, random));
    cells.push_back(any_inodes(all, random));
    cells.push_back(any_text(all, random));
    all.table.add(std::move(cells));
    all.expected.back() = '\n';
  }
  return all;
}

class Folder {
 public:
  Folder() {
    std::string name = ::testing::TempDir() + "skq-readers-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    for (const std::string& file : files_) std::remove(file.c_str());
    rmdir(path_.c_str());
  }
  std::string write(const std::string& name, const std::string& bytes) {
    files_.push_back(path_ + '/' + name);
    std::ofstream(files_.back(), std::ios::binary) << bytes;
    return files_.back();
  }

 private:
  std::string path_;
  std::vector<std::string> files_;
};

class Readers : public ::testing::TestWithParam<const char*> {};

TEST_P(Readers, GetTheSameValuesBack) {
  const std::string format = GetParam();
  Folder folder;
  const std::string output =
      folder.write("output", generated().table.rendered(*format_named(format), {.version = "0.1.0"}));
  const std::string expected = folder.write("expected", generated().expected);
  const std::string command = "python3 " SKQ_READERS " " + format + " '" + output + "' '" + expected + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c): readers are found by PATH, as users find them
}

INSTANTIATE_TEST_SUITE_P(Format, Readers, ::testing::Values("raw", "csv", "json", "jsonl"),
                         [](const auto& each) { return std::string(each.param); });

TEST(FindingsReaders, GetTheTextsOfFindingsBack) {
  std::mt19937 random(7);
  for (int round = 0; round < 8; ++round) {
    std::array<std::string, 4> texts;
    for (std::string& text : texts) text = "x" + hostile_name(random);
    Sample sample = stopped_logger();
    Finding& finding = sample.diagnosis.findings.front();
    finding.title = texts[0];
    finding.waiters.front().comm = texts[1];
    finding.culprits.front().detail = texts[2];
    sample.sockets[1].part = UnixPart{.name = texts[3], .has_name = true};
    std::string expected;
    for (const std::string& text : texts) expected += "text:" + hex(text) + "\n";
    Folder folder;
    const std::string output = folder.write("output", sample.json() + "\n" + sample.lines());
    const std::string command =
        "python3 " SKQ_READERS " findings '" + output + "' '" + folder.write("expected", expected) + "'";
    EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c): as above
  }
}

TEST(ControlBytes, NeverReachATerminal) {
  for (const Format format : {Format::table, Format::raw, Format::json, Format::jsonl}) {
    for (const char c : generated().table.rendered(format, {.width = 80, .bars = true})) {
      ASSERT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)) << static_cast<int>(c);
    }
  }
}

TEST(Lines, AreOneARow) {
  for (const Format format : {Format::table, Format::raw, Format::jsonl}) {
    const std::string out = generated().table.rendered(format, {.header = false});
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), row_count);
  }
}

}  // namespace
}  // namespace skq::testing
