// Which columns are shown: the flags' defaults, and -c LIST.
//
// To add a preset: its name in preset_words (words.h) and its columns here.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cli/settings.h"
#include "skq/fields.h"
#include "skq/render.h"
#include "skq/select.h"

namespace skq::cli {

/// What a plain `skq` with these flags shows; for JSON the fields whose Shown class the flags bring.
std::vector<const Field*> default_columns(const Settings& settings, const Listed& listed);

/// The columns that settings.columns asks for, or the default ones. The SyntaxError's input is the list. `filtered` is
/// what `state` and `exclude` said.
Parsed<Layout> make_layout(const Settings& settings, const std::optional<StateSet>& filtered = {});

/// What --rates shows.
bool is_rate(const Field& field);

/// -o, or an option that brings it.
bool shows_timers(const Settings& settings);

/// Union of what these columns need.
NeedSet needs_of(const Layout& layout);

}  // namespace skq::cli
