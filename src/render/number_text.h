// Numbers as text: never an exponent, never a locale's comma, never nan.
#pragma once

#include <cstdint>
#include <string>

namespace skq::render {

void append_integer(std::string& out, std::uint64_t value);

/// At most `decimals` digits after the dot, rounded to nearest, without trailing zeros. The value must be finite.
void append_decimal(std::string& out, double value, unsigned decimals);

/// For eyes: 0.4% 9.9% 10% 99% 100% 312%. Rounded down, so that nothing reads as full before it is. Must be finite.
void append_percent(std::string& out, double value);

/// For eyes: 12.345ms. Exact.
void append_microseconds(std::string& out, std::uint64_t value);

/// For eyes: 200ms, and from ten seconds on 7200s, 12.5s. Exact.
void append_milliseconds(std::string& out, std::uint64_t value);

/// For eyes: 1.2M/s, or the bytes alone when `exact`; all ones is the kernel's word for unlimited.
void append_rate(std::string& out, std::uint64_t value, bool exact);

}  // namespace skq::render
