// -s, --limits and -N against the very sockets, the sysctls and the real ss.
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "live_test.h"

namespace live {
namespace {

/// "name value" lines of --format=raw.
std::map<std::string, std::string> facts(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = arguments;
  words.emplace_back("--format=raw");
  const Finished finished = run_skq(words);
  EXPECT_EQ(finished.exit, 0) << finished.err;
  std::map<std::string, std::string> all;
  std::istringstream lines(finished.out);
  for (std::string line; std::getline(lines, line);)
    all[line.substr(0, line.find(' '))] = line.substr(line.find(' ') + 1);
  return all;
}

std::string sysctl(const std::string& path) {
  std::ifstream file("/proc/sys/" + path);
  std::string value;
  file >> value;
  return value;
}

class System : public LiveTest {};

/// What ss prints of TCP has numbers of the host in it, which others change: those of the namespace stay.
std::string without_host_numbers(std::string text) {
  for (const char* before : {"TCP:   ", "closed ", "orphaned "}) {
    std::size_t at = text.find(before);
    if (at == std::string::npos) continue;
    at += std::string_view(before).size();
    text.replace(at, text.find_first_not_of("-0123456789", at) - at, "N");
  }
  return text;
}

TEST_F(System, SummaryBeginsWithWhatSsPrints) {
  SKIP_WITHOUT("ss");
  const UniqueFd listener = tcp_listener("127.0.0.1", 4001);
  const Pair connection = tcp_pair(listener.get(), "127.0.0.1", 4001);
  const UniqueFd udp = inet_bound("::1", 4002, SOCK_DGRAM);
  // The total has also the netlink sockets of programs that ended, until the kernel comes to free them.
  std::string theirs, ours;
  for (int round = 0; round < 100 && (theirs.empty() || ours != theirs); ++round) {
    theirs = without_host_numbers(run({"ss", "-s"}).out);
    ASSERT_FALSE(theirs.empty());
    ours = without_host_numbers(run_skq({"-s"}).out).substr(0, theirs.size());
  }
  EXPECT_EQ(ours, theirs);
}

TEST_F(System, SummaryIsFollowedByTheListWhereSsDoesSo) {
  SKIP_WITHOUT("ss");
  const UniqueFd listener = tcp_listener("127.0.0.1", 4001);
  const auto lists = [](const std::string& out) { return out.find("127.0.0.1:4001") != std::string::npos; };
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"-s"}, {"-s", "-a"}, {"-s", "-ltn"}, {"-sn", "state", "listening"}}) {
    std::vector<std::string> words{"ss"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    EXPECT_EQ(lists(run_skq(arguments).out), lists(run(words).out)) << as_shell(words);
  }
}

TEST_F(System, KindsAreSumsOverTheSockets) {
  const Pair one = unix_pair(SOCK_STREAM), two = unix_pair(SOCK_SEQPACKET);
  send_until_full(one.a.get(), 100);
  const UniqueFd listener = tcp_listener("127.0.0.1", 4001);
  const Pair connection = tcp_pair(listener.get(), "127.0.0.1", 4001);
  ASSERT_TRUE(send_text(connection.a.get(), "hello"));
  const auto all = facts({"-s"});
  EXPECT_EQ(all.at("kinds.unix_stream.sockets"), "2");
  EXPECT_EQ(all.at("kinds.unix_stream.recv_q"), std::to_string(queued_in(one.b.get())));
  EXPECT_EQ(all.at("kinds.unix_stream.send_mem"), std::to_string(memory_of(one.a.get())[wmem_alloc]));
  EXPECT_EQ(all.at("kinds.unix_stream.fullest_inode"), std::to_string(inode_of(one.a.get())));
  EXPECT_EQ(all.at("kinds.unix_seqpacket.sockets"), "2");
  EXPECT_EQ(all.at("kinds.tcp4.sockets"), "3");
  EXPECT_EQ(all.at("kinds.tcp4.listening"), "1");
  EXPECT_EQ(all.at("kinds.tcp4.recv_q"), "5");
  EXPECT_EQ(all.at("tcp.estab"), "2");
  EXPECT_EQ(all.count("kinds.udp4.sockets"), 0U);
  EXPECT_EQ(all.count("protocols.UNIX.memory_pages"), 0U) << "no limit exists for unix";
}

