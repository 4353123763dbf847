// Raw sockets from /proc/net/raw and raw6: what is left to ask where the kernel has no raw_diag. These lines know
// neither memory nor cookie nor interface.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "skq/source.h"

namespace skq::kernel {

/// Hands over each row of such a file's text until `row` returns false. Gives how many lines were none: anything but
/// the kernel's own format, and a last line without its end.
std::size_t read_raw_table(std::string_view text, Family family, const std::function<bool(Socket&)>& row);

/// The file of that family, seen from the calling thread's network namespace. 0 or errno.
int read_raw_file(Family family, std::string& text);

/// After a raw dump that ended with ENOENT: the rows that it would have given, from that file's text.
void substitute_raw(const DumpRequest& request, std::string_view text, const std::function<bool(Socket&)>& row,
                    DumpEnd& end);

}  // namespace skq::kernel
