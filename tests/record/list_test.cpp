// record --list, also of folders that were made to harm.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "day_files.h"

namespace live {
namespace {

namespace fs = std::filesystem;

class RecordList : public RecordTest {};

TEST_F(RecordList, TellsWhatIsThere) {
  SKIP_WITHOUT("jq");
  const UniqueFd listener = tcp_listener("127.0.0.1", 4120);
  EXPECT_EQ(record({"--list"}).exit, 0);
  for (int n = 0; n < 3; ++n) EXPECT_EQ(record({"-t", "-c", "local"}).exit, 0);
  const Finished table = record({"--list"});
  EXPECT_EQ(table.exit, 0) << table.err;
  EXPECT_NE(table.out.find("SNAPSHOTS"), std::string::npos);
  const Finished json = record({"--list", "-J"});
  std::ofstream(file("list.json")) << json.out;
  const Finished said = run(
      {"jq", "-c", ".days[] | [.snapshots, .full, .delta, .sockets, .incomplete, (.hosts | length), .damages, .error]",
       file("list.json")});
  EXPECT_EQ(said.out, "[3,1,2,1,0,1,[],null]\n") << json.out;
  const Finished lines = record({"--list", "--json-lines"});
  std::ofstream(file("list.jsonl")) << lines.out;
  EXPECT_EQ(run({"jq", "-c", ".snapshots", file("list.jsonl")}).out, "3\n");
  EXPECT_EQ(run_skq({"record", "--list", "--dir=" + file("missing")}).exit, 1);
}

TEST_F(RecordList, TellsWhatIsNoRecordingAndWhatCannotBeRead) {
  std::ofstream(file("20200101.jsonl.zst")) << std::string(300, 'x');
  const Finished foreign = record({"--list"});
  EXPECT_NE(foreign.out.find("no recording"), std::string::npos) << foreign.out;
  EXPECT_EQ(foreign.out.find("torn"), std::string::npos) << foreign.out;
  EXPECT_EQ(record({"--list", "--strict"}).exit, 3);
  fs::remove(file("20200101.jsonl.zst"));
  for (int n = 0; n < 3; ++n) EXPECT_EQ(record({"-ta"}).exit, 0);
  EXPECT_EQ(record({"--list", "--strict"}).exit, 0);
  std::fstream(day_files(folder()).at(0), std::ios::binary | std::ios::in | std::ios::out).seekp(600).write("damag", 5);
  const Finished damaged = record({"--list", "--strict"});
  EXPECT_EQ(damaged.exit, 3) << damaged.out;
  EXPECT_NE(damaged.out.find(" unreadable"), std::string::npos) << damaged.out;
}

TEST_F(RecordList, LivesThroughHostileFolders) {
  EXPECT_EQ(record({"-t", "-c", "local"}).exit, 0);
  const std::string good = day_files(folder()).at(0);
  std::string bytes;
  {
    std::ifstream from(good, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(from), {});
  }
  std::ofstream(file("20200101.jsonl.zst")) << bytes.substr(0, bytes.size() / 2);
  std::ofstream(file("20200102.jsonl.zst")) << bytes << std::string(300, '\0') << bytes;
  std::ofstream(file("20200103.jsonl.zst"));
  std::ofstream(file("\033[2Jevil\n.jsonl.zst")) << "x";
  std::ofstream(file("20209999.jsonl.zst")) << "x";
  fs::create_directory(file("20200104.jsonl.zst"));
  ASSERT_EQ(mkfifo(file("20200105.jsonl.zst").c_str(), 0600), 0);
  fs::create_symlink(file("nowhere"), file("20200106.jsonl.zst"));
  std::ofstream(file("20200107.jsonl.zst")) << "(";
  ASSERT_EQ(truncate(file("20200107.jsonl.zst").c_str(), 100 << 20), 0);
  const Finished table = record({"--list"});
  EXPECT_EQ(table.exit, 1) << table.err;
  EXPECT_EQ(table.out.find('\033'), std::string::npos);
  EXPECT_NE(table.out.find("torn end"), std::string::npos) << table.out;
  for (const char* name : {"20200104", "20200105", "20200106"}) {
    EXPECT_NE(table.out.find(name), std::string::npos) << table.out;
    EXPECT_NE(table.err.find(std::string(name) + ".jsonl.zst is no regular file"), std::string::npos) << table.err;
    fs::remove(file(std::string(name) + ".jsonl.zst"));
  }
  EXPECT_EQ(record({"--list"}).exit, 0);
  EXPECT_EQ(record({"--list", "--strict"}).exit, 3) << "damage that is no torn end";
  const Finished json = record({"--list", "--json-lines"});
  EXPECT_EQ(json.exit, 0);
  EXPECT_EQ(static_cast<int>(std::count(json.out.begin(), json.out.end(), '\n')), 5);
  if (in_own_user_namespace()) return;
  chmod(file("20200102.jsonl.zst").c_str(), 0);
  chmod(good.c_str(), 0644);
  const Finished user = record({"--list"}, {.user = 65534});
  EXPECT_EQ(user.exit, 1);
  EXPECT_NE(user.out.find("unreadable"), std::string::npos) << user.out;
  EXPECT_NE(user.err.find("Permission denied"), std::string::npos) << user.err;
}

}  // namespace
}  // namespace live
