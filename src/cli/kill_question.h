// Before -K closes anything: shows what, and asks whoever sits at the terminal.
#pragma once

#include <span>

#include "cli/command_parts.h"

namespace skq::cli {

/// Prints the sockets as a list would, whatever the format of the results, then asks, both on standard error: standard
/// output has only what was done. False unless the answer is y or yes.
bool may_close(std::span<const Socket* const> sockets, const Layout& layout, const Settings& settings,
               NameService& names);

/// The settings under which the question's list is printed: a table for eyes.
Settings settings_of_question(const Settings& settings);

/// Whether closing this one would end the very login that skq runs in (SSH_CONNECTION).
bool is_own_login(const Socket& socket);

}  // namespace skq::cli
