// The owner scan and its parts on texts and trees that no real kernel would show.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/inode_index.h"
#include "kernel/proc_visibility.h"
#include "kernel/process_details.h"
#include "kernel/process_scan.h"
#include "kernel/process_visit.h"
#include "kernel/thread_tables.h"

namespace skq::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A folder that looks like /proc, removed at the end.
class ProcTree : public ::testing::Test {
 protected:
  ProcTree() {
    std::string pattern = ::testing::TempDir() + "proc_XXXXXX";
    root_ = ::mkdtemp(pattern.data());
  }
  ~ProcTree() override { std::filesystem::remove_all(root_); }
  void write(const std::string& path, std::string_view text) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  void link(const std::string& path, const std::string& target) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::filesystem::create_symlink(target, root_ / path);
  }
  Result<OwnerScan> scan(std::vector<Inode> wanted, bool threads = false, bool details = false) {
    wanted_ = std::move(wanted);
    OwnerScanRequest request;
    request.wanted = wanted_;
    request.threads = threads;
    request.process_details = details;
    return scan_owners(request, arena_, root_.c_str());
  }
  std::filesystem::path root_;
  std::vector<Inode> wanted_;
  Arena arena_;
};

TEST_F(ProcTree, ThatIsNotThereIsAnError) {
  std::filesystem::remove_all(root_);
  const auto result = scan({Inode{7}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), (Error{"open " + root_.string(), ENOENT}));
}

TEST_F(ProcTree, WithoutAnyProcessIsAnError) {
  write("self", "");
  const auto result = scan({Inode{7}});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("is it mounted"));
}

TEST_F(ProcTree, WithOddEntriesIsRead) {
  write("12/comm", "odd\n");
  link("12/fd/3", "socket:[7]");
  link("12/fd/4", "socket:[7");
  link("12/fd/5", "socket:[99999999999999999999]");
  link("12/fd/x", "socket:[7]");
  link("12/fd/99999999999999999999", "socket:[7]");
  link("12/fd/6", "pipe:[7]");
  link("12/fd/7", std::string(300, 's'));
  write("13/fd", "not a directory");
  write("abc/comm", "no process\n");
  write("99999999999999999999/comm", "no process\n");
  const auto result = scan({Inode{7}, Inode{8}});
  ASSERT_TRUE(result) << result.error().text();
  ASSERT_EQ(result->entries.size(), 1U);
  const auto list = result->entries[0].owners.list;
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].fd, 3);
  EXPECT_EQ(list[0].comm, "odd");
}

TEST_F(ProcTree, ProcessWithoutCommIsGone) {
  link("12/fd/3", "socket:[7]");
  const auto result = scan({Inode{7}});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->entries.empty());
}

TEST_F(ProcTree, DetailsComeFromItsFiles) {
  write("12/comm", "x");
  write("12/cmdline", std::string_view("a\0b c\0\0\0", 8));
  write("12/cgroup", "5:name=systemd:/else\n0::/system.slice/a.service\n");
  link("12/fd/3", "socket:[7]");
  const auto result = scan({Inode{7}}, false, true);
  ASSERT_TRUE(result);
  const Owner& owner = result->entries.at(0).owners.list[0];
  ASSERT_NE(owner.process, nullptr);
  EXPECT_EQ(owner.process->cmdline, "a b c");
  EXPECT_EQ(owner.process->cgroup, "/system.slice/a.service");
  EXPECT_EQ(owner.process->unit, "a.service");
}

TEST_F(ProcTree, ContextsAreReadOnlyWhenAsked) {
  write("12/comm", "x\n");
  write("12/attr/current", std::string_view("system_u:system_r:httpd_t:s0\0", 29));
  link("12/fd/3", "socket:[7]");
  write("13/comm", "y\n");
  write("13/attr/current", "a\033b\n");
  link("13/fd/3", "socket:[7]");
  write("14/comm", "none\n");
  link("14/fd/3", "socket:[7]");
  const std::vector<Inode> wanted{Inode{7}};
  OwnerScanRequest request{.wanted = wanted};
  auto result = scan_owners(request, arena_, root_.c_str());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->entries.at(0).owners.list[0].security, nullptr);

  request.contexts = true;
  result = scan_owners(request, arena_, root_.c_str());
  ASSERT_TRUE(result);
  const auto list = result->entries.at(0).owners.list;
  ASSERT_EQ(list.size(), 3U);
  for (const Owner& owner : list) {
    ASSERT_NE(owner.security, nullptr);
    EXPECT_FALSE(owner.security->socket_asked_for);
  }
  EXPECT_EQ(list[0].security->process, "system_u:system_r:httpd_t:s0");
  EXPECT_EQ(list[1].security->process, "a\033b") << "any bytes: escaping is for who prints";
  EXPECT_EQ(list[2].security->process, "");
}

// A link to a file that bears the attribute stands for a socket; only a kernel with SELinux labels real ones.
TEST_F(ProcTree, SocketContextIsTheInodesAttribute) {
  write("12/comm", "x\n");
  write("12/attr/current", "p");
  write("12/fd/socket:[7]", "");
  link("12/fd/3", "socket:[7]");
  const std::string label("u:object_r:socket_t:s0\0", 23);
  if (::setxattr((root_ / "12/fd/socket:[7]").c_str(), "security.selinux", label.data(), label.size(), 0) != 0)
    GTEST_SKIP() << "no right to set security attributes here";
  const std::vector<Inode> wanted{Inode{7}};
  const auto result = scan_owners({.wanted = wanted, .socket_contexts = true}, arena_, root_.c_str());
  ASSERT_TRUE(result);
  const SecurityContext* security = result->entries.at(0).owners.list[0].security;
  ASSERT_NE(security, nullptr);
  EXPECT_TRUE(security->socket_asked_for);
  EXPECT_EQ(security->process, "p");
  EXPECT_EQ(security->socket, "u:object_r:socket_t:s0");
}

