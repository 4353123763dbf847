// How the two looks are named, and what is refused.
#include <filesystem>

#include "diff_fixture.h"

namespace live {
namespace {

class Operands : public DiffTest {
 protected:
  [[nodiscard]] std::string day() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder() + "/rec"))
      if (entry.path().filename().string().front() != '.') return entry.path().filename().string();
    return {};
  }
  static Finished run_diff(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "diff");
    return run_skq(arguments);
  }
};

TEST_F(Operands, NameASnapshotInManyWays) {
  const std::string first = record();
  const UniqueFd listener = tcp_listener("127.0.0.1", 4051);
  const std::string second = record();
  const std::string folder_of = folder() + "/rec", path = folder_of + "/" + day();
  const std::string digits = day().substr(0, 8);
  const std::vector<std::vector<std::string>> same{
      {"--from", folder_of, first, second},
      {"--from", folder_of, first},
      {"--from", folder_of, "@" + first, "live"},
      {folder_of + "@" + first, folder_of},
      {path + "@" + first, path},
      {folder_of + "/" + digits + "@" + first, "now"},
      {"--from", folder_of, digits + "@" + first, digits},
  };
  for (std::vector<std::string> words : same) {
    words.insert(words.begin(), "--json-lines");
    const Finished finished = run_diff(words);
    EXPECT_EQ(finished.exit, 0) << as_shell(words) << finished.err;
    EXPECT_NE(finished.out.find("\"change\":\"opened\""), std::string::npos) << as_shell(words);
    EXPECT_EQ(std::count(finished.out.begin(), finished.out.end(), '\n'), 1) << as_shell(words) << finished.out;
  }
  EXPECT_NE(diff({}).out.find("nothing changed"), std::string::npos) << "without words: the last one, and now";
}

TEST_F(Operands, SecondsSince1970HaveAnAtOfTheirOwn) {
  const std::string when = record();
  const std::string path = folder() + "/rec/" + day(), digits = day().substr(0, 8);
  const auto snapshot = run_skq({"--from", path, "-J", "-c", "inode"});
  const std::string seconds = std::to_string(Json::parse(snapshot.out).at("skq").at("ts").get<std::int64_t>());
  const std::string before = std::to_string(std::stoll(seconds) - 1);
  std::filesystem::copy(path, file("w"));
  for (const std::string& what : {path, file("w"), folder() + "/rec", digits, std::string()}) {
    const Finished there = diff({what + "@@" + seconds});
    EXPECT_EQ(there.exit, 0) << what << there.err;
    const Finished earlier = diff({what + "@@" + before});
    EXPECT_EQ(earlier.exit, 1) << what << earlier.err;
    EXPECT_NE(earlier.err.find("there is no snapshot at or before"), std::string::npos) << earlier.err;
  }
  EXPECT_EQ(diff({"@" + seconds}).exit, 0);
  EXPECT_EQ(diff({path + "@@x"}).exit, 2);
  std::filesystem::copy(folder() + "/rec", file("c@"));
  const Finished odd = diff({file("c@") + "@" + when});
  EXPECT_EQ(odd.exit, 0) << "a folder whose name ends so, too: " << odd.err;
}

// The live look is one of that namespace, however the recordings are named.
TEST_F(Operands, ANamespaceIsThatOfTheLiveLook) {
  const UniqueFd here = tcp_listener("127.0.0.1", 4052);
  const std::string first = record();
  const UniqueFd more = tcp_listener("127.0.0.1", 4053);
  const std::string pid = std::to_string(getpid());
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--from", folder() + "/rec", first, "-N", pid},
                                                {"--from", folder() + "/rec", "-N", pid},
                                                {folder() + "/rec@" + first, "-N", pid},
                                                {"--from", folder() + "/rec", first, "live", "--all-netns"}}) {
    std::vector<std::string> all{"-t", "--json-lines"};
    all.insert(all.end(), words.begin(), words.end());
    const Finished finished = run_diff(all);
    EXPECT_EQ(finished.exit, 0) << as_shell(all) << finished.err;
    EXPECT_NE(finished.out.find("\"local_port\":4053"), std::string::npos) << as_shell(all) << finished.out;
  }
  const std::string second = record();
  for (const std::string& option : {"--net=" + pid, std::string("--all-netns")}) {
    const Finished both = diff({first, second, option});
    EXPECT_EQ(both.exit, 2);
    EXPECT_NE(both.err.find("both looks are recorded: leave out B, or say live"), std::string::npos) << both.err;
    EXPECT_EQ(run_skq({"--from", folder() + "/rec", option}).exit, 2) << "no live look at all";
    EXPECT_EQ(run_skq({"why", "--from", folder() + "/rec", option}).exit, 2);
  }
}

TEST_F(Operands, AFileThatReadsAsATimeIsNamedByItsPath) {
  record();
  std::filesystem::copy(folder() + "/rec/" + day(), file("14:05"));
  const Finished by_path = run_diff({folder() + "/14:05"});
  EXPECT_EQ(by_path.exit, 0) << by_path.err;
  std::filesystem::copy(folder() + "/rec/" + day(), file("a@b"));
  EXPECT_EQ(run_diff({file("a@b")}).exit, 0) << "a path that is there is that path";
}

TEST_F(Operands, WhatIsRefused) {
  const std::string first = record(), second = record();
  struct Row {
    std::vector<std::string> words;
    int exit;
    std::string says;
  };
  const std::vector<Row> rows{
      {{"--from", folder() + "/rec", first, second, "live"}, 2, "would be a third"},
      {{"--from", folder() + "/rec", "live", second}, 2, "is the later look"},
      {{"--from", folder() + "/rec", second, first}, 2, " is later than the snapshot of "},
      {{"--from", folder() + "/rec", "@25:99"}, 2, ""},
      {{"--from", folder() + "/rec", "25:00", "26:00"}, 2, "no such time of day"},
      {{"--from", folder() + "/rec", "2001-01-01T00:00:00Z"}, 1, "there is no snapshot"},
      {{"--from", folder() + "/nowhere"}, 1, "nowhere"},
      {{folder() + "/nothing\n"}, 1, "nothing\\n"},
      {{"--format=csv", "--from", folder() + "/rec"}, 2, "diff tells changes"},
      {{"--from", folder() + "/rec", "--where", "nonsense == 1"}, 2, "nonsense"},
      {{"--all-netns", folder() + "/rec@" + first, folder() + "/rec@" + second}, 2, "both looks are recorded"},
      {{"--sort=fill", folder() + "/rec"}, 2, "cannot go with diff"},
      {{"--from", folder() + "/rec", ""}, 2, "empty"},
  };
  for (const Row& row : rows) {
    const Finished finished = run_diff(row.words);
    EXPECT_EQ(finished.exit, row.exit) << as_shell(row.words) << finished.err << finished.out;
    EXPECT_NE(finished.err.find(row.says), std::string::npos) << as_shell(row.words) << finished.err;
    EXPECT_EQ(finished.out, "") << as_shell(row.words);
  }
}

TEST_F(Operands, OneSnapshotForBothIsTold) {
  const std::string first = record();
  const Finished finished = diff({first, first});
  EXPECT_EQ(finished.exit, 0);
  EXPECT_NE(finished.err.find("both are the same snapshot"), std::string::npos) << finished.err;
}

}  // namespace
}  // namespace live
