// skq --help[=TOPIC], -f help, -A help: text made from the option table, the catalogue and the word lists.
#pragma once

#include <string>
#include <string_view>

namespace skq::cli {

/// An empty topic is the one screen; others are those of topic_words.
std::string help_text(std::string_view topic);
std::string family_help_text();
std::string query_help_text();
std::string version_text();

}  // namespace skq::cli
