// What changed between two looks, to text and to JSON. Like every renderer it appends to a buffer; it never writes,
// never asks for a terminal, never looks at the clock.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "skq/fields.h"
#include "skq/store.h"

namespace skq {

/// One of the two looks, as it is told.
struct ComparedLook {
  const SnapshotHead* head = nullptr;
  std::size_t sockets = 0;  ///< of those that are compared
  std::size_t chosen = 0;   ///< of them, those that the filter takes
  bool live = false;        ///< else recorded
  TextContext* context = nullptr;
};

/// Everything that is told. Pointers and spans stay the teller's.
struct ChangesReport {
  ComparedLook before, after;
  const Differences* differences = nullptr;
  std::span<const Change* const> changes;          ///< those that are shown
  std::array<std::size_t, change_kinds> counts{};  ///< of all that were chosen, also beyond those shown
  std::size_t grew = 0;                            ///< so many of the kind grown did; the others shrank, or counted on
  bool witnessed = false;                          ///< whether there was a look that could tell gone from missing
  std::span<const Gap> gaps;                       ///< of both looks and of their comparison
  std::span<const Field* const> columns;           ///< JSON: what is told of a socket, as far as its family has it
};

struct ChangesView {
  std::optional<int> width;  ///< columns of the terminal; empty: not a terminal, one line a change and never cut
  bool color = false;
  bool utf8 = true;
  bool header = true;   ///< -H turns off the titles and what stands around the table
  std::string version;  ///< for the JSON head
};

/// Seconds from the earlier look to the later one.
double seconds_between(const ChangesReport& report);

void append_changes_text(std::string& out, const ChangesReport& report, const ChangesView& view);
/// One document.
void append_changes_json(std::string& out, const ChangesReport& report, const ChangesView& view);
/// One change a line, flat, each with ts and host first.
void append_changes_lines(std::string& out, const ChangesReport& report);

}  // namespace skq
