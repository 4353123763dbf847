#include "kernel/user_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "kernel/proc_dir.h"

namespace skq::kernel {

namespace {

std::uint64_t page_size() {
  static const auto size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

/// Of a read that a signal cut short the rest is read, too. Returns how many bytes there were.
std::size_t read_all(int file, std::uint64_t from, std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = ::pread64(file, into.data() + done, into.size() - done, static_cast<off64_t>(from + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

// Through the files and not by process_vm_readv(2): they belong to the very task directory, whoever got the number
// since.
bool UserMemory::open() {
  if (!tried_) {
    const auto open_file = [&](const char* name) {
      UniqueFd file(::openat(task_, ProcPath(tid_, name).c_str(), O_RDONLY | O_CLOEXEC));
      if (!file.valid()) error_ = errno;
      return file;
    };
    pages_ = open_file("/pagemap");
    file_ = open_file("/mem");
    tried_ = true;
  }
  return pages_.valid() && file_.valid();
}

/// Documentation/admin-guide/mm/pagemap.rst. What a page of a file that is not in memory would be read from may never
/// answer, and nothing ends that wait; a page in swap comes back. What a call was given the kernel has read just
/// before, so that such a page is hardly ever missed.
std::size_t UserMemory::bytes_in_memory(std::uint64_t address, std::size_t size) {
  constexpr std::uint64_t present = std::uint64_t{1} << 63U, in_swap = std::uint64_t{1} << 62U;
  const std::uint64_t end = address + size;
  std::array<std::uint64_t, 64> pages{};
  std::uint64_t good = address;  // all below is in memory
  while (good < end) {
    const std::uint64_t first = good / page_size();
    const std::uint64_t wanted = (end - 1) / page_size() - first + 1;
    const auto part = std::span(pages).first(std::min<std::uint64_t>(wanted, pages.size()));
    const std::size_t told =
        read_all(pages_.get(), first * sizeof(std::uint64_t), std::as_writable_bytes(part)) / sizeof(std::uint64_t);
    const auto known = part.first(told);
    const auto absent =
        std::find_if(known.begin(), known.end(), [](std::uint64_t page) { return (page & (present | in_swap)) == 0; });
    const auto in_memory = static_cast<std::uint64_t>(absent - known.begin());
    if (in_memory > 0) good = std::min(end, (first + in_memory) * page_size());
    if (in_memory < part.size()) break;
  }
  return static_cast<std::size_t>(good - address);
}

std::size_t UserMemory::read(std::uint64_t address, std::span<std::byte> into) {
  constexpr auto highest = static_cast<std::uint64_t>(std::numeric_limits<off64_t>::max());
  if (address == 0 || address > highest || into.size() > highest - address || !open()) return 0;
  return read_all(file_.get(), address, into.first(bytes_in_memory(address, into.size())));
}

std::optional<std::uint64_t> UserMemory::word(std::uint64_t address) {
  if (word_ == sizeof(std::uint64_t)) return value<std::uint64_t>(address);
  return value<std::uint32_t>(address);
}

std::optional<std::int64_t> UserMemory::duration(std::uint64_t address, std::int64_t units, bool long_time) {
  std::int64_t seconds = 0, fraction = 0;
  if (word_ == sizeof(std::uint64_t) || long_time) {
    const auto both = value<std::array<std::int64_t, 2>>(address);
    if (!both) return std::nullopt;
    seconds = (*both)[0];
    fraction = (*both)[1];
  } else {
    const auto both = value<std::array<std::int32_t, 2>>(address);
    if (!both) return std::nullopt;
    seconds = (*both)[0];
    fraction = (*both)[1];
  }
  constexpr std::int64_t in_a_second = 1'000'000'000;
  constexpr std::int64_t most_seconds = std::numeric_limits<std::int64_t>::max() / in_a_second - 1;
  if (seconds < 0 || fraction < 0 || fraction >= in_a_second / units) return std::nullopt;
  // Longer than three hundred years is for ever.
  if (seconds > most_seconds) return std::nullopt;
  return seconds * in_a_second + fraction * units;
}

}  // namespace skq::kernel
