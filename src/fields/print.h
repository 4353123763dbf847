// Small texts that getters compose in context.scratch. Each call overwrites what the one before gave.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "skq/fields.h"

namespace skq::fields {

std::string_view hex(std::uint64_t value, TextContext& context);
std::string_view base64(std::string_view bytes, TextContext& context);
/// A state's name, or unknown(N). ss draws "`- " before the state of an association, which is true only below its
/// endpoint's row; rows here may be sorted and left out, and machines read the state alone, so it stands alone.
std::string_view state_text(const Socket& socket, TextContext& context);
/// Name of the interface the socket is bound to, or its number when it has no name; empty when bound to none.
std::optional<std::string_view> device(const Socket& socket, TextContext& context);

/// An interface's name; empty without one, and for the numbers of a foreign network namespace.
std::string_view interface_name(const Socket& socket, std::uint32_t index, TextContext& context);

/// All words of the membership mask as one hexadecimal number, highest word first: groups beyond 32 are not lost.
std::optional<std::string_view> netlink_groups(const Socket& socket, TextContext& context);

void append_number(std::string& out, std::uint64_t value);
/// "key:7", with a blank before it unless it is the first word.
void append_pair(std::string& out, std::string_view key, std::uint64_t value);
void append_hex(std::string& out, std::uint64_t value);
/// As printf's %.<digits>g and %.<decimals>f, in every locale.
void append_general(std::string& out, double value, int digits = 6);
void append_fixed(std::string& out, double value, int decimals);
/// Bits per second as ss prints them: 1.2G of three digits in powers of 1000, or `exact`, a whole number.
void append_bit_rate(std::string& out, double bits, bool exact);

}  // namespace skq::fields
