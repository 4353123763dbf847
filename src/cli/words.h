// The words that option arguments and filters are made of: for checking, for "did you mean", for help and completions.
#pragma once

#include <array>
#include <string_view>

namespace skq::cli {

inline constexpr std::array<std::string_view, 6> format_words{"table", "raw", "csv", "json", "jsonl", "prom"};
/// Of what shows no rows of sockets: why, diff, and the list of what is recorded.
inline constexpr std::array<std::string_view, 3> rowless_format_words{"table", "json", "jsonl"};
inline constexpr std::array<std::string_view, 3> color_words{"auto", "always", "never"};
inline constexpr std::array<std::string_view, 3> bpf_words{"auto", "never", "require"};
inline constexpr std::array<std::string_view, 7> level_words{"trace", "debug",    "info", "warning",
                                                             "error", "critical", "off"};
inline constexpr std::array<std::string_view, 9> topic_words{"all", "columns", "filter", "examples", "states",
                                                             "why", "record",  "diff",   "check"};
inline constexpr std::array<std::string_view, 2> list_style_words{"text", "json"};
inline constexpr std::array<std::string_view, 7> generate_words{"bash",        "zsh",         "fish",   "man-options",
                                                                "man-columns", "man-metrics", "metrics"};
inline constexpr std::array<std::string_view, 3> preset_words{"@ss", "@mem", "@all"};

inline constexpr std::array<std::string_view, 13> filter_words{
    "state", "exclude", "src", "dst", "sport", "dport", "dev", "fwmark", "cgroup", "autobound", "and", "or", "not"};

}  // namespace skq::cli
