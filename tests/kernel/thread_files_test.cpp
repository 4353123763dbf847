// The texts of /proc about a thread, as the kernel writes them and as a hostile process would like them read.
#include "kernel/thread_files.h"

#include <asm/unistd.h>
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "kernel/fdinfo_text.h"
#include "kernel/freezer.h"
#include "kernel/mount_devices.h"
#include "kernel/system_calls.h"

namespace skq::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Where = BlockedCall::Where;

std::string stat_line(const std::string& comm, const std::string& state = "S", const std::string& flags = "4194304") {
  return "71 (" + comm + ") " + state + " 7 71 71 34816 71 " + flags +
         " 0 0 0 0 0 0 0 0 20 0 1 0 8812 4096 100 18446744073709551615 1 1 0 0 0 0 0 0 0 1 0 0 17 3 0 0 0 0 0\n";
}

TEST(ThreadFiles, StatWithAnyComm) {
  for (const std::string comm : {"cat", "a) R 1 2 3", "((", "))", "", "new\nline", "tab\t(71) Z 1", "\xff\x1b[31m"}) {
    const std::string text = stat_line(comm);
    const auto stat = parse_thread_stat(text);
    ASSERT_TRUE(stat.has_value()) << comm;
    EXPECT_EQ(stat->comm, comm);
    EXPECT_EQ(stat->state, ThreadState::sleeping) << comm;
    EXPECT_EQ(stat->parent, 7);
    EXPECT_EQ(stat->started, 8812U);
    EXPECT_EQ(stat->cpu, 3);
    EXPECT_FALSE(stat->of_kernel);
  }
}

TEST(ThreadFiles, StatesByTheirLetters) {
  const auto state = [](const char* letter) { return parse_thread_stat(stat_line("x", letter))->state; };
  EXPECT_EQ(state("R"), ThreadState::running);
  EXPECT_EQ(state("D"), ThreadState::disk_sleep);
  EXPECT_EQ(state("T"), ThreadState::stopped);
  EXPECT_EQ(state("t"), ThreadState::traced);
  EXPECT_EQ(state("Z"), ThreadState::zombie);
  EXPECT_EQ(state("I"), ThreadState::idle);
  EXPECT_EQ(state("P"), ThreadState::parked);
  EXPECT_EQ(state("?"), ThreadState::unknown);
  EXPECT_EQ(state("SS"), ThreadState::unknown);
  EXPECT_TRUE(parse_thread_stat(stat_line("kthreadd", "S", "2129984"))->of_kernel);
}

TEST(ThreadFiles, StatThatIsNone) {
  for (const std::string text : {"", "71", "71 (", "71 )x(", "71 (x)", "71 (x) S 1 2", "71 (x) S 7 a b c"})
    EXPECT_FALSE(parse_thread_stat(text).has_value()) << text;
  // An old kernel's line is shorter: the CPU is not told.
  const std::string text = stat_line("x");
  const auto cut = parse_thread_stat(std::string_view(text).substr(0, text.find(" 4096")));
  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(cut->started, 8812U);
  EXPECT_EQ(cut->cpu, -1);
}

TEST(ThreadFiles, Calls) {
  EXPECT_EQ(parse_blocked_call("running\n")->where, Where::running);
  const auto outside = parse_blocked_call("-1 0x7ffc1 0x7f12\n");
  ASSERT_TRUE(outside.has_value());
  EXPECT_EQ(outside->where, Where::outside);
  const auto call = parse_blocked_call("44 0x3 0xffffffffffffffff 0x0 0x4 0x5 0x6 0x7ffce4dd32c8 0x7f2d36a7a2ad\n");
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->where, Where::call);
  EXPECT_EQ(call->number, 44);
  EXPECT_THAT(call->arguments, ElementsAre(3, UINT64_MAX, 0, 4, 5, 6));
  EXPECT_EQ(call->stack, 0x7ffce4dd32c8U);
  EXPECT_EQ(call->at, 0x7f2d36a7a2adU);
}

TEST(ThreadFiles, CallsThatAreNone) {
  for (const std::string text :
       {"", "\n", "runs", "44", "44 0x3", "44 3 0 0 0 0 0 0 0", "-2 0x1 0x1", "44 0x 0x0 0x0 0x0 0x0 0x0 0x0 0x0",
        "44 0x10000000000000000 0x0 0x0 0x0 0x0 0x0 0x0 0x0", "99999999999999999999 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0",
        "-1", "44 0x0 0x0 0x0 0x0 0x0 0x0 0x0"})
    EXPECT_FALSE(parse_blocked_call(text).has_value()) << text;
}

