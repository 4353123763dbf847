// skq --help[=TOPIC], -f help, -A help: text made from the option table, the catalogue and the word lists.
#pragma once

#include <string>
#include <string_view>

#include "cli/settings.h"

namespace skq::cli {

/// An empty topic is the one screen; others are those of topic_words.
std::string help_text(std::string_view topic);
std::string family_help_text();
std::string query_help_text();
std::string version_text();

/// skq why --help, and so on.
std::string why_help();
std::string record_help();
std::string diff_help();
std::string check_help();
/// The lines of a command's options.
void append_options(std::string& out, Command command);

}  // namespace skq::cli
