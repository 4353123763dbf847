#include "kernel/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

namespace skq::kernel {
namespace {

std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class OutputFile : public ::testing::Test {
 protected:
  OutputFile() {
    std::string pattern = ::testing::TempDir() + "output_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    file_ = folder_ / "out.txt";
    ::umask(022);
  }
  ~OutputFile() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] long count_files() const {
    return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
  }
  static unsigned mode_of(const std::filesystem::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }
  std::filesystem::path folder_, file_;
};

TEST_F(OutputFile, AppearsWholeAtCommit) {
  auto output = Output::to_file(file_);
  ASSERT_TRUE(output) << output.error().text();
  ASSERT_TRUE(output->write("one "));
  ASSERT_TRUE(output->write(""));
  ASSERT_TRUE(output->write("two\n"));
  EXPECT_FALSE(std::filesystem::exists(file_));
  ASSERT_TRUE(output->commit());
  EXPECT_EQ(read_all(file_), "one two\n");
  EXPECT_EQ(mode_of(file_), 0644U);
  EXPECT_EQ(count_files(), 1);
}

TEST_F(OutputFile, HonoursTheUmask) {
  ::umask(077);
  auto output = Output::to_file(file_);
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->commit());
  EXPECT_EQ(mode_of(file_), 0600U);
}

TEST_F(OutputFile, LeavesTheOldOneUntouchedWithoutCommit) {
  std::ofstream(file_) << "old";
  {
    auto output = Output::to_file(file_);
    ASSERT_TRUE(output);
    ASSERT_TRUE(output->write("new"));
    const Output moved = *std::move(output);
    EXPECT_EQ(read_all(file_), "old");
  }
  EXPECT_EQ(read_all(file_), "old");
  EXPECT_EQ(count_files(), 1);
}

TEST_F(OutputFile, KeepsTheModeOfTheOldOne) {
  std::ofstream(file_) << "old";
  ::chmod(file_.c_str(), 0664);
  auto output = Output::to_file(file_);
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->write("new"));
  ASSERT_TRUE(output->commit());
  EXPECT_EQ(read_all(file_), "new");
  EXPECT_EQ(mode_of(file_), 0664U);
  EXPECT_EQ(count_files(), 1);
}

TEST_F(OutputFile, KeepsASymbolicLink) {
  std::ofstream(folder_ / "real") << "old";
  std::filesystem::create_symlink("real", file_);
  auto output = Output::to_file(file_);
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->write("new"));
  ASSERT_TRUE(output->commit());
  EXPECT_TRUE(std::filesystem::is_symlink(file_));
  EXPECT_EQ(read_all(folder_ / "real"), "new");
}

TEST_F(OutputFile, InAMissingFolderIsAnError) {
  const std::string path = folder_ / "none" / "out";
  const auto output = Output::to_file(path);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error(), (Error{"write " + path, ENOENT}));
}

TEST_F(OutputFile, ThatIsAFolderIsAnError) {
  const auto output = Output::to_file(folder_);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, EISDIR);
  EXPECT_FALSE(Output::to_file(""));
  EXPECT_FALSE(Output::to_file(folder_ / "none/"));
  EXPECT_FALSE(Output::to_file(std::string(5000, 'x')));
}

/// Runs in a process of its own and gives its exit status, or minus the signal that ended it.
int run_apart(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST_F(OutputFile, InAFolderOfSomebodyElseIsAnError) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  ::chmod(folder_.c_str(), 0755);
  std::ofstream(file_) << "old";
  const int code = run_apart([&] {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) return 255;
    const auto output = Output::to_file(file_);
    return output ? 0 : output.error().code;
  });
  if (code == 255) GTEST_SKIP() << "no other user in this namespace";
  EXPECT_EQ(code, EACCES);
  EXPECT_EQ(read_all(file_), "old");
}

TEST_F(OutputFile, ThatGrowsTooBigLeavesTheOldOne) {
  std::ofstream(file_) << "old";
  EXPECT_EQ(run_apart([&] {
              ::signal(SIGXFSZ, SIG_IGN);
              const rlimit limit{10, 10};
              ::setrlimit(RLIMIT_FSIZE, &limit);
              auto output = Output::to_file(file_);
              if (!output) return 1;
              const auto written = output->write(std::string(100, 'x'));
              return written ? 2 : written.error().code;
            }),
            EFBIG);
  EXPECT_EQ(read_all(file_), "old");
  EXPECT_EQ(count_files(), 1);
}

/// Writes a file and gives 0, or where it failed.
int write_file(const std::string& path) {
  auto output = Output::to_file(path);
  if (!output) return 1;
  if (!output->write("new")) return 2;
  return output->commit() ? 0 : 3;
}

TEST_F(OutputFile, NeedsNoProc) {
  std::ofstream(file_) << "old";
  const int code = run_apart([&] {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 || ::mount("none", "/proc", "tmpfs", 0, nullptr) != 0) return 255;
    return write_file(file_);
  });
  if (code == 255) GTEST_SKIP() << "no mounts in namespaces of our own on this host";
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_all(file_), "new");
  EXPECT_EQ(count_files(), 1);
}

