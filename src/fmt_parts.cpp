// What skq uses of fmt's library, taken from its headers: with it, the command need not load that library
// (SKQ_STATIC_CXX).
//
// To see what is lacking: nm --undefined-only --demangle on the object files of a room, lines with fmt::.
#ifndef FMT_HEADER_ONLY
#define FMT_HEADER_ONLY 1
#endif
#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace skq {

// Inline there: whose address is taken is compiled, for the others to find.
[[gnu::used]] static std::string (*const formats)(fmt::string_view, fmt::format_args) = fmt::vformat;
[[gnu::used]] static bool (*const is_printable)(std::uint32_t) = fmt::detail::is_printable;
// And what the log's library uses of it.
[[gnu::used]] static auto* const describes_error = &fmt::format_system_error;
[[gnu::used]] static auto* const decimal_point = &fmt::detail::decimal_point_impl<char>;
[[gnu::used]] static auto* const thousands_separator = &fmt::detail::thousands_sep_impl<char>;
#if FMT_VERSION >= 110000
[[gnu::used]] static auto* const reports = &fmt::report_error;
#else
[[gnu::used]] static auto* const throws = &fmt::detail::throw_format_error;
#endif

}  // namespace skq
