// Which dumps a request needs: tables that one dump answers share it, and states that only a join needs are added.
#pragma once

#include <vector>

#include "skq/collect.h"

namespace skq::collecting {

/// One dump and the tables it serves.
struct PlannedDump {
  DumpRequest request;
  std::vector<TableRequest> tables;  ///< none: its rows are only the other ends of shown ones
};

std::vector<PlannedDump> plan_dumps(const Request& request);

/// Whether a row of this dump belongs to one of its tables and is in a state that the table shows.
bool is_shown(const PlannedDump& dump, const Socket& socket);

/// Whether rows have to stay until all dumps are there: something refers to the other end of an internet socket, or to
/// lists that are asked apart.
bool needs_whole(const Request& request);

/// Whether it can be said only of joined rows which of them are wanted.
bool chooses_by_join(const Request& request);

/// Whether rows have to wait for others of their dump: something refers to the other end of a unix socket.
bool joins_unix(const Request& request);

}  // namespace skq::collecting
