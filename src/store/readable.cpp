// See readable.h.
#include "store/readable.h"

#include "store/chain.h"

namespace skq::store {

bool follows(const SnapshotPlace& base, const SnapshotPlace& delta) {
  const bool of_one_frame = base.offset == delta.offset;
  const bool adjoins = of_one_frame ? base.text_at + base.text_size == delta.text_at
                                    : base.offset + base.length == delta.offset && delta.text_at == 0;
  return adjoins && base.head.seq + 1 == delta.head.seq && base.head.at.host == delta.head.at.host &&
         base.head.at.boot_id == delta.head.at.boot_id;
}

std::size_t unreadable_snapshots(const ByteSource& file, const DayContents& contents, bool thorough) {
  Chain chain(file, contents, {});
  std::size_t count = 0;
  const SnapshotPlace* base = nullptr;  // that can be read
  for (std::size_t at = 0; at < contents.snapshots.size(); ++at) {
    const SnapshotPlace& place = contents.snapshots[at];
    const bool based = place.head.full || (base != nullptr && follows(*base, place));
    const bool readable = based && (!thorough || (chain.go_to(at) && count_repeated(chain.rows()) == 0));
    base = readable ? &place : nullptr;
    count += readable ? 0 : 1;
  }
  return count;
}

}  // namespace skq::store