TEST_F(System, CountersAreOfThisNamespace) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4001, 0);
  EXPECT_EQ(facts({"-s"}).at("counters.TcpExt.ListenOverflows"), "0");
  const UniqueFd server = inet_bound("127.0.0.1", 4002, SOCK_DGRAM);
  const UniqueFd client = inet_client("127.0.0.1", 4002, SOCK_DGRAM);
  set_option(server.get(), SO_RCVBUF, 1);
  for (int at = 0; at < 50; ++at) send_text(client.get(), std::string(1000, 'x'));
  const auto dropped = memory_of(server.get())[drops];
  ASSERT_GT(dropped, 0U);
  EXPECT_EQ(facts({"-s"}).at("counters.Udp.RcvbufErrors"), std::to_string(dropped));
}

// Each format read by a reader that is not ours: the same names in all, and the numbers that ss prints.
constexpr const char* documents_script = R"(
import csv, json, re, sys
raw, nested, line, table, theirs = (open(name, newline='').read() for name in sys.argv[1:])

def flat(value, path=()):
    if not isinstance(value, dict):
        return {path: value}
    return {name: fact for key, part in value.items() for name, fact in flat(part, path + (key,)).items()}

# What a look finds fullest is another look's own socket or none.
def settled(names):
    return sorted(name for name in names if 'fullest' not in name)

def number(text):
    return int(text) if re.fullmatch('-?[0-9]+', text) else text

document = json.loads(nested)
assert document['skq']['complete'] is True and document['skq']['gaps'] == [], document
facts = {'.'.join(path): fact for path, fact in flat(document['summary']).items()}
assert line.count('\n') == 1 and line.endswith('\n'), line
one_line = json.loads(line)
assert settled(one_line) == settled(['ts', 'host'] + [name.replace('.', '_') for name in facts]), one_line
titles, *rows = csv.reader(table.splitlines())
assert titles == ['name', 'value'] and all(len(row) == 2 for row in rows), table
in_csv = {name: number(value) for name, value in rows}
in_raw = {name: number(value) for name, value in (row.split(' ', 1) for row in raw.splitlines()[1:])}
assert settled(in_csv) == settled(in_raw) == settled(facts), (in_csv, in_raw, facts)

expected = {}
for name in 'estab', 'timewait':
    expected['tcp.' + name] = re.search(name + ' ([0-9]+)', theirs)
for name in 'raw', 'udp', 'tcp', 'frag':
    found = re.search(name.upper() + r'\s+[0-9]+\s+([0-9]+)\s+([0-9]+)', theirs)
    expected['transport.' + name + '.ipv4'], expected['transport.' + name + '.ipv6'] = found[1], found[2]
for name, found in expected.items():
    want = int(found if isinstance(found, str) else found[1])
    got = [facts[name], one_line[name.replace('.', '_')], in_csv[name], in_raw[name]]
    assert got == [want] * 4, (name, want, got)
# The netlink sockets of programs that ended are counted until the kernel comes to free them.
assert all(in_one['sockets_used'] >= 4 for in_one in (facts, one_line, in_csv, in_raw)), facts
assert facts['tcp.estab'] == 2 and facts['transport.udp.ipv6'] == 1, facts
)";

