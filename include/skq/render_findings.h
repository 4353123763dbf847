// Findings to text and to JSON. Like every renderer it appends to a buffer; it never writes, never asks for a terminal,
// never looks at the clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "skq/diagnose.h"
#include "skq/fields.h"
#include "skq/snapshot.h"
#include "skq/target.h"

namespace skq {

/// What a diagnosis rests on.
struct Looked {
  std::size_t sockets = 0;
  std::size_t namespaces = 0;  ///< network namespaces with sockets; 0: not known
  std::size_t threads = 0;     ///< looked at closely
  double seconds = 0;          ///< all looks together, with the time between them
  bool one_netns = false;      ///< of findings, too: nobody looked into the others
  std::string recorded = {};   ///< when, of a recording, which does not say how many threads; else empty
};

/// What was asked for, what it stands for, and what is around it.
struct TargetReport {
  const Target* target = nullptr;
  const TargetMatch* match = nullptr;
  Surroundings around;
};

/// Everything that is told. Pointers and spans stay the teller's.
struct FindingsReport {
  const Circumstances* circumstances = nullptr;
  const Diagnosis* diagnosis = nullptr;
  std::span<const Finding* const> findings;  ///< of the diagnosis: all, or those that touch a target
  std::span<const TargetReport> targets;
  std::size_t elsewhere = 0;  ///< findings that touch none of the targets
  std::span<const Gap> gaps;  ///< of the looks and of the diagnosis
  Looked looked;
  std::span<const Field* const> columns;  ///< JSON: what is told of a socket, as far as its family has it
};

struct FindingsView {
  int width = 100;  ///< no line is wider, however long a name is; below 40 it is taken for 40
  bool color = false;
  bool utf8 = true;     ///< false: chains and circles are drawn in ASCII
  std::string version;  ///< for the JSON head
};

void append_findings_text(std::string& out, const FindingsReport& report, const FindingsView& view,
                          TextContext& context);
/// One document.
void append_findings_json(std::string& out, const FindingsReport& report, const FindingsView& view,
                          TextContext& context);
/// Command lines can hold secrets: what is kept has them only where they were asked for.
enum class CommandLines : std::uint8_t { told, left_out };
/// One element of that document's findings.
void append_finding_json(std::string& out, const Finding& finding, std::span<const Field* const> columns,
                         TextContext& context, CommandLines command_lines = CommandLines::told);
/// One finding a line, each with ts and host first; the circle of a wait-cycle stands in its line. Behind them a line
/// for each target.
void append_findings_lines(std::string& out, const FindingsReport& report, TextContext& context);

}  // namespace skq
