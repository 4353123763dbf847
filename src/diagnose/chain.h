// From a thread that waits to whoever causes it: through all those that wait themselves, to the first that do not.
#pragma once

#include <vector>

#include "diagnose/scene_index.h"

namespace skq::diagnosing {

struct Blame {
  OtherSide other;
  std::vector<Holding> direct;    ///< who could take what waits on the other side
  std::vector<Culprit> culprits;  ///< root causes first, then who merely waits in between
  std::vector<Link> chain;        ///< to the first culprit
  bool somebody_attends = false;  ///< among `direct`
};
/// The step of a chain that this wait is.
Link link_of(const Waiting& waiting);
Blame blame_for(const SceneIndex& scene, const Waiting& waiting);

enum class Verdict : std::uint8_t {
  open,     ///< too early to say: diagnose() has been told to look again
  unclear,  ///< it lasts, and whether it goes on is not to be seen
  slow,     ///< it goes on, though not fast
  stuck
};
/// What time says of a wait that is proven (see proof.h) for this moment.
Verdict judge(const SceneIndex& scene, const Waiting& waiting, const Blame& blame);
/// The same of a queue that nobody is seen to wait for.
Verdict judge(const SceneIndex& scene, bool somebody_attends, Progress progress);

}  // namespace skq::diagnosing