TEST_F(System, SummaryIsOneDocumentInEveryFormat) {
  SKIP_WITHOUT("python3");
  SKIP_WITHOUT("ss");
  const UniqueFd listener = tcp_listener("127.0.0.1", 4001);
  const Pair connection = tcp_pair(listener.get(), "127.0.0.1", 4001);
  const UniqueFd udp = inet_bound("::1", 4002, SOCK_DGRAM);
  std::vector<std::string> words{"python3", "-c", documents_script};
  for (const char* format : {"raw", "json", "jsonl", "csv"}) {
    words.push_back(file(format));
    const Finished finished = run_skq({"-s", std::string("--format=") + format}, {.stdout_path = words.back()});
    EXPECT_EQ(finished.exit, 0) << finished.err;
  }
  words.push_back(file("ss"));
  EXPECT_EQ(run({"ss", "-s"}, {.stdout_path = words.back()}).exit, 0);
  const Finished checked = run(words);
  EXPECT_EQ(checked.exit, 0) << checked.err;
}

TEST_F(System, MistakesOfTheListAreToldBeforeTheSummary) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"-s", "-t", "-J"},
                                             {"-s", "--where", "fill>200"},
                                             {"-s", "-t", "--where", "nonsense"},
                                             {"-s", "-t", "--sort", "nope"},
                                             {"-s", "-t", "-c", "nope"},
                                             {"-s", "dport", "=", ":no-such-service"},
                                             {"--limits", "dport", "=", ":1"},
                                             {"-D", file("recording"), "--where", "fill>200"}}) {
    const Finished finished = run_skq(arguments);
    EXPECT_EQ(finished.exit, 2) << as_shell(arguments) << "\n" << finished.err;
    EXPECT_EQ(finished.out, "") << as_shell(arguments);
    EXPECT_NE(finished.err, "") << as_shell(arguments);
  }
}

TEST_F(System, AFilterFromAFileMakesTheListAndIsObeyed) {
  const UniqueFd one = tcp_listener("127.0.0.1", 4001), other = tcp_listener("127.0.0.1", 4002);
  std::ofstream(file("filter")) << "sport = :4002\n";
  const Finished finished = run_skq({"-s", "-an", "-F", file("filter")});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_NE(finished.out.find("127.0.0.1:4002"), std::string::npos) << finished.out;
  EXPECT_EQ(finished.out.find("127.0.0.1:4001"), std::string::npos) << finished.out;
}

TEST_F(System, TheFullestHasTheNamesOfTheList) {
  const UniqueFd reader = inet_bound("127.0.0.1", 22, SOCK_DGRAM);
  ASSERT_TRUE(reader.valid());
  const UniqueFd sender = inet_client("127.0.0.1", 22, SOCK_DGRAM);
  ASSERT_TRUE(send_text(sender.get(), std::string(1000, 'x')));
  for (const std::vector<std::string>& numeric : std::vector<std::vector<std::string>>{{}, {"-n"}}) {
    std::vector<std::string> words{"-ua", "--where", "fill>0"};
    words.insert(words.end(), numeric.begin(), numeric.end());
    const Rows listed = list(words, "local");
    ASSERT_EQ(listed.size(), 1U);
    words = {"-s"};
    words.insert(words.end(), numeric.begin(), numeric.end());
    const auto all = facts(words);
    EXPECT_EQ(all.at("kinds.udp4.fullest_local"), listed.all().front().text("local"));
    // The socket that holds the answer to our own question is no news.
    const auto fullest = all.find("kinds.netlink.fullest_local");
    EXPECT_TRUE(fullest == all.end() || fullest->second.find("skq") == std::string::npos) << fullest->second;
  }
}

/// Runs skq where the shell hid something of /proc first; none where mounts are not for us.
std::optional<Finished> run_without(const std::string& hide, const std::string& arguments) {
  const auto in_shell = [](const std::string& script) {
    return run({"unshare", "-m", "sh", "-c", script, skq({})[0]});
  };
  if (in_shell(hide).exit != 0) return std::nullopt;
  return in_shell(hide + " && exec \"$0\" " + arguments);
}

// Its files as a thread and as a process; the rest of /proc stays, as some builds of skq cannot start without.
constexpr const char* hide_counters = "mount -t tmpfs none /proc/$$/net && mount -t tmpfs none /proc/$$/task/$$/net";
constexpr const char* hide_sysctls = "mount -t tmpfs none /proc/sys";

