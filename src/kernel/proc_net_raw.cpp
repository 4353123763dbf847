#include "kernel/proc_net_raw.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "kernel/net_files.h"
#include "kernel/proc_dir.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

/// A hexadecimal number of exactly so many digits.
std::optional<std::uint32_t> fixed_hex(std::string_view text, std::size_t digits) {
  if (text.size() != digits) return std::nullopt;
  std::uint32_t number = 0;
  for (const char digit : text) {
    const bool decimal = digit >= '0' && digit <= '9';
    if (!decimal && (digit < 'A' || digit > 'F')) return std::nullopt;
    number = number << 4 | static_cast<std::uint32_t>(decimal ? digit - '0' : digit - 'A' + 10);
  }
  return number;
}

/// The kernel writes spaces only: anything else is no blank, but damage.
std::string_view take_cell(std::string_view& line) { return take_word(line, " "); }

struct EndPoint {
  Address address;
  std::uint16_t port = 0;
};

/// "0100007F:00FF": the kernel prints each 32 bits of the address as a number of the machine, though they are in
/// network order (net/ipv4/raw.c, net/ipv6/datagram.c).
std::optional<EndPoint> read_end_point(std::string_view word, Family family) {
  constexpr std::size_t word_digits = 8;
  const std::size_t words = family == Family::inet ? 1 : 4;
  if (word.size() != words * word_digits + 5 || word[words * word_digits] != ':') return std::nullopt;
  EndPoint point;
  for (std::size_t at = 0; at < words; ++at) {
    const auto number = fixed_hex(word.substr(at * word_digits, word_digits), word_digits);
    if (!number) return std::nullopt;
    std::memcpy(point.address.bytes.data() + at * sizeof *number, &*number, sizeof *number);
  }
  const auto port = fixed_hex(word.substr(words * word_digits + 1), 4);
  if (!port) return std::nullopt;
  point.port = static_cast<std::uint16_t>(*port);
  return point;
}

bool read_end_points(std::string_view& line, Socket& to, InetPart& part) {
  const auto local = read_end_point(take_cell(line), to.family);
  const auto peer = read_end_point(take_cell(line), to.family);
  if (!local || !peer) return false;
  part.local = local->address;
  part.local_port = local->port;
  part.peer = peer->address;
  part.peer_port = peer->port;
  // IPPROTO_ICMP and the like are a byte; the kernel keeps it as the port (net/ipv4/af_inet.c, inet_create).
  if (local->port <= 0xff) part.protocol = static_cast<std::uint8_t>(local->port);
  return true;
}

/// "00000000:00000340": what waits to be sent, and to be read.
bool read_queues(std::string_view word, Socket& to) {
  if (word.size() != 17 || word[8] != ':') return false;
  to.send_q = fixed_hex(word.substr(0, 8), 8);
  to.recv_q = fixed_hex(word.substr(9), 8);
  return to.send_q && to.recv_q;
}

/// A line as net/ipv4/raw.c, raw_sock_seq_show, writes it:
/// sl: local remote st tx_queue:rx_queue tr:when retransmits uid timeout inode ref pointer drops
bool read_line(std::string_view line, Family family, Socket& to) {
  to.family = family;
  to.netid = Netid::raw;
  auto& part = to.part.emplace<InetPart>();
  if (!take_cell(line).ends_with(':') || !read_end_points(line, to, part)) return false;
  const auto state = fixed_hex(take_cell(line), 2);
  if (!state || !read_queues(take_cell(line), to)) return false;
  to.state = static_cast<State>(*state);
  take_cell(line);  // timer: raw sockets have none
  take_cell(line);  // retransmits: neither
  to.uid = to_number<std::uint32_t>(take_cell(line));
  take_cell(line);  // timeout
  const auto inode = to_number<std::uint32_t>(take_cell(line));
  if (!to.uid || !inode) return false;
  to.inode = Inode{*inode};
  take_cell(line);  // references
  take_cell(line);  // pointer
  return to_number<std::uint32_t>(take_cell(line)).has_value() && take_cell(line).empty();
}

}  // namespace

std::size_t read_raw_table(std::string_view text, Family family, const std::function<bool(Socket&)>& row) {
  std::size_t malformed = 0;
  for (bool header = true; !text.empty(); header = false) {
    const std::size_t size = text.find('\n');
    const bool whole = size != std::string_view::npos;
    const std::string_view line = text.substr(0, size);
    text.remove_prefix(whole ? size + 1 : text.size());
    if (header) continue;
    Socket socket;
    if (!whole || !read_line(line, family, socket)) {
      ++malformed;
    } else if (!row(socket)) {
      break;
    }
  }
  return malformed;
}

int read_raw_file(Family family, std::string& text) {
  if (family != Family::inet6) return read_net_file("raw", text);
  int error = read_net_file("raw6", text);
  // A kernel without IPv6 has no such sockets.
  if (error == ENOENT) {
    error = read_net_file("raw", text);
    text.clear();
  }
  return error;
}

void substitute_raw(const DumpRequest& request, std::string_view text, const std::function<bool(Socket&)>& row,
                    DumpEnd& end) {
  end.substituted = true;
  end.malformed += read_raw_table(text, request.family,
                                  [&](Socket& socket) { return !request.states.has(socket.state) || row(socket); });
}

}  // namespace skq::kernel
