// The ways to wait: each a call of a table that blocks on a socket, with its number and the name skq must say.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "actor.h"

namespace why {

struct Call {
  const char* name;     ///< of the test
  const char* syscall;  ///< as the kernel's headers name it
  long number;
  void (*block)(int fd);
};
/// For messages of failed tests.
inline void PrintTo(const Call& call, std::ostream* to) { *to << call.name; }

/// Block in a send on a full socket, of any type.
const std::vector<Call>& send_calls();
/// The same, of stream sockets.
const std::vector<Call>& stream_only_calls();
/// Wait until it can be written.
const std::vector<Call>& wait_calls();

/// An actor named `comm` that fills the socket and then blocks in `call`.
Actor blocked_in(const Call& call, const std::string& comm, int fd, const std::vector<int>& keep = {});
/// The same in write(2).
Actor blocked_writer(const std::string& comm, int fd, const std::vector<int>& keep = {});
extern const long write_number;

/// Send one byte to a datagram socket by its name, with sendto and with sendmsg; they wait where its queue is full.
void send_to_name(int fd, std::string_view name);
void send_message_to_name(int fd, std::string_view name);

}  // namespace why
