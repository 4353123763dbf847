// JSON's pieces: values of fields, and strings (base/text_json.h).
#pragma once

#include <string>

#include "base/text_json.h"
#include "skq/fields.h"

namespace skq::render {

using skq::append_json_string;

/// Numbers are numbers (percent with two decimals at most), what is absent or not finite is null.
void append_json_value(std::string& out, const Value& value, bool threads);

}  // namespace skq::render
