// What every command that shows rows of sockets does alike: how they are read and printed, and how it ends.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "cli/exit_code.h"
#include "cli/list_plan.h"
#include "cli/log.h"
#include "cli/settings.h"
#include "cli/terminal.h"
#include "skq/collect.h"
#include "skq/names.h"
#include "skq/render.h"
#include "skq/result.h"

namespace skq::cli {

View view_of(const Settings& settings, const Terminal& terminal);
/// Who reads what is printed: --output is no terminal.
Terminal reader_of(const Settings& settings);

/// For what is printed, and for what is compared by --where and --sort.
TextContext shown_text(const Settings& settings, NameService& names);
TextContext compared_text(const Settings& settings, NameService& names);

/// Tables, needs, and which rows FILTER and --where want. The request refers to all three, which have to outlive it.
Request request_of(const Settings& settings, const ListPlan& plan, TextContext& compared);

/// For commands that work on some kinds of sockets only: takes all others out of the plan, and refuses those that were
/// asked for by name. `what_for` is "be closed", `why` the reason.
Problem keep_tables(ListPlan& plan, NetidSet possible, std::string_view what_for, std::string_view why);

/// Reads everything that the plan wants, sorted and limited. Rows live as long as the storage.
struct Gathered {
  Summary summary;
  std::vector<const Socket*> rows;
};
Result<Gathered> gather(const Settings& settings, const ListPlan& plan, NameService& names, Source& source,
                        Snapshot& storage);

/// Whether a list of this plan would show the socket: for rows of a look that was made for more.
bool takes(const ListPlan& plan, const Socket& socket, TextContext& compared);

/// What asks is not part of the answer.
bool is_our_own(const Socket& socket);

/// Tells the error on standard error.
ExitCode fail(const Error& error);
/// Once each, on standard error and in the log.
void tell_gaps(std::span<const Gap> gaps, const Log& log);
/// How a command ends that did all it could: --strict and --exit-code have their say.
ExitCode outcome(const Settings& settings, const Summary& summary, std::size_t shown);

}  // namespace skq::cli
