// Sockets that nobody is seen to hold: in flight, in an io_uring, closed by all, or hidden.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "diagnose/scene_index.h"
#include "diagnose/words.h"

namespace skq::diagnosing {
namespace {

// So few hidden holders and so many descriptors under way that all of the former may be among the latter.
bool messages_explain_it(const Scene& scene) {
  std::size_t flights = 0;
  for (const DescriptorsInFlight& flight : scene.in_flight) flights += flight.count;
  if (flights == 0) return false;
  const auto unseen = std::count_if(scene.sockets.begin(), scene.sockets.end(), [](const Socket* socket) {
    return socket->inode != Inode{0} && socket->owners == nullptr;
  });
  return static_cast<std::size_t>(unseen) <= flights;
}

// Who may receive it: several, where descriptors travel to several.
std::string carrier_words(const SceneIndex& scene) {
  constexpr std::size_t most = 3;
  std::vector<std::string> carriers;
  for (const DescriptorsInFlight& flight : scene.now().in_flight) {
    const Socket* receiver = scene.find(flight.receiver);
    if (receiver == nullptr || receiver->owners == nullptr || receiver->owners->list.empty()) continue;
    const Owner& owner = receiver->owners->list.front();
    std::string name = process_name(owner.comm, owner.pid);
    if (std::find(carriers.begin(), carriers.end(), name) == carriers.end()) carriers.push_back(std::move(name));
  }
  if (carriers.empty()) return scene.now().in_flight.empty() ? "" : "; it may travel in a message";
  std::string words = "; it may travel in a message to " + carriers.front();
  for (std::size_t at = 1; at < std::min(carriers.size(), most); ++at) words += " or " + carriers[at];
  return carriers.size() > most ? words + " or others" : words;
}

}  // namespace

// In a pid namespace of one's own, or beside processes that may not be read, no holder in sight is no proof of none.
Culprit nobody(const SceneIndex& scene, const Socket& socket) {
  Culprit culprit;
  const Scene& now = scene.now();
  const bool in_ring = std::binary_search(now.in_io_uring.begin(), now.in_io_uring.end(), socket.inode);
  const bool all_seen = socket.owners != nullptr && now.all_owners_known;
  const bool left = socket.owners != nullptr && !socket.owners->list.empty();
  if (left && !in_ring) {
    culprit.detail = "who held it when owners were looked for holds it no more";
    return culprit;
  }
  if (in_ring)
    culprit.detail = "no process has a descriptor of it, only an io_uring";
  else if (all_seen)
    culprit.detail =
        "no process holds it: its descriptor is under way in a message, or kept by the kernel" + carrier_words(scene);
  else
    culprit.detail = "no process that can be seen holds it" + carrier_words(scene);
  if (in_ring || all_seen || messages_explain_it(now)) culprit.doing = Doing::gone;
  return culprit;
}

}  // namespace skq::diagnosing
