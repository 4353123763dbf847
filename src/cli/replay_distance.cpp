#include "cli/replay_distance.h"

#include <algorithm>
#include <chrono>

#include "base/text_escape.h"
#include "cli/message.h"
#include "cli/recordings_state.h"
#include "render/flow_text.h"

namespace skq::cli {
namespace {

constexpr std::int64_t second = 1'000'000'000, minute = 60 * second, hour = 60 * minute;

std::int64_t now_ns() {
  using std::chrono::nanoseconds, std::chrono::system_clock;
  return std::chrono::duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

/// So far away a snapshot may be as long as recording goes on: a few intervals, as the one before it tells.
std::int64_t usual_distance(const Replayed& found, Recordings& recordings) {
  if (found.place.index == 0) return hour;
  const auto before = recordings.head({found.place.day, found.place.index - 1});
  if (!before) return hour;
  return std::max(minute, 3 * (found.snapshot->head.at.time_ns - before->at.time_ns));
}

/// The time of one that stands before it in the file and is yet nearer, as a clock was set back between the two.
std::optional<std::int64_t> nearer_before(std::int64_t until_ns, const Replayed& found, Recordings& recordings) {
  std::optional<std::int64_t> nearest;
  for (std::size_t index = 0; index < found.place.index; ++index) {
    const auto head = recordings.head({found.place.day, index});
    if (!head) return nearest;
    if (!is_same_host(head->at, found.snapshot->head.at)) continue;
    const std::int64_t time = head->at.time_ns;
    if (time > nearest.value_or(found.snapshot->head.at.time_ns) && time <= until_ns) nearest = time;
  }
  return nearest;
}

}  // namespace

void note_future(const Replayed& found, const Recordings& recordings) {
  const std::int64_t ahead = found.snapshot->head.at.time_ns - now_ns();
  if (ahead <= minute) return;
  complain("warning: " + escaped(recordings.name()) + ": the snapshot of " +
           time_text(found.snapshot->head.at.time_ns) + " lies in the future; a clock was ahead when it was recorded");
}

void note_distance(const store::TimeSpan& asked, const Replayed& found, Recordings& recordings) {
  const std::int64_t taken = found.snapshot->head.at.time_ns, distance = asked.first_ns - taken;
  const bool future = asked.first_ns > now_ns();
  if (distance <= 0 || (!future && distance <= usual_distance(found, recordings))) return;
  const auto nearer = nearer_before(asked.last_ns, found, recordings);
  const std::string what = future   ? " lies in the future; the last snapshot is of "
                           : nearer ? ": a clock was set back; the last snapshot in the file that is not later is of "
                                    : " has no snapshot near; the last one before it is of ";
  complain(escaped(recordings.name()) + ": " + time_text(asked.first_ns) + what + time_text(taken) + ", " +
           render::duration_text(static_cast<double>(distance) / 1e9) + " earlier" +
           (nearer ? ", and one of " + time_text(*nearer) + " stands before it" : ""));
}

}  // namespace skq::cli
