// Hostile names: the kernel takes any byte, and none of them may reach a terminal, break a row, or get lost in JSON.
#include <sys/prctl.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "live_test.h"

namespace live {
namespace {

using namespace std::string_literals;

std::vector<std::string> hostile_bytes() {
  return {"line\nfeed"s,
          "\x1b[2J\x1b[31mred"s,
          "nul\0inside"s,
          "\xff\xfe"s,
          "cut \xe2\x82"s,
          "\xe2\x80\xaertl"s,
          "two  spaces "s,
          "quo\"te'"s,
          "back\\slash\\n"s,
          "tab\tcr\r"s,
          "comma,;"s,
          "\x7f\x9b"s,
          "\xc2\x9b\x63"s,
          "\xef\xbb\xbf"
          "bom"s,
          "wide \xe6\xbc\xa2\xe5\xad\x97"s,
          "e\xcc\x81"s,
          "\xed\xa0\x80"s,
          "-"s,
          "@at"s,
          "*"s,
          "="s,
          "<>&"s};
}

class Names : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    for (const std::string& bytes : hostile_bytes()) {
      bind_one("\0"s + bytes);
      if (bytes.find('\0') == std::string::npos && bytes.find('/') == std::string::npos) bind_one(file(bytes));
    }
    bind_one("\0"s + std::string(107, 'a'));  // the longest: 108 with the leading NUL
    bind_one("\0\0\0"s);
    bind_one(file(std::string(108 - file("").size(), 'p')));  // 108 bytes, no NUL behind them
  }

  [[nodiscard]] const std::map<std::uint32_t, std::string>& names() const { return names_; }

 private:
  void bind_one(const std::string& name) {
    sockets_.push_back(unix_bound(SOCK_DGRAM, name));
    ASSERT_TRUE(sockets_.back().valid()) << testing::PrintToString(name);
    names_[inode_of(sockets_.back().get())] = name;
  }

  std::vector<UniqueFd> sockets_;
  std::map<std::uint32_t, std::string> names_;
};

std::string path_of(const std::string& name) { return name[0] == '\0' ? name.substr(1) : name; }

// Below a row, -e and -m set a line that begins with a tab, as in ss.
void expect_printable(const std::string& text, bool terminal) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool continued = byte == '\t' && at > 0 && text[at - 1] == '\n';
    if (byte == '\n' || continued || (terminal && text.compare(at, 2, "\x1b[") == 0)) continue;
    ASSERT_TRUE(byte >= 0x20 && byte != 0x7f)
        << "byte " << unsigned{byte} << " near " << testing::PrintToString(text.substr(at > 20 ? at - 20 : 0, 40));
  }
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << "right-to-left override";
  EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos) << "CSI as one character";
}

// Of the escape sequences only colours (ESC [ numbers m) may stand there.
void expect_colours_only(const std::string& text) {
  for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b', at + 1)) {
    const std::size_t end = text.find_first_not_of("0123456789;", at + 2);
    ASSERT_TRUE(end != std::string::npos && text[end] == 'm') << testing::PrintToString(text.substr(at, 12));
  }
}

TEST_F(Names, NothingButPrintableBytesOnAPipeAndOnATerminal) {
  for (const char* format : {"--format=table", "--format=raw"}) {
    const Finished piped = run_skq({"-xaep", format});
    EXPECT_EQ(piped.exit, 0) << piped.err;
    expect_printable(piped.out, false);
    const Finished shown = run_on_terminal(skq({"-xaep", format}), 120);
    EXPECT_EQ(shown.exit, 0);
    expect_printable(shown.out, true);
    expect_colours_only(shown.out);
  }
}

TEST_F(Names, OneLineARowInTheTable) {
  const Finished piped = run_skq({"-xa", "-H"});
  EXPECT_EQ(static_cast<std::size_t>(std::count(piped.out.begin(), piped.out.end(), '\n')), names().size());
}

TEST_F(Names, RawGivesTheBytesBack) {
  const Rows rows = list({"-xa"}, "inode,abstract,path,local");
  ASSERT_EQ(rows.size(), names().size());
  for (const auto& [inode, name] : names()) {
    const Row& row = rows.one("inode", std::to_string(inode));
    EXPECT_EQ(row.boolean("abstract"), name[0] == '\0');
    EXPECT_EQ(row.text("path"), path_of(name));
  }
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char byte : bytes) {
    constexpr const char* digits = "0123456789abcdef";
    out += digits[static_cast<unsigned char>(byte) >> 4U];
    out += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return out;
}

