#include "kernel/thread_look.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/cpu_clocks.h"
#include "kernel/proc_dir.h"
#include "kernel/process_visit.h"

namespace skq::kernel {
namespace {

bool sleeps(ThreadState state) { return state == ThreadState::sleeping || state == ThreadState::disk_sleep; }

bool has_ended(ThreadState state) { return state == ThreadState::zombie || state == ThreadState::dead; }

class ThreadReader {
 public:
  ThreadReader(const ThreadsPlace& place, int tid) : place_(place), tid_(tid), word_(place.word) {
    notes_.activity.tid = tid;
  }

  std::optional<ThreadNotes> read();

 private:
  enum class CallEnd : std::uint8_t { told, refused, silent };

  int read_file(const char* name);
  bool read_stat();
  CallEnd read_call_line();
  void read_clock();
  void read_wchan();
  void name_call();
  void read_waits();
  bool still_in_call();
  bool calls_as_32_bit();
  [[nodiscard]] bool is_of_interest() const { return call_ != nullptr && call_->shape != CallShape::other; }

  const ThreadsPlace& place_;
  int tid_;
  std::size_t word_;               // of the call
  std::array<char, 4096> buffer_;  // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
  std::string_view text_;          // of the file read last
  ThreadNotes notes_;
  BlockedCall blocked_;
  const SystemCall* call_ = nullptr;
};

/// Returns 0 or errno. By one read(2): the kernel makes such a file anew for each that begins at its start, and what is
/// wanted of it stands in the first page.
int ThreadReader::read_file(const char* name) {
  text_ = {};
  const UniqueFd file(::openat(place_.task, ProcPath(tid_, name).c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t got = file.valid() ? ::read(file.get(), buffer_.data(), buffer_.size()) : -1;
  if (got < 0) {
    const int error = errno;
    place_.context.note_shortage(error);
    return error;
  }
  text_ = {buffer_.data(), static_cast<std::size_t>(got)};
  // A line that is not whole may end in a number that is not whole.
  if (text_.size() == buffer_.size()) text_ = text_.substr(0, text_.rfind('\n') + 1);
  return 0;
}

bool ThreadReader::read_stat() {
  if (read_file("/stat") != 0) return false;
  const auto stat = parse_thread_stat(text_);
  if (!stat) return false;
  notes_.activity.comm = place_.context.arena.keep(stat->comm);
  notes_.activity.state = stat->state;
  notes_.cpu = stat->cpu;
  return true;
}

ThreadReader::CallEnd ThreadReader::read_call_line() {
  const int error = read_file("/syscall");
  if (error != 0) return is_denied(error) ? CallEnd::refused : CallEnd::silent;
  const auto blocked = parse_blocked_call(text_);
  if (!blocked) return CallEnd::silent;
  blocked_ = *blocked;
  return CallEnd::told;
}

void ThreadReader::read_clock() {
  ThreadActivity& thread = notes_.activity;
  if (read_file("/sched") == 0) {
    const ThreadClock clock = parse_thread_clock(text_);
    notes_.seen_ns = monotonic_now();
    if (thread.state != ThreadState::running) notes_.last_ran_ns = clock.last_ran_ns;
    thread.switches = clock.switches;
  }
  if (!thread.switches && read_file("/status") == 0) thread.switches = parse_thread_status(text_).switches;
}

void ThreadReader::read_wchan() {
  if (read_file("/wchan") != 0) return;
  const std::string_view name = parse_wchan(text_);
  if (!name.empty()) notes_.activity.wchan = place_.context.arena.keep(name);
}

/// A process of 64 bits may still make calls by "int $0x80", whose numbers and arguments are those of 32 bits. Nothing
/// of /proc says so but the instruction that it made the call by.
bool ThreadReader::calls_as_32_bit() {
#ifdef __x86_64__
  constexpr std::array int_0x80{std::byte{0xcd}, std::byte{0x80}};
  if (place_.word != sizeof(std::uint64_t) || place_.many || blocked_.at < int_0x80.size()) return false;
  UserMemory memory(place_.task, tid_, place_.word);
  std::array<std::byte, int_0x80.size()> made_by{};
  const bool whole = memory.read(blocked_.at - made_by.size(), made_by) == made_by.size();
  place_.context.note_shortage(memory.error());
  return whole && made_by == int_0x80;
#else
  return false;
#endif
}

/// Which call it is depends on what kind of process it is: numbers mean others to 32-bit processes.
void ThreadReader::name_call() {
  ThreadActivity& thread = notes_.activity;
  if (blocked_.where != BlockedCall::Where::call) {
    thread.call_known = true;
    return;
  }
  word_ = calls_as_32_bit() ? sizeof(std::uint32_t) : place_.word;
  const CallTable* table = calls_of(word_);
  constexpr std::int64_t highest = 4096;  // above, it is a call of another kind of process: x32 sets bit 30
  if (table == nullptr || blocked_.number > highest) return;
  thread.call_known = true;
  call_ = table->find(blocked_.number);
  const std::string_view name = call_ == nullptr ? std::string_view() : call_->name;
  thread.call =
      name.empty() ? place_.context.arena.keep(std::string_view("call " + std::to_string(blocked_.number))) : name;
}

bool ThreadReader::still_in_call() {
  const BlockedCall before = blocked_;
  return read_call_line() == CallEnd::told && blocked_ == before;
}

/// What is read one after the other belongs together only if the thread is still in that call afterwards.
void ThreadReader::read_waits() {
  constexpr int attempts = 2;
  for (int attempt = 0; attempt < attempts && is_of_interest(); ++attempt) {
    ThreadActivity& thread = notes_.activity;
    const CallPlace place{place_.context, place_.epolls, place_.task, place_.pid, tid_, word_, thread.wchan};
    CallFacts facts = read_call(place, *call_, blocked_);
    thread.call = facts.call;
    thread.call_fd = facts.fd;
    if (!sleeps(thread.state) || is_freezer_function(thread.wchan)) return;
    if (still_in_call()) {
      thread.waits =
          facts.waits.empty() ? facts.kept_waits : place_.context.arena.keep(std::span<const SocketWait>(facts.waits));
      thread.watched = facts.watched;
      thread.watched_sockets = facts.watched_sockets;
      thread.timeout_ns = facts.timeout_ns;
      notes_.cut = facts.cut;
      return;
    }
    thread.call_fd.reset();
    call_ = nullptr;
    if (!read_stat()) return;
    read_clock();
    read_wchan();
    name_call();
  }
}

std::optional<ThreadNotes> ThreadReader::read() {
  const CallEnd end = place_.of_kernel ? CallEnd::silent : read_call_line();
  if (!read_stat()) return std::nullopt;
  ThreadActivity& thread = notes_.activity;
  notes_.refused = end == CallEnd::refused && !has_ended(thread.state);
  thread.call_known = has_ended(thread.state);
  if (has_ended(thread.state)) return notes_;
  if (end == CallEnd::told) name_call();
  // Of thousands that wait for nothing that could be a socket only the least is told.
  if (place_.many && thread.call_known && !is_of_interest() && sleeps(thread.state)) return notes_;
  read_clock();
  read_wchan();
  read_waits();
  return notes_;
}

}  // namespace

std::optional<ThreadNotes> look_at_thread(const ThreadsPlace& place, int tid) {
  return ThreadReader(place, tid).read();
}

}  // namespace skq::kernel
