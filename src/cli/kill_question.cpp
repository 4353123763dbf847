#include "cli/kill_question.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "cli/message.h"

namespace skq::cli {
namespace {

/// One line of standard input, byte by byte: what stands behind it is not ours.
std::string read_line() {
  std::string line;
  for (char byte = 0;;) {
    const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {};  // an answer that was not finished is none
    if (byte == '\n') return line;
    line += byte;
  }
}

bool is_yes(std::string_view answer) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = std::min(answer.find_first_not_of(blanks), answer.size());
  answer.remove_prefix(begin);
  answer = answer.substr(0, answer.find_last_not_of(blanks) + 1);
  return answer == "y" || answer == "Y" || answer == "yes" || answer == "YES" || answer == "Yes";
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

/// An address of SSH_CONNECTION in the 16 bytes of IPv6, where IPv4 is ::ffff:a.b.c.d.
std::optional<std::array<std::byte, 16>> address_of(const std::string& text) {
  std::array<std::byte, 16> bytes{};
  const std::string mapped = "::ffff:" + text;
  const bool v4 = text.find(':') == std::string::npos;
  if (::inet_pton(AF_INET6, v4 ? mapped.c_str() : text.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::array<std::byte, 16> mapped(Family family, const Address& address) {
  if (family == Family::inet6) return address.bytes;
  std::array<std::byte, 16> bytes{};
  bytes[10] = bytes[11] = std::byte{0xff};
  std::copy_n(address.bytes.begin(), 4, bytes.begin() + 12);
  return bytes;
}

struct Login {
  std::array<std::byte, 16> client{}, server{};
  unsigned client_port = 0, server_port = 0;
};

// "client-address client-port server-address server-port", ssh(1).
std::optional<Login> login() {
  const char* const text = std::getenv("SSH_CONNECTION");  // NOLINT(concurrency-mt-unsafe): no thread was started
  if (text == nullptr) return std::nullopt;
  std::array<char, 64> client{}, server{};
  Login found;
  if (std::sscanf(text, "%63s %u %63s %u", client.data(), &found.client_port, server.data(), &found.server_port) != 4)
    return std::nullopt;
  const auto from = address_of(client.data()), to = address_of(server.data());
  if (!from || !to) return std::nullopt;
  found.client = *from;
  found.server = *to;
  return found;
}

}  // namespace

Settings settings_of_question(const Settings& settings) {
  Settings question = settings;
  question.format = Format::table;
  question.output.reset();
  return question;
}

bool is_own_login(const Socket& socket) {
  const auto own = login();
  const InetPart* const part = socket.inet();
  if (!own || part == nullptr || socket.netid != Netid::tcp) return false;
  return part->local_port == own->server_port && part->peer_port == own->client_port &&
         mapped(socket.family, part->local) == own->server && mapped(socket.family, part->peer) == own->client;
}

bool may_close(std::span<const Socket* const> sockets, const Layout& layout, const Settings& settings,
               NameService& names) {
  const Settings question = settings_of_question(settings);
  TextContext context = shown_text(question, names);
  const auto renderer =
      make_renderer(question.format, layout, view_of(question, look_at_terminal(STDERR_FILENO)), context);
  std::string text;
  renderer->begin({}, text);
  for (const Socket* const socket : sockets) renderer->row(*socket, text);
  while (renderer->end({}, text)) {
  }
  print(text);
  if (std::any_of(sockets.begin(), sockets.end(), [](const Socket* socket) { return is_own_login(*socket); }))
    complain("warning: the connection of your own ssh login is among them");
  // What was typed before the question was there is no answer to it.
  static_cast<void>(::tcflush(STDIN_FILENO, TCIFLUSH));
  print(sockets.size() == 1 ? "Close this socket? [y/N] "
                            : fmt::format("Close these {} sockets? [y/N] ", sockets.size()));
  return is_yes(read_line());
}

}  // namespace skq::cli
