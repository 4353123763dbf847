// Inodes in order, each once: what a look for owners is asked with.
#pragma once

#include <vector>

#include "skq/types.h"

namespace skq::collecting {

void sort_unique(std::vector<Inode>& inodes);

}  // namespace skq::collecting
