// What the text and the JSON of findings have in common, and the words that the text is made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "skq/diagnose.h"
#include "skq/fields.h"

namespace skq::render {

/// The circle that a finding of the rule wait-cycle tells: the one made of its waiters. Null: none.
const std::vector<CycleStep>* cycle_of(const Finding& finding, const Diagnosis& diagnosis);

// All that follows is escaped and fit for a terminal.

/// "logger[812]", "pid 812", "a process that is not visible here".
std::string who(std::optional<int> pid, std::string_view comm);

/// " (nginx.service)", " (container 3f2a…)"; empty where nothing is known of it.
std::string home_of(const Process* process);

/// "logger[812], thread 815, (app.service) sleeps in sendto on fd 3, for 3.7 s".
std::string waiter_text(const Waiter& waiter);

/// "rsyslogd[640], fd 4: stopped by a signal (state T)".
std::string culprit_text(const Culprit& culprit);

/// "6 of 6 connections wait to be accepted", "its send buffer is 100.2% full"; empty: it proves nothing.
std::string evidence_text(const Evidence& evidence);

/// "/run/app.sock", "@name", "10.0.0.1:22"; empty for a unix socket without a name.
std::string name_of(const Socket& socket, TextContext& context);

/// "u_str /run/app.sock (inode 4711)".
std::string socket_text(const Socket& socket, TextContext& context);

}  // namespace skq::render
