#include "kernel/bpf/iterators.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "base/unique_fd.h"
#include "kernel/bpf/loader.h"

namespace skq::kernel {
namespace {

constexpr std::size_t smallest_room = 256;
constexpr std::size_t most_rows = std::size_t{1} << 26;
constexpr int tries = 5;

/// Reads until the end; the kernel fills at most 32 KiB at a time, and stops with EAGAIN after a million of tasks,
/// files or sockets that it had nothing to say of (kernel/bpf/bpf_iter.c). Returns 0 or errno.
template <class Take>
int read_all(int iterator, const Take& take) {
  std::vector<char> buffer(std::size_t{1} << 16);
  for (;;) {
    const ssize_t got = ::read(iterator, buffer.data(), buffer.size());
    if (got == 0) return 0;
    if (got < 0 && errno != EAGAIN && errno != EINTR) return errno;
    if (got > 0) take(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// Takes one row off the bytes, on top of the one before, whose name may be this one's, too. False: it is not whole.
bool take_row(std::string_view& bytes, OwnerRow& row) {
  constexpr std::size_t without_name = offsetof(OwnerRow, comm);
  if (bytes.size() < without_name) return false;
  OwnerRow next = row;
  std::memcpy(&next, bytes.data(), without_name);
  const bool is_named = (next.flags & skq_owner_named) != 0;
  if (is_named && bytes.size() < sizeof(OwnerRow)) return false;
  if (is_named) std::memcpy(next.comm, bytes.data() + without_name, sizeof next.comm);
  bytes.remove_prefix(is_named ? sizeof(OwnerRow) : without_name);
  row = next;
  return true;
}

Error why_not(int error) {
  if (skq_programs_are_built() == 0) return {"BPF: not in this build", 0};
  const bool denied = error == EPERM || error == EACCES;
  return {denied ? "BPF: takes root, or CAP_BPF and CAP_PERFMON" : "BPF: load the programs", error};
}

}  // namespace

SocketIterators::SocketIterators(BpfUse use) : use_(use) {}
SocketIterators::~SocketIterators() = default;

void SocketIterators::Unload::operator()(skq_programs* programs) const { skq_programs_unload(programs); }

Error SocketIterators::fail(Error error) {
  programs_.reset();
  failure_ = error;
  return error;
}

Status SocketIterators::load() { return programs_ ? Status(Done{}) : load_with_room(smallest_room); }

Status SocketIterators::load_with_room(std::size_t rows) {
  if (use_ == BpfUse::never) return Error{"BPF: not wanted", 0};
  if (failure_) return *failure_;
  programs_.reset(skq_programs_load(static_cast<unsigned>(std::min(rows, most_rows))));
  if (!programs_) return fail(why_not(errno));
  room_ = std::min(rows, most_rows);
  return Done{};
}

Status SocketIterators::owners(const std::function<void(const OwnerRow&)>& row) {
  if (const Status loaded = load(); !loaded) return loaded.error();
  const UniqueFd iterator(skq_programs_open_owners(programs_.get()));
  if (!iterator.valid()) return fail({"BPF: open the iterator of descriptors", errno});
  std::string rest;  // of a row that was cut
  OwnerRow last{};
  const int error = read_all(iterator.get(), [&](const char* data, std::size_t size) {
    rest.append(data, size);
    std::string_view bytes = rest;
    while (take_row(bytes, last)) row(last);
    rest.erase(0, rest.size() - bytes.size());
  });
  if (error != 0 || !rest.empty()) return fail({"BPF: read the iterator of descriptors", error});
  return Done{};
}

Result<std::vector<QueueRow>> SocketIterators::queues(std::size_t expected) {
  std::size_t wanted = std::max(expected + expected / 8, smallest_room);
  for (int attempt = 0; attempt < tries; ++attempt) {
    if (!programs_ || room_ < wanted) {
      if (const Status loaded = load_with_room(wanted); !loaded) return loaded.error();
    }
    const Result<std::size_t> count = count_queues();
    if (!count) return count.error();
    if (*count <= room_) return copy_rows(*count);
    wanted = *count + *count / 4;
  }
  return fail({"BPF: there are ever more unix sockets", 0});
}

Result<std::size_t> SocketIterators::count_queues() {
  if (skq_programs_forget_count(programs_.get()) != 0) return fail({"BPF: write a map", errno});
  const UniqueFd iterator(skq_programs_open_queues(programs_.get()));
  if (!iterator.valid()) return fail({"BPF: open the iterator of unix sockets", errno});
  if (const int error = read_all(iterator.get(), [](const char*, std::size_t) {}); error != 0)
    return fail({"BPF: read the iterator of unix sockets", error});
  unsigned count = 0;
  if (skq_programs_count(programs_.get(), &count) != 0) return fail({"BPF: read a map", errno});
  return std::size_t{count};
}

Result<std::vector<QueueRow>> SocketIterators::copy_rows(std::size_t count) {
  std::vector<QueueRow> rows(count);
  if (count == 0) return rows;
  const std::size_t size = room_ * sizeof(QueueRow);
  void* const place = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, skq_programs_rows(programs_.get()), 0);
  if (place == MAP_FAILED) return fail({"BPF: map the rows", errno});  // NOLINT(performance-no-int-to-ptr): its macro
  std::memcpy(rows.data(), place, count * sizeof(QueueRow));
  ::munmap(place, size);
  return rows;
}

}  // namespace skq::kernel
