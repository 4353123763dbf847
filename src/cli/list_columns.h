// skq --list-columns: the catalogue, for people and for programs.
#pragma once

#include <string>
#include <string_view>

namespace skq::cli {

/// Style is text (also when empty) or json: an array of objects.
std::string list_columns_text(std::string_view style);

}  // namespace skq::cli
