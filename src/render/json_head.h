// The head of a JSON document: where and when it was made, and what is missing from it. The same for every command.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "skq/snapshot.h"

namespace skq::render {

std::int64_t seconds_of(std::int64_t time_ns);

void append_signed_integer(std::string& out, std::int64_t value);

/// {"schema":1, … "netns":4026531840, with an open end: append_json_gaps() and a brace have to follow.
void append_json_head(std::string& out, const Circumstances& circumstances, std::string_view version);

/// "complete":true,"gaps":[]
void append_json_gaps(std::string& out, const std::vector<Gap>& gaps);

}  // namespace skq::render
