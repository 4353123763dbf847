#include "fields/inet_text.h"

#include "base/text_escape.h"
#include "fields/inet_detail.h"
#include "fields/print.h"

namespace skq::fields {
namespace {

void append_hex_pair(std::string& out, std::string_view key, std::uint64_t value) {
  if (!out.empty()) out += ' ';
  out += key;
  if (value != 0) out += "0x";
  append_hex(out, value);
}

// Of the protocols that skq lists, these run timers on their sockets; for the others the kernel always says 0.
bool has_timers(const Socket& socket) {
  return socket.inet() != nullptr && socket.netid != Netid::udp && socket.netid != Netid::raw;
}

}  // namespace

void append_timer_span(std::string& out, std::uint32_t ms) {
  constexpr std::uint32_t few = 9;
  const std::uint32_t minutes = ms / 60'000;
  const std::uint32_t seconds = minutes > few ? 0 : ms / 1000 % 60;
  const std::uint32_t rest = minutes != 0 || seconds > few ? 0 : ms % 1000;
  if (minutes != 0) {
    append_number(out, minutes);
    out += "min";
  }
  if (seconds != 0) append_number(out, seconds);
  if (rest != 0) {
    if (seconds != 0) out += '.';
    for (const std::uint32_t unit : {100U, 10U, 1U}) out += static_cast<char>('0' + rest / unit % 10);
  }
  if (seconds != 0)
    out += "sec";
  else if (rest != 0)
    out += "ms";
}

std::optional<std::string_view> timer_name(const Socket& socket, TextContext& context) {
  if (!has_timers(socket)) return std::nullopt;
  const std::uint8_t timer = socket.inet()->timer;
  if (timer < timer_names.size()) return timer_names[timer];
  context.scratch = "unknown(";
  append_number(context.scratch, timer);
  context.scratch += ')';
  return context.scratch;
}

std::optional<std::string_view> timer_text(const Socket& socket, TextContext& context) {
  if (!has_timers(socket) || socket.inet()->timer == 0) return std::nullopt;
  std::string name;
  if (socket.netid == Netid::sctp)
    name = "T3_RTX";  // the only timer that sctp_diag tells of
  else
    name = *timer_name(socket, context);
  std::string& out = context.scratch;
  out = "timer:(";
  out += name;
  out += ',';
  append_timer_span(out, socket.inet()->expires_ms);
  out += ',';
  append_number(out, socket.inet()->retransmits);
  out += ')';
  return out;
}

std::optional<std::string_view> tos_text(const Socket& socket, TextContext& context) {
  const InetDetail* detail = inet_detail(socket);
  if (detail == nullptr) return std::nullopt;
  std::string& out = context.scratch;
  out.clear();
  if (detail->tos) append_hex_pair(out, "tos:", *detail->tos);
  if (detail->tclass) append_hex_pair(out, "tclass:", *detail->tclass);
  if (detail->class_id) append_hex_pair(out, "class_id:", *detail->class_id);
  if (out.empty()) return std::nullopt;
  return out;
}

void append_cgroup(std::string& out, std::uint64_t id, TextContext& context) {
  const auto path = context.names != nullptr ? context.names->cgroup(id) : std::string_view{};
  if (path.empty()) {
    out += "unreachable:";
    append_hex(out, id);
  } else {
    append_escaped(out, path);
  }
}

std::optional<std::string_view> cgroup_text(const Socket& socket, TextContext& context) {
  if (socket.inet() == nullptr || !socket.inet()->cgroup_id) return std::nullopt;
  context.scratch = "cgroup:";
  append_cgroup(context.scratch, *socket.inet()->cgroup_id, context);
  return context.scratch;
}

std::optional<std::string_view> sockopt_text(const Socket& socket, TextContext& context) {
  if (socket.inet() == nullptr || !socket.inet()->sockopt) return std::nullopt;
  std::string& out = context.scratch;
  out = "inet-sockopt: (";
  for (std::size_t bit = 0; bit < socket_options.size(); ++bit) {
    if ((*socket.inet()->sockopt & 1U << bit) != 0) (out += ' ') += socket_options[bit].word;
  }
  out += ')';
  return out;
}

}  // namespace skq::fields
