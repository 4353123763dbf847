#include "cli/stdout_reader.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace skq::cli {

pollfd reader_of_stdout(bool used) { return {used ? STDOUT_FILENO : -1, 0, 0}; }

// A pipe says POLLERR (fs/pipe.c, pipe_poll), a socket whose peer closed only POLLHUP (net/unix/af_unix.c, unix_poll).
bool nobody_reads(const pollfd& reader) { return (reader.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0; }

Error end_unread() {
  std::raise(SIGPIPE);
  return Error{"write to stdout", EPIPE};
}

}  // namespace skq::cli
