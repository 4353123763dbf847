// Shell patterns over unix socket names, as fnmatch(3) with FNM_CASEFOLD reads them, but over any bytes (names hold
// NULs and are no valid UTF-8) and without a locale. A slash and a leading dot are characters like any other.
#pragma once

#include <string_view>

namespace skq::select {

/// `*` any run, `?` any byte, `[a-z]` and `[!a-z]` sets with [:alpha:] classes, backslash: the next byte as it is.
/// Takes at most pattern × text steps, whatever the pattern.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace skq::select