TEST_F(System, WhatCannotBeReadIsAGapAndNoZero) {
  SKIP_WITHOUT("unshare");
  const auto text = run_without(hide_counters, "-s --strict");
  if (!text) GTEST_SKIP() << "no mounts can be made here";
  EXPECT_EQ(text->exit, 3) << text->err;
  EXPECT_EQ(text->out.find("Total: -\nTCP:   - (estab -, closed -, orphaned -, timewait -)\n"), 0U) << text->out;
  for (const char* name : {"sockstat:", "snmp:", "netstat:", "protocols:"})
    EXPECT_NE(text->err.find(std::string("incomplete: read /proc/net/") + name), std::string::npos) << text->err;
  EXPECT_EQ(text->err.find("sockstat6"), std::string::npos) << "a kernel may lack it";
  const auto json = run_without(hide_counters, "-s -J");
  EXPECT_NE(json->out.find("\"complete\":false"), std::string::npos) << json->out;
  EXPECT_NE(json->out.find("\"sockets_used\":null"), std::string::npos) << json->out;
}

TEST_F(System, WithoutSysctlsNoKernelIsSaidToLackThem) {
  SKIP_WITHOUT("unshare");
  for (const char* action : {"--limits", "-s"}) {
    const auto text = run_without(hide_sysctls, std::string(action) + " --strict --log-file=" + file("log"));
    if (!text) GTEST_SKIP() << "no mounts can be made here";
    EXPECT_EQ(text->exit, 3) << text->err;
    EXPECT_NE(text->err.find("incomplete: /proc/sys is not there"), std::string::npos) << text->err;
    EXPECT_EQ(text->out.find("this kernel lacks it"), std::string::npos) << text->out;
    std::stringstream log;
    log << std::ifstream(file("log")).rdbuf();
    EXPECT_NE(log.str().find("incomplete: /proc/sys is not there"), std::string::npos) << action << log.str();
    std::remove(file("log").c_str());
  }
}

TEST_F(System, LimitsAreTheSysctlsAndTheSocketsOwn) {
  const auto all = facts({"--limits"});
  EXPECT_EQ(all.at("sysctl.net.core.somaxconn"), sysctl("net/core/somaxconn"));
  EXPECT_EQ(all.at("sysctl.net.ipv4.tcp_wmem.min"), sysctl("net/ipv4/tcp_wmem"));
  const Pair pair = unix_pair(SOCK_STREAM);
  EXPECT_EQ(all.at("buffers.unix.sndbuf.untouched"), std::to_string(memory_of(pair.a.get())[sndbuf]));
  set_option(pair.a.get(), SO_SNDBUF, 1);
  EXPECT_EQ(all.at("buffers.unix.sndbuf.smallest"), std::to_string(memory_of(pair.a.get())[sndbuf]));
  set_option(pair.a.get(), SO_SNDBUF, 65536);
  EXPECT_EQ(all.at("buffers.unix.sndbuf.given"), std::to_string(memory_of(pair.a.get())[sndbuf]));
}

TEST_F(System, WhatFitsIsWhatFits) {
  const auto all = facts({"--limits"});
  for (const std::size_t size : {1U, 100U, 4096U}) {
    const Pair pair = unix_pair(SOCK_SEQPACKET);
    const std::size_t sent = send_until_full(pair.a.get(), size);
    const std::string key = "unix_fit.seqpacket." + std::to_string(size);
    EXPECT_EQ(all.at(key + ".messages"), std::to_string(sent));
    EXPECT_EQ(all.at(key + ".memory"), std::to_string(memory_of(pair.a.get())[wmem_alloc]));
  }
}

TEST_F(System, DatagramQueueFollowsItsSysctl) {
  if (!set_sysctl("net/unix/max_dgram_qlen", "500")) GTEST_SKIP() << "the sysctl cannot be set here";
  EXPECT_EQ(facts({"--limits"}).at("queues.unix_dgram_receiver"), "501") << "more than one sender's buffer takes";
  ASSERT_TRUE(set_sysctl("net/unix/max_dgram_qlen", "0"));
  EXPECT_EQ(facts({"--limits"}).at("queues.unix_dgram_receiver"), "1");
}

