#include "uring.h"

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>

namespace why {
namespace {

std::uint32_t* at(void* ring, std::uint32_t offset) {
  return reinterpret_cast<std::uint32_t*>(static_cast<char*>(ring) + offset);
}

int set_up(io_uring_params& parameters) {
  std::memset(&parameters, 0, sizeof parameters);
  return static_cast<int>(syscall(SYS_io_uring_setup, 4, &parameters));
}

}  // namespace

const long io_uring_enter_number = SYS_io_uring_enter;

bool io_uring_permitted() {
  io_uring_params parameters;
  const int ring = set_up(parameters);
  if (ring >= 0) close(ring);
  return ring >= 0;
}

void send_through_ring(int fd) {
  static char bytes[1000];
  io_uring_params parameters;
  const int ring = set_up(parameters);
  const std::size_t size = parameters.sq_off.array + parameters.sq_entries * sizeof(std::uint32_t);
  void* queue = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
  void* entries = mmap(nullptr, parameters.sq_entries * sizeof(io_uring_sqe), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
  if (queue == MAP_FAILED || entries == MAP_FAILED) return;
  auto* entry = static_cast<io_uring_sqe*>(entries);
  entry->opcode = IORING_OP_SEND;
  entry->fd = fd;
  entry->addr = reinterpret_cast<std::uintptr_t>(bytes);
  entry->len = sizeof bytes;
  *at(queue, parameters.sq_off.array) = 0;
  std::atomic_ref<std::uint32_t>(*at(queue, parameters.sq_off.tail)).store(1, std::memory_order_release);
  syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0);
}

}  // namespace why
