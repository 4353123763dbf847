// See readable.h.
#include "store/readable.h"

#include "store/frame.h"

namespace skq::store {

bool follows(const SnapshotPlace& base, const SnapshotPlace& delta) {
  return base.offset + base.length == delta.offset && base.head.seq + 1 == delta.head.seq &&
         base.head.at.host == delta.head.at.host && base.head.at.boot_id == delta.head.at.boot_id;
}

std::size_t unreadable_snapshots(const ByteSource& file, const DayContents& contents, bool thorough) {
  FrameReader frames;
  std::size_t count = 0;
  const SnapshotPlace* base = nullptr;  // that can be read
  for (const SnapshotPlace& place : contents.snapshots) {
    const bool based = place.head.full || (base != nullptr && follows(*base, place));
    const bool readable = based && (!thorough || frames.text(file, place.offset, place.length, {}));
    base = readable ? &place : nullptr;
    count += readable ? 0 : 1;
  }
  return count;
}

}  // namespace skq::store