TEST(SocketLink, ParsesOnlyWhatTheKernelWrites) {
  const auto parse = [](std::string_view link) { return parse_socket_link(link.data(), link.size()); };
  EXPECT_EQ(parse("socket:[1]"), 1U);
  EXPECT_EQ(parse("socket:[4294967295]"), 4294967295U);
  for (const char* bad : {"", "socket:[", "socket:[]", "socket:[4294967296]", "socket:[-1]", "socket:[+1]", "socket:[1",
                          "socket:[1]x", "socket:[1 ]", "pipe:[1]   ", "socket:[0x1]", "/tmp/socket:[1]"}) {
    EXPECT_EQ(parse(bad), 0U) << bad;
  }
}

TEST(InodeIndex, FindsEveryWantedInode) {
  std::vector<Inode> wanted;
  for (std::uint32_t inode = 0; inode < 3000; ++inode) wanted.push_back(Inode{inode * 1048576U});
  const InodeIndex index(wanted);
  for (std::uint32_t at = 1; at < 3000; ++at) {
    const auto inode = static_cast<std::uint32_t>(wanted[at]);
    if (inode == 0) continue;
    ASSERT_NE(index.find(inode), InodeIndex::absent);
    EXPECT_EQ(wanted[index.find(inode)], wanted[at]);
    EXPECT_EQ(index.find(inode + 1), InodeIndex::absent);
  }
  EXPECT_EQ(index.find(0), InodeIndex::absent);
  EXPECT_EQ(InodeIndex({}).find(5), InodeIndex::absent);
}

TEST(MountInfo, TellsWhetherProcHidesProcesses) {
  const auto hides = [](const std::string& options) {
    return mount_hides_processes("20 1 0:5 / /proc rw,nosuid shared:5 - proc proc " + options + "\n", "/proc");
  };
  EXPECT_FALSE(hides("rw"));
  EXPECT_FALSE(hides("rw,hidepid=0"));
  EXPECT_FALSE(hides("rw,hidepid=noaccess"));
  EXPECT_TRUE(hides("rw,gid=4,hidepid=2"));
  EXPECT_TRUE(hides("rw,hidepid=invisible,gid=4"));
  EXPECT_TRUE(hides("rw,hidepid=ptraceable"));
  EXPECT_TRUE(hides("rw,hidepid=4"));
  EXPECT_FALSE(mount_hides_processes("20 1 0:5 / /mnt rw - proc proc rw,hidepid=2\n", "/proc"));
  EXPECT_FALSE(mount_hides_processes(
      "20 1 0:5 / /proc rw - proc proc rw,hidepid=2\n21 20 0:6 / /proc rw - proc proc rw", "/proc"));
  EXPECT_FALSE(mount_hides_processes("garbage\n - \n\n - proc\n20 1 0:5 / /proc", "/proc"));
}

TEST(ThreadTables, GroupsThreadsByTheirTable) {
  const auto by_last_digit = [](int a, int b) {
    if (a % 10 == b % 10) return TableOrder::same;
    return a % 10 < b % 10 ? TableOrder::less : TableOrder::greater;
  };
  const std::vector<int> tids = {12, 21, 32, 43, 51, 62};
  std::vector<std::vector<int>> groups;
  for (const ThreadTable& table : group_by_table(tids, by_last_digit)) groups.push_back(table.tids);
  EXPECT_THAT(groups, ElementsAre(ElementsAre(21, 51), ElementsAre(12, 32, 62), ElementsAre(43)));
  const auto unknown = [](int, int) { return TableOrder::unknown; };
  EXPECT_EQ(group_by_table(tids, unknown).size(), tids.size());
}

TEST(ProcessDetails, JoinsArguments) {
  const auto join = [](std::string_view text) { return join_arguments(std::string(text)); };
  EXPECT_EQ(join({}), "");
  EXPECT_EQ(join({"\0\0\0", 3}), "");
  EXPECT_EQ(join({"a\0", 2}), "a");
  EXPECT_EQ(join({"a\0\0b\0\0", 6}), "a  b");
  EXPECT_EQ(join("sshd: root@pts/0"), "sshd: root@pts/0");
}

TEST(ProcessDetails, ReadsCgroupLines) {
  const std::string id(64, 'a');
  const auto read = [](std::string_view lines) {
    ProcessText text;
    read_cgroup_lines(lines, text);
    return std::vector<std::string>{text.cgroup, text.container, text.unit};
  };
  EXPECT_THAT(read(""), ElementsAre("", "", ""));
  EXPECT_THAT(read("bad\nworse:x\n:::"), ElementsAre(":", "", ""));
  EXPECT_THAT(read("0::/a.slice/b.scope\n"), ElementsAre("/a.slice/b.scope", "", "b.scope"));
  EXPECT_THAT(read("4:memory:/docker/" + id + "\n1:name=systemd:/system.slice/x.service\n"),
              ElementsAre("/system.slice/x.service", id, "x.service"));
  EXPECT_THAT(read("1:name=systemd:/system.slice/x.service\n0::/\n"), ElementsAre("/", "", "x.service"));
  EXPECT_THAT(read("0::/with:colon/a.service (deleted)\n"),
              ElementsAre("/with:colon/a.service (deleted)", "", "a.service"));
}

}  // namespace
}  // namespace skq::kernel
