// Texts made from the option table and the catalogue, committed beside the code: the completions of three shells and
// two blocks of the man page. A test says when they differ from what the code would write; to write them anew:
//
//   skq --generate=bash        > packaging/completions/skq.bash
//   skq --generate=zsh         > packaging/completions/_skq
//   skq --generate=fish        > packaging/completions/skq.fish
//   skq --generate=man-options   between BEGIN and END GENERATED OPTIONS in man/skq.8
//   skq --generate=man-columns   between BEGIN and END GENERATED COLUMNS in man/skq.8
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"

namespace skq::cli {

/// `what` is one of generate_words.
std::string generated_text(std::string_view what);

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();
std::string man_options();
std::string man_columns();
/// The METRICS of the man page, and the same for programs: name, type, unit and labels, with tabs between.
std::string man_metrics();
std::string metric_lines();

/// The words an argument may be; empty for free text and files.
std::vector<std::string> words_of(Values values);
/// Those of an option in a command, which may have fewer.
std::vector<std::string> words_in(const Option& option, Command command);
/// Whether several of the words may stand in one argument, separated by commas.
bool is_list(Values values);

}  // namespace skq::cli
