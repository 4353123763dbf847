// Lists as one compact word, for table and raw; JSON has its own form.
#pragma once

#include <span>
#include <string>

#include "skq/socket.h"

namespace skq::render {

/// 812,nginx,7;813,nginx,7 is pid, comm, fd of each; 812/815,nginx,7 with a tid; [] nobody. Commas, semicolons and
/// spaces of a comm are escaped, so that the word can be taken apart again.
void append_owners(std::string& out, std::span<const Owner> owners, bool threads);

/// 101,102; [] none.
void append_inodes(std::string& out, std::span<const Inode> inodes);

}  // namespace skq::render
