// Sentences' parts that several rules need.
#pragma once

#include <string>
#include <string_view>

#include "diagnose/scene_index.h"

namespace skq::diagnosing {

/// "psql (pid 812)"; "a process that is not visible here" without a pid.
std::string process_name(std::string_view comm, std::optional<int> pid);
/// "3.7 s", "2 min 5 s", "4 h 10 min".
std::string duration(double seconds);
/// "blocked in sendto", "waits in epoll_wait for room".
std::string waiting_text(const Waiting& waiting);
/// Of a unix socket its path or "@abstract", of others and the nameless nothing.
std::string unix_name(const Socket& socket);
/// "which is stopped", "which sleeps in futex": what a culprit does, behind its name.
std::string which_clause(const Culprit& culprit);
/// What to do about such a culprit, in full sentences; `accepts`: of whom accepting is asked, not reading.
std::string cure_for(const Culprit& culprit, bool accepts = false);
std::string plural(std::size_t count, std::string_view one, std::string_view many);

}  // namespace skq::diagnosing
