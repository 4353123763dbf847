// What the sources of one watch have in common, though each look opens its own.
#pragma once

#include <memory>

#include "kernel/bpf/iterators.h"
#include "kernel/known_tables.h"
#include "skq/source.h"

namespace skq {

class LookMemory {
 public:
  std::shared_ptr<kernel::SocketIterators> iterators;  ///< of the source opened last; null: there was none
  kernel::KnownTables tables;
};

}  // namespace skq
