// HOST of src and dst: [FAMILY:]ADDRESS[:PORT], or a pattern of unix names.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "select/filter_expression.h"
#include "select/filter_port.h"

namespace skq::select {

/// Why a word is no host.
struct HostProblem {
  std::string message;
};

/// A name with several addresses becomes an Or. `warnings` gets what has two readings.
std::variant<Filter::Expression, HostProblem> parse_host(std::string_view text, Side side, const FilterSetting& setting,
                                                         std::vector<std::string>& warnings);

/// Whether the word is a pattern of unix names, which may hold parentheses.
bool is_unix_pattern(std::string_view text, const FilterSetting& setting);

/// PORT of sport and dport: [FAMILY:][:]PORT
std::variant<PortTest, HostProblem> parse_port_word(std::string_view text, Side side, Comparator comparator,
                                                    const FilterSetting& setting);

}  // namespace skq::select
