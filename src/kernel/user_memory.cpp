#include "kernel/user_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>

#include "kernel/proc_dir.h"

namespace skq::kernel {

// Through the file and not by process_vm_readv(2): it belongs to the very task directory, whoever got the number since.
std::size_t UserMemory::read(std::uint64_t address, std::span<std::byte> into) {
  constexpr auto highest = static_cast<std::uint64_t>(std::numeric_limits<off64_t>::max());
  if (address == 0 || address > highest || into.size() > highest - address) return 0;
  if (!tried_) {
    file_ = UniqueFd(::openat(task_, ProcPath(tid_, "/mem").c_str(), O_RDONLY | O_CLOEXEC));
    error_ = file_.valid() ? 0 : errno;
    tried_ = true;
  }
  if (!file_.valid()) return 0;
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got =
        ::pread64(file_.get(), into.data() + done, into.size() - done, static_cast<off64_t>(address + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
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
