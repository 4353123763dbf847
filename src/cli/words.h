// The words that option arguments and filters are made of: for checking, for "did you mean", for help and completions.
#pragma once

#include <array>
#include <string_view>

namespace skq::cli {

inline constexpr std::array<std::string_view, 5> format_words{"table", "raw", "csv", "json", "jsonl"};
inline constexpr std::array<std::string_view, 3> color_words{"auto", "always", "never"};
inline constexpr std::array<std::string_view, 7> level_words{"trace", "debug",    "info", "warning",
                                                             "error", "critical", "off"};
inline constexpr std::array<std::string_view, 5> topic_words{"all", "columns", "filter", "examples", "states"};
inline constexpr std::array<std::string_view, 2> list_style_words{"text", "json"};
inline constexpr std::array<std::string_view, 5> generate_words{"bash", "zsh", "fish", "man-options", "man-columns"};
inline constexpr std::array<std::string_view, 3> preset_words{"@ss", "@mem", "@all"};
inline constexpr std::array<std::string_view, 4> command_words{"why", "record", "diff", "check"};

/// What `state` and `exclude` take.
inline constexpr std::array<std::string_view, 17> state_words{
    "all",      "connected",  "synchronized", "bucket",     "big",       "established",
    "syn-sent", "syn-recv",   "fin-wait-1",   "fin-wait-2", "time-wait", "unconnected",
    "closed",   "close-wait", "last-ack",     "listening",  "closing"};
inline constexpr std::array<std::string_view, 9> filter_words{"state", "exclude", "src", "dst", "sport",
                                                              "dport", "and",     "or",  "not"};

}  // namespace skq::cli
