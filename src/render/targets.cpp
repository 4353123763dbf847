#include "render/targets.h"

#include <algorithm>

#include "base/text_escape.h"
#include "render/findings_parts.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

constexpr std::size_t most_processes = 5, most_groups = 8, most_holders = 3;

std::string heading_of(const TargetReport& target) {
  std::string text = escaped(target.target->text);
  if (!target.match->meaning.empty() && target.match->meaning != "process")
    text += " (" + escaped(target.match->meaning) + ")";
  std::string what;
  const auto add = [&](std::size_t count, std::string_view one, std::string_view many) {
    if (count > 0) what += (what.empty() ? "" : ", ") + counted(count, one, many);
  };
  add(target.around.processes.size(), "process", "processes");
  std::size_t sockets = 0;
  for (const SocketFacts& facts : target.around.sockets) sockets += facts.sockets.size();
  add(sockets, "socket", "sockets");
  if (target.match->unowned && sockets == 0)
    what += (what.empty() ? "" : ", ") + std::string("connections without owner");
  return what.empty() ? text : text + ": " + what;
}

std::string process_sentence(const ProcessFacts& facts) {
  std::string text = who(facts.pid, facts.comm) + home_of(facts.process) + ": ";
  if (!facts.detail.empty())
    text += escaped(facts.detail);
  else
    text += facts.doing ? to_text(*facts.doing) : std::string_view("what it does is not to be seen");
  return text + "; " + counted(facts.sockets, "socket", "sockets");
}

/// "nginx[12], worker[13] and 7 more".
std::string names_of(const std::vector<Culprit>& holders) {
  std::string text;
  const std::size_t shown = std::min(holders.size(), most_holders);
  for (std::size_t at = 0; at < shown; ++at) {
    const Culprit& holder = holders[at];
    const bool remote = !holder.address.empty() && !holder.pid && holder.comm.empty();
    text += (at == 0 ? "" : ", ") + (remote ? escaped(holder.address) : who(holder.pid, holder.comm));
  }
  if (holders.size() > shown) text += " and " + counted(holders.size() - shown, "more", "more");
  return text;
}

std::string group_sentence(const SocketFacts& facts, TextContext& context) {
  std::string text = socket_text(*facts.sockets.front(), context);
  if (facts.sockets.size() > 1) text += " and " + counted(facts.sockets.size() - 1, "more like it", "more like it");
  if (!facts.holders.empty()) text += ", held by " + names_of(facts.holders);
  if (!facts.peers.empty()) text += ", other end " + names_of(facts.peers);
  if (!facts.summary.empty()) text += ": " + escaped(facts.summary);
  return text;
}

std::string_view label_of(FactKind kind) {
  switch (kind) {
    case FactKind::listener:
      return "Listens";
    case FactKind::connection:
      return "Connects";
    case FactKind::datagram:
      return "Datagram";
    case FactKind::other:
      return "Socket";
  }
  return {};
}

}  // namespace

void write_target(TextPage& page, const TargetReport& target, TextContext& context) {
  page.heading("TARGET", "\033[36m", heading_of(target));
  page.some("Process", target.around.processes, most_processes, process_sentence);
  const std::vector<SocketFacts>& groups = target.around.sockets;
  for (std::size_t at = 0; at < std::min(groups.size(), most_groups); ++at)
    page.labelled(label_of(groups[at].kind), group_sentence(groups[at], context));
  if (groups.size() > most_groups)
    page.labelled("", "and " + counted(groups.size() - most_groups, "more kind of socket", "more kinds of sockets"));
  page.blank();
}

void write_target(JsonWriter& to, const TargetReport& target) {
  const auto integer = [&](auto value) { append_integer(to.out(), static_cast<std::uint64_t>(value)); };
  to.text("target", target.target->text);
  to.text("kind", to_text(target.target->kind));
  to.text("meaning", target.match->meaning);
  to.list("pids", target.match->pids, integer);
  to.list("inodes", target.match->sockets, [&](Inode inode) { integer(static_cast<std::uint32_t>(inode)); });
  to.list("processes", target.around.processes, [&](const ProcessFacts& facts) {
    to.object([&] {
      to.integer("pid", facts.pid);
      to.text("comm", facts.comm);
      to.integer("sockets", static_cast<std::int64_t>(facts.sockets));
      to.integer("threads", static_cast<std::int64_t>(facts.threads));
      to.text("doing", facts.doing ? to_text(*facts.doing) : std::string_view());
      to.text("detail", facts.detail);
      to.process(facts.process);
    });
  });
  to.list("sockets", target.around.sockets, [&](const SocketFacts& facts) {
    to.object([&] {
      to.text("kind", to_text(facts.kind));
      to.text("summary", facts.summary);
      to.integer("count", static_cast<std::int64_t>(facts.sockets.size()));
      to.socket("socket", facts.sockets.front());
      to.list("holders", facts.holders, [&](const Culprit& holder) { to.culprit(holder); });
      to.list("peers", facts.peers, [&](const Culprit& peer) { to.culprit(peer); });
      to.list("held_up", facts.held_up, [&](const Waiter& waiter) { to.waiter(waiter); });
      to.list("expecting", facts.expecting, [&](const Waiter& waiter) { to.waiter(waiter); });
      to.boolean("attended", facts.attended);
      to.integer("recv_q", facts.recv_q);
      to.integer("send_q", facts.send_q);
      to.integer("unaccepted", static_cast<std::int64_t>(facts.unaccepted));
      to.integer("idle", static_cast<std::int64_t>(facts.idle));
      to.integer("quiet_ms", facts.quiet_ms);
    });
  });
}

}  // namespace skq::render
