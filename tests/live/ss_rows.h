// Rows of the real ss and of skq in one form, so that they can be compared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace live {

/// What a row says, whatever the columns' widths: "netid state recv_q send_q local… peer…", a column that ss hides
/// being left out of both; sorted. Owners stand apart: "pid fd comm", sorted.
struct ComparedRow {
  std::string text;
  std::vector<std::string> extras;
  bool operator==(const ComparedRow&) const = default;
  auto operator<=>(const ComparedRow&) const = default;
};

/// `details` is -e, for the families whose addresses are one word each: inet and packet.
enum class Extra : std::uint8_t { none, processes, memory, details };

struct BothRows {
  std::vector<ComparedRow> ss, skq;
  std::string messages;  ///< what went wrong with the commands themselves
};

/// Runs `ss -O ARGUMENTS` and `skq ARGUMENTS`. Rows of the tools' own sockets and what is justified to differ is made
/// equal; see ss_rows.cpp for the list and its reasons. As a timer may fire between the two, a difference is looked at
/// again, a few times.
BothRows run_both(const std::vector<std::string>& arguments, Extra extra = Extra::none);

/// Lines that only one of them has.
std::string difference(const BothRows& rows);

}  // namespace live