std::string sched_text(const std::string& comm) {
  return comm + " (71, #threads: 1)\n" + std::string(67, '-') +
         "\nse.exec_start                                :      13237208.526256\n"
         "se.vruntime                                  :           202.695122\n"
         "nr_switches                                  :                    4\n"
         "nr_voluntary_switches                        :                    1\n";
}

TEST(ThreadFiles, ClockWithAnyComm) {
  for (const std::string comm : {"cat", "se.exec_start", "\nnr_switches: 9", "\nnr_switches :9", "-----------"}) {
    const ThreadClock clock = parse_thread_clock(sched_text(comm));
    EXPECT_EQ(clock.last_ran_ns, 13'237'208'526'256) << comm;
    EXPECT_EQ(clock.switches, 4U) << comm;
  }
}

TEST(ThreadFiles, ClockThatIsNotTold) {
  const std::string head = "x (71, #threads: 1)\n" + std::string(67, '-') + "\n";
  EXPECT_FALSE(parse_thread_clock("").last_ran_ns.has_value());
  EXPECT_FALSE(parse_thread_clock("se.exec_start : 1.000001\n").last_ran_ns.has_value());
  for (const std::string value : {"", "0.000000", "-5.000001", "1.5", "1", "x.000000", "99999999999999999.000000",
                                  "9223372036854.775808999", "1.0000001"})
    EXPECT_FALSE(parse_thread_clock(head + "se.exec_start : " + value + "\n").last_ran_ns.has_value()) << value;
}

TEST(ThreadFiles, StatusAndWchan) {
  const ThreadStatus status = parse_thread_status(
      "Name:\ta\\nTracerPid:\t1\nTracerPid:\t77\nFDSize:\t256\nvoluntary_ctxt_switches:\t5\n"
      "nonvoluntary_ctxt_switches:\t6\n");
  EXPECT_EQ(status.tracer, 77);
  EXPECT_EQ(status.switches, 11U);
  EXPECT_EQ(status.table_size, 256U);
  EXPECT_FALSE(parse_thread_status("voluntary_ctxt_switches:\t5\n").switches.has_value());
  EXPECT_EQ(parse_wchan("poll_schedule_timeout.constprop.0"), "poll_schedule_timeout");
  EXPECT_EQ(parse_wchan("do_sys_poll.isra.0.part.3"), "do_sys_poll");
  EXPECT_EQ(parse_wchan("0"), "");
  EXPECT_EQ(parse_wchan("0x"), "0x");
  EXPECT_EQ(parse_wchan(""), "");
}

template <class Word>
std::string vector_of(std::initializer_list<Word> words) {
  return {reinterpret_cast<const char*>(words.begin()), words.size() * sizeof(Word)};
}

TEST(ThreadFiles, WordSize) {
  EXPECT_EQ(parse_word_size(vector_of<std::uint64_t>({33, 0x7fff0000, AT_PAGESZ, 4096, 0, 0})), 8U);
  EXPECT_EQ(parse_word_size(vector_of<std::uint32_t>({32, 0xf7f00000, AT_PAGESZ, 65536, 0, 0})), 4U);
  EXPECT_EQ(parse_word_size(vector_of<std::uint64_t>({0, 0, AT_PAGESZ, 4096})), 0U);
  EXPECT_EQ(parse_word_size(""), 0U);
  EXPECT_EQ(parse_word_size("abc"), 0U);
}

std::vector<EpollEntry> entries_of(std::string_view text) {
  std::vector<EpollEntry> entries;
  for_each_epoll_entry(text, [&](const EpollEntry& entry) { entries.push_back(entry); });
  return entries;
}

TEST(FdinfoText, EpollOfNowAndOfOld) {
  const auto entries = entries_of(
      "pos:\t0\nflags:\t02\nmnt_id:\t15\nino:\t9\n"
      "tfd:       48 events: 8000001d data:               30  pos:0 ino:34133a sdev:9\n"
      "tfd:        7 events:       19 data: ffffffffffffffff\n");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].fd, 48);
  EXPECT_EQ(entries[0].events, 0x8000001dU);
  EXPECT_EQ(entries[0].inode, 0x34133aU);
  EXPECT_EQ(entries[0].device, 9U);
  EXPECT_EQ(entries[1].fd, 7);
  EXPECT_FALSE(entries[1].inode.has_value());
}

