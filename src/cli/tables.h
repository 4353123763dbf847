// Which socket tables and states are listed: what ss makes of -t -u -x -w -S -d -M -0 -4 -6 --vsock --tipc --xdp -f -A
// -a -l -B and of `state`.
//
// To add a table: its row among the queries of tables.cpp, its family's set there, and its place in print_order.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "skq/collect.h"
#include "skq/select.h"
#include "skq/socket.h"

namespace skq::cli {

/// What the options said so far. Order matters, as in ss: the last of -4 and -6 decides, the first -A forgets -t and
/// -u.
struct TableChoice {
  NetidSet tables;
  FamilySet families;
  StateSet states;                ///< union of the defaults of what was chosen
  std::optional<StateSet> asked;  ///< -a, -l, or -A, which asks for the connected states
  std::optional<Family> last_family;
  NetidSet named;  ///< tables whose absence from the kernel is a gap
  bool chosen = false;
  bool queried = false;
};

/// -t -u -w -S -d -M
void choose_table(TableChoice& choice, Netid table);
/// -4 -6 -x -0 --vsock --tipc --xdp -f
void choose_family(TableChoice& choice, Family family);
/// -f by name.
struct FamilyName {
  std::string_view name;
  Family family{};
};
std::span<const FamilyName> family_names();
/// -A LIST. The SyntaxError's input is the list.
std::optional<SyntaxError> choose_query(TableChoice& choice, std::string_view list);
std::span<const std::string_view> query_names();

void ask_for_all(TableChoice& choice);
/// What -A asks for where nothing else does.
StateSet states_of_query();
void ask_for_listening(TableChoice& choice);
void ask_for_bound_inactive(TableChoice& choice);

/// What the rows can be of.
struct Listed {
  FamilySet families;
  bool one_table = false;  ///< as ss counts them: TIPC is one
  bool one_state = false;
};
Listed listed_by(const TableChoice& choice, const std::optional<StateSet>& filtered);

/// In the order in which ss prints. Empty: nothing is left to show. `filtered` is what `state` and `exclude` said.
std::vector<TableRequest> table_requests(const TableChoice& choice, const std::optional<StateSet>& filtered);

}  // namespace skq::cli
