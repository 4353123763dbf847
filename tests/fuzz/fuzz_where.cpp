// Any bytes as --where and as --sort: an error or an expression that can be asked of any row.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "skq/select.h"

namespace {

using namespace skq;

const std::array<Owner, 2> owner_list{Owner{1, 2, 3, "a b", nullptr}, Owner{4, 0, 5, "\xff\n", nullptr}};
const Owners owners{owner_list};
const std::array<Inode, 2> pending{Inode{1}, Inode{0}};

Socket sample(int which) {
  Socket socket;
  socket.recv_q = 10;
  socket.send_q = 0;
  socket.owners = socket.peer_owners = &owners;
  socket.memory = {{1, 2, 3, 4, 5, 6, 7, 8, 9}, memory_items};
  if (which == 0) {
    UnixPart part;
    part.name = "/run/\xc3\xa4\xff";
    part.has_name = part.pending_known = true;
    part.pending = pending;
    socket.part = part;
    socket.state = State::listen;
  } else if (which == 1) {
    socket.family = Family::inet6;
    socket.netid = Netid::tcp;
    socket.part = InetPart{};
  }
  return socket;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto sort = parse_sort(text);
  if (const auto* error = std::get_if<SyntaxError>(&sort); error != nullptr && error->text().empty()) std::abort();
  auto parsed = parse_where(text);
  if (const auto* error = std::get_if<SyntaxError>(&parsed)) {
    if (error->text().empty()) std::abort();
    return 0;
  }
  TextContext context;
  for (int which = 0; which < 3; ++which) {
    const Socket socket = sample(which);
    const bool first = matches(std::get<Where>(parsed), socket, context);
    if (matches(std::get<Where>(parsed), socket, context) != first) std::abort();
  }
  return 0;
}