TEST(FdinfoText, EpollThatIsNone) {
  EXPECT_THAT(entries_of("tfd:\ntfd: x events: 1\ntfd: 5\ntfd: 5 events: 100000000\nevents: 1 tfd: 5\n\ntfd"),
              IsEmpty());
  EXPECT_THAT(entries_of(std::string(100'000, ':')), IsEmpty());
}

TEST(FdinfoText, Ring) {
  const RingText ring = parse_ring(
      "SqMask:\t0x7\nUserFiles:\t3\n    0: socket:[4711]\n    1: <none>\n    2: /tmp/socket:[5]\nUserBufs:\t0\n"
      "    0: socket:[6]\nPollList:\n  op=26, task_works=0\n  op=26, task_works=0\n  op=27, task_works=0\n  op=x\n"
      "CqOverflowList:\n  op=13\n");
  EXPECT_THAT(ring.sockets, ElementsAre(Inode{4711}));
  EXPECT_THAT(ring.waits, ElementsAre(WaitFor::send, WaitFor::receive));
}

TEST(FdinfoText, DescriptorsInFlight) {
  EXPECT_EQ(parse_descriptors_in_flight("pos:\t0\nino:\t5\nscm_fds: 3\n"), 3U);
  EXPECT_EQ(parse_descriptors_in_flight("pos:\t0\n"), 0U);
  EXPECT_EQ(parse_descriptors_in_flight("scm_fds: 99999999999\n"), 0U);
}

TEST(SystemCalls, NamesOfThisMachine) {
  const CallTable* calls = calls_of(sizeof(void*));
  ASSERT_NE(calls, nullptr);
  EXPECT_EQ(calls->find(-1), nullptr);
  EXPECT_EQ(calls->find(4095), nullptr);
  EXPECT_EQ(calls->find(INT64_MAX), nullptr);
  const std::array<std::pair<long, const char*>, 4> some{
      {{__NR_sendto, "sendto"}, {__NR_ppoll, "ppoll"}, {__NR_epoll_pwait, "epoll_pwait"}, {__NR_futex, "futex"}}};
  for (const auto& [number, name] : some) {
    ASSERT_NE(calls->find(number), nullptr) << name;
    EXPECT_EQ(calls->find(number)->name, name);
  }
  EXPECT_EQ(calls->find(__NR_sendto)->shape, CallShape::sendto);
  EXPECT_EQ(calls->find(__NR_futex)->shape, CallShape::other);
  EXPECT_EQ(calls->find(__NR_pselect6)->shape, CallShape::pselect);
}

#ifdef __x86_64__
TEST(SystemCalls, NumbersOf32BitProcessesMeanOthers) {
  const CallTable* calls = calls_of(4);
  ASSERT_NE(calls, nullptr);
  EXPECT_EQ(calls->find(102)->name, "socketcall");
  EXPECT_EQ(calls->find(82)->shape, CallShape::old_select);
  EXPECT_EQ(calls->find(142)->shape, CallShape::select);
  EXPECT_EQ(calls->find(414)->name, "ppoll_time64");
  EXPECT_TRUE(calls->find(414)->long_time);
  EXPECT_EQ(calls_of(0), nullptr);
}
#endif

TEST(Freezer, Mounts) {
  EXPECT_EQ(find_freezer_mount("31 25 0:26 / /sys/fs/cgroup/freezer rw,nosuid - cgroup cgroup rw,freezer\n"),
            "/sys/fs/cgroup/freezer");
  EXPECT_EQ(find_freezer_mount("31 25 0:26 / /sys/fs/cgroup/x rw - cgroup cgroup rw,cpu,freezer\n"),
            "/sys/fs/cgroup/x");
  EXPECT_EQ(find_freezer_mount("31 25 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,freezer\n"), "");
  EXPECT_EQ(find_freezer_mount("- cgroup \n\n"), "");
}

TEST(MountDevices, TextsThatTellOfThem) {
  EXPECT_EQ(parse_mount_id("pos:\t0\nflags:\t012100000\nmnt_id:\t29\nino:\t11\n"), 29);
  for (const char* text : {"", "mnt_id:", "mnt_id: x\n", "mnt_id:\t-1\n", "amnt_id:\t1\n", "mnt_id:\t99999999999\n"})
    EXPECT_FALSE(parse_mount_id(text).has_value()) << text;
  const std::string list =
      "69 48 0:43 / /mnt rw,relatime - tmpfs none rw\n72 69 0:44 / /mnt/72\\04069 rw - overlay overlay rw\n";
  EXPECT_EQ(device_of_mount(list, 72), (DeviceNumber{0, 44}));
  EXPECT_EQ(device_of_mount(list, 69), (DeviceNumber{0, 43}));
  EXPECT_FALSE(device_of_mount(list, 48).has_value());
  for (const char* text : {"", "\n", "7", "7 1", "7 1 0", "7 1 0:", "7 1 :1 /", "7 1 -1:2 / /", "7 1 0:4294967296 / /"})
    EXPECT_FALSE(device_of_mount(text, 7).has_value()) << text;
}

}  // namespace
}  // namespace skq::kernel
