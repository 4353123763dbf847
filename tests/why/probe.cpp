#include "probe.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace why {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string task(pid_t pid, pid_t tid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/" + name;
}

// "44 0x4 0x7ffd… … sp pc", "running", or "-1 sp pc" for who sleeps outside of a call.
void read_call(const std::string& text, ThreadLook& look) {
  std::istringstream words(text);
  if (!(words >> look.call)) {
    look.call = -1;
    return;
  }
  std::string word;
  for (std::uint64_t& argument : look.arguments) {
    if (words >> word) argument = std::stoull(word, nullptr, 16);
  }
}

}  // namespace

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

double stolen_s() {
  std::ifstream file("/proc/stat");
  std::string cpu;
  double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
  file >> cpu >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
  return (irq + softirq + steal) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

bool await(const std::function<bool()>& condition, int milliseconds) {
  const std::int64_t end = now_ns() + milliseconds * 1'000'000LL;
  while (!condition()) {
    if (now_ns() > end) return false;
    usleep(3000);
  }
  return true;
}

std::optional<ThreadLook> look_at(pid_t pid, pid_t tid) {
  const std::string status = read_all(task(pid, tid, "status"));
  const auto state = status.find("\nState:\t");
  const auto switches = status.find("\nvoluntary_ctxt_switches:\t");
  if (state == std::string::npos) return {};
  ThreadLook look;
  look.state = status[state + 8];
  if (switches != std::string::npos) look.switches = std::stoull(status.substr(switches + 26));
  read_call(read_all(task(pid, tid, "syscall")), look);
  look.wchan = read_all(task(pid, tid, "wchan"));
  return look;
}

char state_of(pid_t pid) {
  const auto look = look_at(pid, pid);
  return look ? look->state : '?';
}

bool blocks(pid_t pid, pid_t tid, long call) {
  return await([&] {
    const auto before = look_at(pid, tid);
    if (!before || before->state != 'S' || before->call != call) return false;
    usleep(15'000);
    const auto after = look_at(pid, tid);
    return after && after->state == 'S' && after->call == call && after->switches == before->switches;
  });
}

std::string in_words(pid_t pid, pid_t tid) {
  const auto look = look_at(pid, tid);
  if (!look) return "thread " + std::to_string(tid) + " is gone";
  return "thread " + std::to_string(tid) + " is in state " + look->state + ", call " + std::to_string(look->call) +
         " on " + std::to_string(look->arguments[0]) + ", " + look->wchan;
}

std::vector<std::pair<int, std::uint32_t>> sockets_of(pid_t pid) {
  std::vector<std::pair<int, std::uint32_t>> found;
  std::error_code ignored;
  for (const auto& fd : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", ignored)) {
    const std::string target = std::filesystem::read_symlink(fd.path(), ignored).native();
    if (!target.starts_with("socket:[")) continue;
    found.emplace_back(std::stoi(fd.path().filename().native()),
                       static_cast<std::uint32_t>(std::stoul(target.substr(8))));
  }
  return found;
}

// Num RefCount Protocol Flags Type St Inode Path; __SO_ACCEPTCON is 1 << 16.
std::vector<std::uint32_t> inodes_at(const std::string& path, bool listening) {
  std::vector<std::uint32_t> inodes;
  std::ifstream table("/proc/net/unix");
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string slot, references, protocol, flags, type, state, inode, name;
    words >> slot >> references >> protocol >> flags >> type >> state >> inode >> name;
    if (name == path && (flags == "00010000") == listening)
      inodes.push_back(static_cast<std::uint32_t>(std::stoul(inode)));
  }
  return inodes;
}

int descriptor_of(pid_t pid, const std::vector<std::uint32_t>& inodes) {
  int found = -1;
  for (const auto& [fd, inode] : sockets_of(pid)) {
    if (std::find(inodes.begin(), inodes.end(), inode) == inodes.end()) continue;
    if (found >= 0) return -1;
    found = fd;
  }
  return found;
}

int holders_of(std::uint32_t inode) {
  int holders = 0;
  std::error_code ignored;
  for (const auto& process : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = process.path().filename().native();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (descriptor_of(std::stoi(name), {inode}) >= 0) ++holders;
  }
  return holders;
}

}  // namespace why
