// Lines for people on standard error. What comes from outside is escaped here.
#pragma once

#include <string_view>

namespace skq::cli {

/// "skq: TEXT". The text may have several lines, so whoever composes it escapes what is not ours.
void complain(std::string_view text);

}  // namespace skq::cli