// Runs python3 on skq's output (first argument) and on the truth (second): lines "inode abstract hexname".
Finished check_by_python(const LiveTest&, const std::string& script, const std::string& output,
                         const std::string& truth, const std::string& folder) {
  std::ofstream(folder + "/.output", std::ios::binary) << output;
  std::ofstream(folder + "/.truth", std::ios::binary) << truth;
  return run({"python3", "-c", script, folder + "/.output", folder + "/.truth"});
}

std::string truth_lines(const std::map<std::uint32_t, std::string>& names) {
  std::string lines;
  for (const auto& [inode, name] : names)
    lines += std::to_string(inode) + " " + (name[0] == '\0' ? "1" : "0") + " " + hex(path_of(name)) + "\n";
  return lines;
}

constexpr const char* json_script = R"(
import base64, json, sys
data = open(sys.argv[1], 'rb').read()
data.decode('utf-8', 'strict')
rows = {row['inode']: row for row in json.loads(data)['sockets']}
for line in open(sys.argv[2]):
    inode, abstract, name = (line.rstrip('\n').split(' ') + [''])[:3]
    row, name = rows.pop(int(inode)), bytes.fromhex(name)
    assert row['abstract'] == (abstract == '1'), row
    try:
        assert row['path'] == name.decode('utf-8'), (row, name)
        assert row['path_b64'] is None, row
    except UnicodeDecodeError:
        assert base64.b64decode(row['path_b64']) == name, (row, name)
assert not rows, rows
)";

TEST_F(Names, JsonIsExact) {
  SKIP_WITHOUT("python3");
  const Finished json = run_skq({"-xa", "-J"});
  const Finished checked = check_by_python(*this, json_script, json.out, truth_lines(names()), folder());
  EXPECT_EQ(checked.exit, 0) << checked.err;
}

constexpr const char* csv_script = R"(
import base64, csv, sys
rows = {row['inode']: row for row in csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8'))}
for line in open(sys.argv[2]):
    inode, abstract, name = (line.rstrip('\n').split(' ') + [''])[:3]
    row, name = rows.pop(inode), bytes.fromhex(name)
    assert None not in row and None not in row.values(), row
    try:
        assert row['path'] == name.decode('utf-8'), (row, name)
    except UnicodeDecodeError:
        assert base64.b64decode(row['path_b64']) == name, (row, name)
assert not rows, rows
)";

TEST_F(Names, CsvIsExact) {
  SKIP_WITHOUT("python3");
  const Finished csv = run_skq({"-xa", "--format=csv", "-c", "inode,abstract,path,path_b64,local"});
  const Finished checked = check_by_python(*this, csv_script, csv.out, truth_lines(names()), folder());
  EXPECT_EQ(checked.exit, 0) << checked.err;
}

TEST_F(Names, CommsAreEscapedInTheProcessColumnToo) {
  for (const std::string comm : {"we)ird \"x", "\x1b[31mred\n", "\xff\r\t\b"}) {
    const Pair pair = unix_pair(SOCK_STREAM);
    const Child child({pair.a.get()}, [&] { return prctl(PR_SET_NAME, comm.c_str()) == 0; });
    expect_printable(run_skq({"-xap"}).out, false);
    expect_printable(run_skq({"-xap", "--format=raw", "-c", "@ss"}).out, false);
    expect_colours_only(run_on_terminal(skq({"-xap"}), 200).out);
  }
}

// The name of a file in a message is as hostile as that of a socket.
TEST_F(Names, MessagesAreEscaped) {
  const Finished finished = run_skq({"-xa", "--output", "/no/such\x1b[31m\nfolder"});
  EXPECT_EQ(finished.exit, 1);
  expect_printable(finished.err, false);
  expect_printable(run_skq({"\x1b[31m\nword"}).err, false);
  expect_printable(run_skq({"--\x1b[31m\xff"}).err, false);
  expect_printable(run_skq({"-c", "\x1b[31m\xff"}).err, false);
  expect_printable(run_skq({"--where", "\x1b[31m\xff == 1"}).err, false);
}

TEST_F(Names, FiltersFindThem) {
  const Rows by_glob = list({"-xa", "src", file("line?feed")}, "inode,path");
  EXPECT_EQ(by_glob.size(), 1U);
  const Rows by_text = list({"-xa", "--where", "path == \"line\\nfeed\""}, "inode,path,abstract");
  ASSERT_EQ(by_text.size(), 1U);
  EXPECT_EQ(by_text.all()[0].boolean("abstract"), true);
}

}  // namespace
}  // namespace live