TEST_F(System, LimitsLeaveNothingBehind) {
  const auto before = run_skq({"-xaH"}).out;
  EXPECT_EQ(run_skq({"--limits"}).exit, 0);
  EXPECT_EQ(run_skq({"-xaH"}).out, before);
}

std::string namespace_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? std::to_string(status.st_ino) : "";
}

class OtherNamespace : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    inside_ = unix_bound(SOCK_DGRAM, std::string("\0inside", 7));
    child_.emplace(std::vector<int>{}, [] { return true; });
    ASSERT_TRUE(child_->ok());
    path_ = "/proc/" + std::to_string(child_->pid()) + "/ns/net";
    ASSERT_EQ(enter_private_network(), std::nullopt);
    outside_ = unix_bound(SOCK_DGRAM, std::string("\0outside", 8));
  }
  std::optional<Child> child_;
  std::string path_;
  UniqueFd inside_, outside_;
};

TEST_F(OtherNamespace, IsSeenByPidAndByPath) {
  for (const std::string& which : {std::to_string(child_->pid()), path_}) {
    const Finished shown = run_skq({"-N", which, "-xaH"});
    EXPECT_EQ(shown.exit, 0) << shown.err;
    EXPECT_NE(shown.out.find("@inside"), std::string::npos) << shown.out;
    EXPECT_EQ(shown.out.find("@outside"), std::string::npos) << shown.out;
    const Finished json = run_skq({"-N", which, "-xJ"});
    EXPECT_NE(json.out.find("\"netns\":" + namespace_of(path_)), std::string::npos) << json.out.substr(0, 400);
  }
}

TEST_F(OtherNamespace, IsWhereEverythingElseLooksToo) {
  ASSERT_TRUE(set_sysctl("net/core/somaxconn", "77"));
  const std::string pid = std::to_string(child_->pid());
  EXPECT_EQ(facts({"--limits"}).at("sysctl.net.core.somaxconn"), "77");
  EXPECT_NE(facts({"--limits", "-N", pid}).at("sysctl.net.core.somaxconn"), "77");
  const UniqueFd raw = inet_bound("127.0.0.1", 4001, SOCK_DGRAM);
  EXPECT_EQ(facts({"-s"}).at("transport.udp.ipv4"), "1");
  EXPECT_EQ(facts({"-s", "-N", pid}).at("transport.udp.ipv4"), "0");
}

TEST_F(OtherNamespace, MistakesAreToldApart) {
  const Finished unknown = run_skq({"-N", "no-such-name"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_NE(unknown.err.find("no-such-name"), std::string::npos) << unknown.err;
  EXPECT_EQ(run_skq({"-N", "999999999"}).exit, 2);
  EXPECT_EQ(run_skq({"-N", file("absent")}).exit, 2);
  const Finished odd = run_skq({"-N", "/proc/self/status"});
  EXPECT_EQ(odd.exit, 2);
  EXPECT_NE(odd.err.find("no network namespace"), std::string::npos) << odd.err;
  EXPECT_EQ(run_skq({"-N", "/proc/self/ns/mnt"}).exit, 2);
}

TEST_F(OtherNamespace, TakesAPrivilege) {
  if (in_own_user_namespace() || geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const Finished denied = run_skq({"-N", "/proc/self/ns/net"}, {.user = 65534});
  EXPECT_EQ(denied.exit, 1);
  EXPECT_NE(denied.err.find("CAP_SYS_ADMIN"), std::string::npos) << denied.err;
}

TEST_F(System, ContextsAreRefusedWithoutSelinux) {
  struct stat status {};
  if (stat("/sys/fs/selinux/enforce", &status) == 0) GTEST_SKIP() << "this host has SELinux";
  const Finished refused = run_skq({"-Z"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_NE(refused.err.find("SELinux"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace live
