// `-c @ss` beside ss: the same titles, and the same words at the same places of a row, which is what awk reads.
#include <algorithm>
#include <set>
#include <sstream>

#include "live_test.h"
#include "zoo.h"

namespace live {
namespace {

using DifferentialColumns = LiveTest;

/// The lines with single blanks. ss has a last title over nothing, which may touch the one before it.
std::vector<std::string> lines_of(const std::string& out) {
  std::vector<std::string> lines;
  std::istringstream text(out);
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    std::string joined;
    for (std::string word; words >> word;) {
      if (word == "Process") continue;
      if (word == "Address:PortProcess") word = "Address:Port";
      joined += (joined.empty() ? "" : " ") + word;
    }
    lines.push_back(joined);
  }
  return lines;
}

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// Sockets of the commands themselves, and port ids that change with each.
bool is_netlink(const std::vector<std::string>& line) {
  return std::find(line.begin(), line.end(), "netlink") != line.end();
}

TEST_F(DifferentialColumns, TitlesAndPlacesAreThoseOfSs) {
  SKIP_WITHOUT("ss");
  const Zoo zoo(folder());
  const std::vector<std::vector<std::string>> command_lines{{"-tln"},
                                                            {"-tn4"},
                                                            {"-tan"},
                                                            {"-tun"},
                                                            {"-tuln"},
                                                            {"-un"},
                                                            {"-uan"},
                                                            {"-wn"},
                                                            {"-xa"},
                                                            {"-xl"},
                                                            {"-xn", "state", "established"},
                                                            {"-0"},
                                                            {"-0a"},
                                                            {"-f", "netlink"},
                                                            {"-f", "netlink", "-a"},
                                                            {"-A", "unix_stream", "-a"},
                                                            {"-A", "tcp,raw", "-an"},
                                                            {"-tn", "state", "established"},
                                                            {"-tan", "state", "listening"},
                                                            {"-tn", "state", "connected"},
                                                            {"-tun", "state", "established"},
                                                            {"-tn", "exclude", "listening"},
                                                            {"-n", "-t", "state", "close", "state", "established"},
                                                            {"-tx", "state", "listening"}};
  for (const auto& line : command_lines) {
    const auto ss = lines_of(run(with({"ss"}, line)).out), ours = lines_of(run_skq(with({"-c", "@ss"}, line)).out);
    ASSERT_FALSE(ss.empty()) << as_shell(line);
    ASSERT_FALSE(ours.empty()) << as_shell(line);
    EXPECT_EQ(ours.front(), ss.front()) << as_shell(line);
    if (is_netlink(line)) continue;
    const std::set<std::string> found(ours.begin(), ours.end());
    for (const std::string& row : ss) EXPECT_TRUE(found.contains(row)) << as_shell(line) << "\nonly ss: " << row;
  }
  const auto bare = lines_of(run_skq({"-Htln", "-c", "@ss"}).out);
  const auto ss = lines_of(run({"ss", "-Htln"}).out);
  ASSERT_FALSE(bare.empty());
  EXPECT_EQ(std::set<std::string>(bare.begin(), bare.end()), std::set<std::string>(ss.begin(), ss.end()));
}

}  // namespace
}  // namespace live
