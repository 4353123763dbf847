// What skq uses of fmt's library, taken from its headers: with it, the command need not load that library
// (SKQ_STATIC_CXX).
//
// To see what is lacking: nm --undefined-only --demangle on the object files of a room, lines with fmt::.
#ifndef FMT_HEADER_ONLY
#define FMT_HEADER_ONLY 1
#endif
#include <fmt/format.h>

namespace skq {

// Inline there: whose address is taken is compiled, for the others to find.
[[gnu::used]] static std::string (*const formats)(fmt::string_view, fmt::format_args) = fmt::vformat;
[[gnu::used]] static auto* const is_printable = &fmt::detail::is_printable;
[[gnu::used]] static auto* const throw_format_error = &fmt::detail::throw_format_error;

}  // namespace skq
