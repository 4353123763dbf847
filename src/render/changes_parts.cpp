#include "render/changes_parts.h"

#include <algorithm>
#include <cmath>

#include "base/text_escape.h"
#include "base/units.h"
#include "render/findings_parts.h"
#include "render/flow_text.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

constexpr std::size_t most_owners = 3;

std::string arrow(const ChangeStyle& style) { return style.utf8 ? " \u2192 " : " -> "; }

/// The queues are always exact, as in the list.
std::string amount(const Field& field, std::uint64_t value, const ChangeStyle& style) {
  std::string text;
  constexpr double one_in[] = {1e6, 1e3}, shortest = 0.1;
  const bool us = field.unit == Unit::microseconds, ms = field.unit == Unit::milliseconds;
  const double seconds = us || ms ? static_cast<double>(value) / one_in[us ? 0 : 1] : 0;
  if (seconds >= shortest) return duration_text(seconds);
  const bool queue = field.name == "recv_q" || field.name == "send_q";
  if (field.unit == Unit::bytes && !style.exact_bytes && !queue)
    append_bytes_human(text, value);
  else
    append_integer(text, value);
  if (us) text += "us";
  if (ms) text += "ms";
  return text;
}

std::string rate(const FieldChange& change, const ChangeStyle& style) {
  const double each = static_cast<double>(change.after - change.before) / style.seconds;
  std::string text;
  if (each >= 1 && change.field->unit == Unit::bytes)
    text = amount(*change.field, static_cast<std::uint64_t>(each), style);
  else
    append_decimal(text, each, each >= 1 ? 0 : 2);
  return text + "/s";
}

std::string field_piece(const FieldChange& change, const ChangeStyle& style) {
  const Field& field = *change.field;
  const std::string name(field.name);
  // A counter that went back was begun anew: nothing is known of its growth.
  if (!change.counter || change.after < change.before)
    return name + " " + amount(field, change.before, style) + arrow(style) + amount(field, change.after, style);
  std::string text = name + " +" + amount(field, change.after - change.before, style);
  if (style.seconds > 0 && field.unit == Unit::bytes) text += " (" + rate(change, style) + ")";
  return text;
}

/// A descriptor comes with accept(), and of tcp the inode, too. One that was closed has none any more either, but is in
/// other states.
bool is_not_accepted(const Socket& socket) {
  if (const UnixPart* part = socket.unix_part()) return part->in_pending_list.value_or(false);
  const bool tcp = socket.netid == Netid::tcp || socket.netid == Netid::mptcp;
  return tcp && socket.inode == Inode{} && (socket.state == State::established || socket.state == State::close_wait);
}

std::string shutdown_word(const Socket& socket) {
  return socket.shutdown ? std::string(to_text(*socket.shutdown)) : std::string();
}

}  // namespace

const Socket& told_socket(const Change& change) { return change.after != nullptr ? *change.after : *change.before; }

const ComparedLook& look_of(const ChangesReport& report, const Change& change) {
  return change.after != nullptr ? report.after : report.before;
}

std::string owners_text(const Socket& socket) {
  const Owners* owners = socket.owners;
  if (owners == nullptr) return {};
  if (owners->list.empty() && is_not_accepted(socket)) return "(not accepted yet)";
  if (owners->list.empty()) return "nobody";
  std::vector<int> pids;
  std::string text;
  for (const Owner& owner : owners->list) {
    if (std::find(pids.begin(), pids.end(), owner.pid) != pids.end()) continue;
    pids.push_back(owner.pid);
    if (pids.size() <= most_owners) text += (text.empty() ? "" : ",") + who(owner.pid, owner.comm);
  }
  if (pids.size() > most_owners) text += ",+" + std::to_string(pids.size() - most_owners);
  return text;
}

std::string state_word(const Socket& socket) {
  TextContext context;
  const Value value = find_field("state")->get(socket, context);
  const auto* text = std::get_if<std::string_view>(&value);
  return text == nullptr ? std::string("-") : escaped(*text);
}

std::vector<std::string> change_pieces(const Change& change, const ChangeStyle& style) {
  std::vector<std::string> pieces;
  if (change.doubtful) pieces.emplace_back("perhaps older: the earlier look may not have shown it");
  if (change.before == nullptr) {
    for (const std::string_view name : {"recv_q", "send_q"}) {
      const std::uint32_t held = (name == "recv_q" ? change.after->recv_q : change.after->send_q).value_or(0);
      const bool limit = change.after->state == State::listen && name == "send_q";
      if (held != 0 && !limit) pieces.push_back(std::string(name) + " " + std::to_string(held));
    }
  }
  if (change.before == nullptr || change.after == nullptr) return pieces;
  const std::string was = state_word(*change.before), is = state_word(*change.after);
  if (was != is) pieces.push_back("state " + was + arrow(style) + is);
  const std::string was_shut = shutdown_word(*change.before), is_shut = shutdown_word(*change.after);
  if (was_shut != is_shut && !was_shut.empty() && !is_shut.empty())
    pieces.push_back("shutdown " + was_shut + arrow(style) + is_shut);
  if (change.owners_changed)
    pieces.push_back("owner " + owners_text(*change.before) + arrow(style) + owners_text(*change.after));
  for (const FieldChange& field : change.fields) pieces.push_back(field_piece(field, style));
  return pieces;
}

}  // namespace skq::render
