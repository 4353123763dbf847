// See readable.h.
#include "store/readable.h"

#include "store/frame.h"

namespace skq::store {

bool follows(const SnapshotPlace& base, const SnapshotPlace& delta) {
  const bool of_one_frame = base.offset == delta.offset;
  const bool adjoins = of_one_frame ? base.text_at + base.text_size == delta.text_at
                                    : base.offset + base.length == delta.offset && delta.text_at == 0;
  return adjoins && base.head.seq + 1 == delta.head.seq && base.head.at.host == delta.head.at.host &&
         base.head.at.boot_id == delta.head.at.boot_id;
}

std::size_t unreadable_snapshots(const ByteSource& file, const DayContents& contents, bool thorough) {
  FrameReader frames;
  std::size_t count = 0;
  const SnapshotPlace* base = nullptr;  // that can be read
  bool sound = true;
  std::uint64_t sound_of = 0;  // the offset of the frame that was read last
  for (const SnapshotPlace& place : contents.snapshots) {
    const bool based = place.head.full || (base != nullptr && follows(*base, place));
    if (thorough && (place.text_at == 0 || place.offset != sound_of))
      sound = bool(frames.text(file, place.offset, place.length, {}));
    sound_of = place.offset;
    const bool readable = based && sound;
    base = readable ? &place : nullptr;
    count += readable ? 0 : 1;
  }
  return count;
}

}  // namespace skq::store
