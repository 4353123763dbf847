// Numbers as programs read them: a dot, no exponent, no locale.
#pragma once

#include <string>

namespace skq::checking {

/// The shortest text that reads back as that number.
void append_plain(std::string& out, double value);

/// Two decimals, and never up: what is printed as 100 is 100.
double rounded_down(double value);

}  // namespace skq::checking