/// From now on linkat() fails in this process as it does for lack of rights and of /proc.
bool forbid_linkat() {
  sock_filter program[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_linkat, 0, 1),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOENT),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TEST_F(OutputFile, HasANameFromTheStartWhereItCanGetNoneLater) {
  std::ofstream(file_) << "old";
  const int code = run_apart([&] {
    if (!forbid_linkat()) return 255;
    {
      const auto left = Output::to_file(file_);
      if (!left || count_files() != 2) return 4;
    }
    return count_files() == 1 ? write_file(file_) : 5;
  });
  if (code == 255) GTEST_SKIP() << "no seccomp on this host";
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_all(file_), "new");
  EXPECT_EQ(count_files(), 1);
}

TEST_F(OutputFile, ThatIsAFifoIsWrittenToDirectly) {
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  const UniqueFd reader(::open(file_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(reader.valid());
  {
    auto output = Output::to_file(file_);
    ASSERT_TRUE(output);
    EXPECT_TRUE(output->write("through"));
    EXPECT_TRUE(output->commit());
  }
  std::string got(100, '\0');
  got.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(reader.get(), got.data(), got.size()), 0)));
  EXPECT_EQ(got, "through");
  EXPECT_EQ(count_files(), 1);
}

TEST_F(OutputFile, ThatIsAFifoNobodyReadsIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  const auto output = Output::to_file(file_);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error(), (Error{"write " + file_.string() + ", which nobody reads", ENXIO}));
}

TEST(OutputDevice, FullIsAWriteError) {
  auto output = Output::to_file("/dev/full");
  ASSERT_TRUE(output);
  const auto written = output->write("x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error(), (Error{"write /dev/full", ENOSPC}));
}

TEST(OutputDevice, NullTakesAll) {
  auto output = Output::to_file("/dev/null");
  ASSERT_TRUE(output);
  EXPECT_TRUE(output->write(std::string(100000, 'x')));
  EXPECT_TRUE(output->commit());
}

/// What becomes of `text` written to a stdout that is `fd`: 0 or errno.
int write_to_stdout_as(int fd, std::string_view text) {
  if (fd < 0) {
    ::close(STDOUT_FILENO);
  } else {
    ::dup2(fd, STDOUT_FILENO);
  }
  auto output = Output::to_stdout();
  if (!output) return output.error().doing == "write to stdout" ? output.error().code : 200;
  const auto written = output->write(text);
  if (!written) return written.error().code;
  const auto committed = output->commit();
  return committed ? 0 : committed.error().code;
}

TEST(OutputStdout, ClosedIsAnError) {
  EXPECT_EQ(run_apart([] { return write_to_stdout_as(-1, "x"); }), EBADF);
}

TEST(OutputStdout, OpenForReadingIsAnError) {
  EXPECT_EQ(run_apart([] { return write_to_stdout_as(::open("/dev/null", O_RDONLY), ""); }), EBADF);
}

TEST(OutputStdout, FullIsAnError) {
  EXPECT_EQ(run_apart([] { return write_to_stdout_as(::open("/dev/full", O_WRONLY), "x"); }), ENOSPC);
}

TEST(OutputStdout, WithoutReaderIsEpipeOrDeath) {
  const auto body = [] {
    int ends[2] = {};
    if (::pipe(ends) != 0) return 201;
    ::close(ends[0]);
    return write_to_stdout_as(ends[1], "x");
  };
  EXPECT_EQ(run_apart(body), -SIGPIPE);
  EXPECT_EQ(run_apart([&] {
              ::signal(SIGPIPE, SIG_IGN);
              return body();
            }),
            EPIPE);
}

TEST(OutputStdout, WaitsForANonBlockingPipe) {
  EXPECT_EQ(run_apart([] {
              int ends[2] = {};
              if (::pipe2(ends, O_NONBLOCK) != 0) return 201;
              const std::string text(1000000, 'x');
              const pid_t reader = ::fork();
              if (reader == 0) {
                ::close(ends[1]);
                ::fcntl(ends[0], F_SETFL, 0);
                std::string buffer(4096, 0);
                std::size_t sum = 0;
                for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
                  sum += static_cast<std::size_t>(got);
                }
                ::_exit(sum == text.size() ? 0 : 1);
              }
              const int code = write_to_stdout_as(ends[1], text);
              ::close(ends[1]);
              ::close(STDOUT_FILENO);
              int status = 0;
              ::waitpid(reader, &status, 0);
              return code != 0 ? code : status;
            }),
            0);
}

TEST_F(OutputFile, DevStdoutIsStdoutAlsoWhenThatIsAFile) {
  EXPECT_EQ(run_apart([&] {
              const int fd = ::open(file_.c_str(), O_WRONLY | O_CREAT, 0600);
              ::dup2(fd, STDOUT_FILENO);
              auto output = Output::to_file("/dev/stdout");
              return output && output->write("plain") && output->commit() ? 0 : 1;
            }),
            0);
  EXPECT_EQ(read_all(file_), "plain");
}

}  // namespace
}  // namespace skq::kernel
