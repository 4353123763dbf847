// Justified differences, each made equal here and nowhere else:
//
//  - The tools' own sockets: each opens sock_diag sockets (and ss a route socket) that the other does not have. The
//    sockets of the zoo have port ids that we chose, so theirs are recognized by the tool's name, or by a port id that
//    the kernel chose (negative, from a random range).
//  - Netlink sockets in multicast groups: the kernel dumps them twice and ss prints both; skq prints each socket once.
//  - -A packet_raw and packet_dgram: ss dumps both kinds whichever was asked for (packet_show_sock has no type test).
//    It is asked for both, and the other kind is left out.
//  - TCP sockets that are bound and do nothing: -a of ss shows them from iproute2 6.8 on, and always of skq.
//  - Bytes of unix names that must be escaped: none in the zoo.
//  - Owners of netlink sockets: ss ignores ndiag_ino and never prints them.
#include "ss_rows.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "live_test.h"

namespace live {
namespace {

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  constexpr std::string_view blanks = " \t";
  for (std::size_t at = line.find_first_not_of(blanks); at < line.size(); at = line.find_first_not_of(blanks, at)) {
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void append_word(std::string& text, const std::string& word) {
  if (!text.empty()) text += ' ';
  text += word;
}

// users:(("comm",pid=1,fd=2),("comm",pid=1,fd=3))
std::vector<std::string> owners_of(std::string_view users) {
  std::vector<std::string> owners;
  for (std::size_t at = users.find("(\""); at != std::string_view::npos; at = users.find("(\"", at + 1))
    owners.emplace_back(users.substr(at + 1, users.find(')', at) - at - 1));
  std::sort(owners.begin(), owners.end());
  return owners;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Port ids are the pid for the first socket of a process, else random and shown as negative.
bool is_own_socket(const std::string& text, int pid) {
  for (const std::string& word : words_of(text)) {
    const std::size_t at = word.rfind(':');
    if (at == std::string::npos || word.find('.') != std::string::npos) continue;
    const std::string port = word.substr(at + 1);
    if (port == std::to_string(pid) || port.ends_with("/" + std::to_string(pid))) return true;
    if (port.starts_with('-') && port != "-268435455") return true;
  }
  return false;
}

// Which of the columns that ss may hide stand in its header.
struct Shown {
  bool netid = false, state = false;
};

std::vector<ComparedRow> read_ss(const std::string& out, Shown& shown, Extra extra) {
  std::vector<ComparedRow> rows;
  const auto lines = lines_of(out);
  if (lines.empty()) return rows;
  const auto header = words_of(lines[0]);
  shown = {has(header, "Netid"), has(header, "State")};
  for (std::size_t at = 1; at < lines.size(); ++at) {
    ComparedRow row;
    std::size_t place = 0;
    for (const std::string& word : words_of(lines[at])) {
      const bool beyond = ++place > 4U + (shown.netid ? 1U : 0U) + (shown.state ? 1U : 0U);
      if (word.starts_with("users:")) {
        row.extras = owners_of(word);
      } else if (word.starts_with("skmem:") || (extra == Extra::details && beyond)) {
        row.extras.push_back(word);
      } else {
        append_word(row.text, word);
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

bool ss_knows_bound_inactive() {
  static const bool knows = run({"ss", "--help"}).out.find("bound-inactive") != std::string::npos;
  return knows;
}

std::vector<ComparedRow> read_skq(const std::string& out, const Shown& shown, Extra extra) {
  std::vector<ComparedRow> rows;
  const Rows read(out);
  for (const Row& from : read.all()) {
    if (!ss_knows_bound_inactive() && from.text("netid") == "tcp" && from.text("state") == "UNCONN") continue;
    ComparedRow row;
    if (shown.netid) append_word(row.text, from.text("netid"));
    if (shown.state) append_word(row.text, from.text("state"));
    for (const char* column : {"recv_q", "send_q", "local", "peer"}) append_word(row.text, from.text(column));
    if (extra == Extra::processes && from.text("netid") != "nl" && !from.is_null("process"))
      row.extras = owners_of(from.text("process"));
    if (extra == Extra::details) {
      for (const char* column : {"details", "packet_details", "rx_ring_text", "tx_ring_text", "fanout_text"}) {
        if (from.is_null(column)) continue;
        const auto words = words_of(from.text(column));
        row.extras.insert(row.extras.end(), words.begin(), words.end());
      }
    }
    if (extra == Extra::memory && !from.is_null("skmem")) row.extras.push_back(from.text("skmem"));
    rows.push_back(std::move(row));
  }
  return rows;
}

// Each row once, as skq has it.
void drop_repeated(std::vector<ComparedRow>& rows) { rows.erase(std::unique(rows.begin(), rows.end()), rows.end()); }

void make_comparable(std::vector<ComparedRow>& rows, int pid) {
  std::erase_if(rows, [&](const ComparedRow& row) { return is_own_socket(row.text, pid); });
  std::sort(rows.begin(), rows.end());
}

// The kind of packet sockets that a word of -A names, if it names one.
std::string packet_kind(const std::string& word) {
  if (word == "packet_raw" || word == "p_raw") return "p_raw";
  return word == "packet_dgram" || word == "p_dgr" ? "p_dgr" : "";
}

BothRows look(const std::vector<std::string>& arguments, Extra extra) {
  std::vector<std::string> ss_words{"ss", "-O"};
  std::string only_kind;
  for (const std::string& word : arguments) {
    const std::string kind = packet_kind(word);
    if (!kind.empty()) only_kind = kind;
    ss_words.push_back(kind.empty() ? word : "packet");
  }
  std::vector<std::string> skq_words{"--format=raw", "-c", "netid,state,recv_q,send_q,local,peer"};
  if (extra == Extra::processes) skq_words.back() += ",process";
  if (extra == Extra::memory) skq_words.back() += ",skmem";
  if (extra == Extra::details) skq_words.back() += ",details,packet_details,rx_ring_text,tx_ring_text,fanout_text";
  skq_words.insert(skq_words.end(), arguments.begin(), arguments.end());
  const Finished ss = run(ss_words), skq = run_skq(skq_words);
  BothRows both;
  if (ss.exit != 0) both.messages += "ss failed: " + ss.err;
  if (skq.exit != 0) both.messages += "skq failed: " + skq.err;
  Shown shown;
  both.ss = read_ss(ss.out, shown, extra);
  both.skq = read_skq(skq.out, shown, extra);
  if (!only_kind.empty())
    std::erase_if(both.ss, [&](const ComparedRow& row) { return !row.text.starts_with(only_kind); });
  make_comparable(both.ss, ss.pid);
  make_comparable(both.skq, skq.pid);
  drop_repeated(both.ss);
  return both;
}

}  // namespace

BothRows run_both(const std::vector<std::string>& arguments, Extra extra) {
  BothRows both = look(arguments, extra);
  // Zero window probes and retransmissions move counters, at ever longer distances.
  for (int again = 0; again < 5 && both.ss != both.skq; ++again) both = look(arguments, extra);
  return both;
}

std::string difference(const BothRows& rows) {
  std::string text = rows.messages;
  std::vector<ComparedRow> only;
  const auto tell = [&](const char* who) {
    for (const ComparedRow& row : only) {
      text += std::string("only ") + who + ": " + row.text;
      for (const std::string& one : row.extras) text += " [" + one + "]";
      text += '\n';
    }
    only.clear();
  };
  std::set_difference(rows.ss.begin(), rows.ss.end(), rows.skq.begin(), rows.skq.end(), std::back_inserter(only));
  tell("ss");
  std::set_difference(rows.skq.begin(), rows.skq.end(), rows.ss.begin(), rows.ss.end(), std::back_inserter(only));
  tell("skq");
  return text;
}

}  // namespace live
