// Rows and cells as JSON, and back.
#pragma once

#include <cstdint>
#include <string>

#include "store/json_cursor.h"
#include "store/rows.h"

namespace skq::store {

/// {"family":"inet",…}
void append_row(std::string& out, const Row& row);
/// A value of a column.
void append_value(std::string& out, const Cell& cell);

/// False: no row of ours. Keys that this version does not know are left out.
bool read_row(std::string_view line, Arena& arena, Row& row);
/// True with `found` false where there is null, or what no column holds.
bool read_value(JsonCursor& json, KeyId key, Arena& arena, Cell& cell, bool& found);

}  // namespace skq::store
