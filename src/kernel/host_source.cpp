// The running kernel in all its network namespaces: one LiveSource for each, which keeps the netlink socket that was
// opened there. Namespaces are entered by short-lived threads only.
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kernel/host_namespaces.h"
#include "kernel/host_strangers.h"
#include "kernel/live_source.h"
#include "kernel/net_namespace.h"
#include "kernel/parallel.h"
#include "kernel/proc_dir.h"
#include "kernel/proc_visibility.h"
#include "kernel/socket_counts.h"
#include "skq/source.h"

namespace skq::kernel {
namespace {

/// One namespace. It stays as long as the source, since rows of earlier looks point to it.
struct Place {
  NetNamespace netns;
  UniqueFd door;                       ///< none: our own, where every thread is
  std::unique_ptr<LiveSource> source;  ///< null: it could not be entered
  std::string where;                   ///< what led there
  std::uint64_t files = 0;             ///< net_files_of()
  Counters counts;
  std::uint64_t ours = 0;               ///< of the sockets counted
  std::optional<std::uint64_t> cookie;  ///< namespace_cookie()
  bool met = true;                      ///< in this look
  bool entered = false;                 ///< in this look
  bool followed = false;                ///< only strangers led there
};

/// Descriptors that namespaces must leave over, for the walk through /proc that follows.
class Reserve {
 public:
  Reserve() {
    for (UniqueFd& fd : fds_) fd = UniqueFd(::open("/", O_PATH | O_CLOEXEC));
  }

 private:
  std::array<UniqueFd, 24> fds_;
};

/// The dumps of one request over many namespaces, as if it were one.
class JointEnd {
 public:
  void add(const Result<DumpEnd>& end) {
    if (!end) {
      if (!failure_) failure_ = end.error();
      return;
    }
    any_ = true;
    if (whole_.error == 0) whole_.error = end->error;
    whole_.interrupted = whole_.interrupted || end->interrupted;
    whole_.truncated = whole_.truncated || end->truncated;
    whole_.substituted = whole_.substituted || end->substituted;
    whole_.malformed += end->malformed;
  }

  /// An Error only where no namespace gave anything.
  [[nodiscard]] Result<DumpEnd> get() const {
    if (failure_ && !any_) return *failure_;
    DumpEnd end = whole_;
    if (failure_ && end.error == 0) end.error = failure_->code != 0 ? failure_->code : EIO;
    return end;
  }

 private:
  DumpEnd whole_;
  bool any_ = false;
  std::optional<Error> failure_;
};

class HostSource final : public Source {
 public:
  HostSource(NetlinkSocket socket, std::shared_ptr<SocketIterators> iterators, std::shared_ptr<LookMemory> memory)
      : iterators_(std::move(iterators)) {
    auto own = std::make_unique<Place>();
    own->netns = own_network_namespace();
    own->cookie = namespace_cookie(socket.fd());
    own->source = std::make_unique<LiveSource>(std::move(socket), &own->netns, Inside(), iterators_);
    own->source->remember(std::move(memory));
    own->files = net_files_of("thread-self");
    by_inode_.emplace(own->netns.inode, own.get());
    places_.push_back(std::move(own));
  }

  Result<DumpEnd> dump(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row) override {
    JointEnd end;
    bool wants_more = true;
    const std::function<bool(Socket&)> pass_on = [&](Socket& socket) { return wants_more = row(socket); };
    for (const auto& place : places_) {
      if (!wants_more) break;
      if (place->source == nullptr || !place->met || (request.followed && !place->followed)) continue;
      DumpRequest asked = request;
      if (place->door.valid()) asked.states = states_with_rows(place->counts, request, place->ours);
      if (asked.states.empty()) continue;
      const auto dumped = place->source->dump(asked, arena, pass_on);
      end.add(dumped);
      if (dumped && is_unknown_to_kernel(*dumped)) break;
    }
    return end.get();
  }

  Result<OwnerScan> owners(const OwnerScanRequest& request, Arena& arena) override {
    return own().owners(request, arena);
  }
  Circumstances circumstances() override { return own().circumstances(); }
  std::string remark() override { return own().remark(); }
  Result<Activity> activity(const ActivityRequest& request, Arena& arena) override {
    return own().activity(request, arena);
  }

  void begin_look() override {
    const Reserve reserve;
    missed_ = {};
    failure_.reset();
    for (const auto& place : places_) {
      place->met = !place->door.valid();
      place->entered = place->followed = false;
    }
    const auto known = [&](std::uint64_t inode) { return meet(inode) != nullptr; };
    named_ = named_network_namespaces();
    find_network_namespaces(
        known, [&](FoundNamespace found) { add(std::move(found)); }, missed_);
    const UniqueFd proc = open_place(AT_FDCWD, "/proc");
    hidden_ = !proc.valid() || hides_processes(proc.get(), "/proc");
    enter_all();
  }

  [[nodiscard]] bool follows_strangers() const override { return true; }

  std::size_t follow(std::span<const Stranger> strangers) override {
    const Reserve reserve;
    std::set<std::uint64_t> cookies;
    for (const auto& place : places_) {
      place->followed = false;
      if (place->met && place->cookie) cookies.insert(*place->cookie);
    }
    const auto take = [&](FoundNamespace found) {
      if (is_met(found.inode)) return;
      Place* place = meet(found.inode);
      if (place == nullptr) place = &add(std::move(found));
      place->followed = true;
    };
    follow_strangers(strangers, cookies, take, missed_);
    enter_all();
    return static_cast<std::size_t>(std::count_if(
        places_.begin(), places_.end(), [](const auto& place) { return place->followed && place->source != nullptr; }));
  }

  std::vector<Gap> gaps() override {
    std::vector<Gap> all = own().gaps();
    if (failure_) all.push_back({GapKind::netns, "other network namespaces could not be entered: " + failure_->text()});
    if (auto gap = gap_of_missed()) all.push_back(std::move(*gap));
    if (hidden_) all.push_back({GapKind::netns, "network namespaces of processes that /proc hides are not known"});
    return all;
  }

 private:
  /// Who was refused mostly is where we have been.
  std::optional<Gap> gap_of_missed() {
    for (const auto& place : places_) {
      if (place->source != nullptr) missed_.by_files.erase(place->files);
    }
    const std::size_t by_inode = missed_.by_inode.size(), by_files = missed_.by_files.size();
    const std::size_t count = by_inode + by_files;
    if (count == 0) return std::nullopt;
    const auto& [where, error] = (by_inode != 0 ? missed_.by_inode : missed_.by_files).begin()->second;
    const std::string example = Error{"that of " + where, error}.text();
    if (count == 1) return Gap{GapKind::netns, "1 network namespace could not be entered, " + example};
    const std::string most = by_inode != 0 && by_files != 0 ? "up to " : "";
    return Gap{GapKind::netns,
               most + std::to_string(count) + " network namespaces could not be entered, such as " + example};
  }

  LiveSource& own() { return *places_.front()->source; }

  [[nodiscard]] bool is_met(std::uint64_t inode) const {
    const auto found = by_inode_.find(inode);
    return found != by_inode_.end() && found->second->met;
  }

  /// A namespace of this look, or of an earlier one and still there.
  Place* meet(std::uint64_t inode) {
    const auto found = by_inode_.find(inode);
    if (found == by_inode_.end()) return nullptr;
    found->second->met = true;
    return found->second;
  }

  Place& add(FoundNamespace found) {
    auto place = std::make_unique<Place>();
    place->netns = {.inode = found.inode, .name = {}, .foreign = true};
    for (const NamespaceFile& file : named_) {
      if (file.inode == found.inode && place->netns.name.empty()) place->netns.name = file.name;
    }
    place->door = std::move(found.fd);
    place->where = std::move(found.where);
    place->files = found.files;
    by_inode_.emplace(found.inode, place.get());
    places_.push_back(std::move(place));
    return *places_.back();
  }

  /// What one namespace cannot list none can: handlers are the kernel's, not a namespace's (net/core/sock_diag.c). Each
  /// further request may even have it look for a module.
  static bool is_unknown_to_kernel(const DumpEnd& end) {
    const bool unknown = end.error == ENOENT || end.error == EAFNOSUPPORT || end.error == EPROTONOSUPPORT;
    return unknown && !end.substituted;
  }

  static Inside inside(const UniqueFd& door) {
    return [&door](const std::function<void()>& work) {
      Status entered = Done{};
      const Status ran = on_own_thread([&] {
        entered = enter_network_namespace(door);
        if (entered) work();
      });
      return ran ? entered : ran;
    };
  }

  /// A few threads go through all of them. Also those of an earlier look, whose counts are old.
  void enter_all() {
    constexpr std::size_t for_one_thread = 16;
    std::vector<Place*> due;
    for (const auto& place : places_)
      if (place->door.valid() && place->met && !place->entered) due.push_back(place.get());
    if (due.empty()) return;
    const Status ran =
        on_own_thread([&] { run_parallel(due.size(), for_one_thread, [&](std::size_t at) { enter(*due[at]); }); });
    if (!ran) failure_ = ran.error();
  }

  void enter(Place& place) {
    place.entered = true;
    if (const Status entered = enter_network_namespace(place.door); !entered) return miss(place, entered.error().code);
    place.files = net_files_of("thread-self");
    place.counts = read_socket_counts();
    place.ours = place.source != nullptr ? 1 : 0;
    if (place.source != nullptr) return;
    Result<NetlinkSocket> socket = NetlinkSocket::open();
    if (!socket) return miss(place, socket.error().code);
    place.cookie = namespace_cookie(socket->fd());
    place.source = std::make_unique<LiveSource>(std::move(*socket), &place.netns, inside(place.door), iterators_);
  }

  void miss(const Place& place, int error) {
    if (place.source != nullptr) return;
    const std::lock_guard lock(missing_);
    const MissedNamespace missed{place.where, error};
    if (place.files != 0)
      missed_.by_files.insert_or_assign(place.files, missed);
    else
      missed_.by_inode.insert_or_assign(place.netns.inode, missed);
  }

  std::shared_ptr<SocketIterators> iterators_;
  std::vector<std::unique_ptr<Place>> places_;  ///< our own first
  std::unordered_map<std::uint64_t, Place*> by_inode_;
  std::vector<NamespaceFile> named_;
  std::mutex missing_;  ///< for threads that enter
  MissedNamespaces missed_;
  std::optional<Error> failure_;
  bool hidden_ = false;
};

}  // namespace
}  // namespace skq::kernel

namespace skq {

Result<std::unique_ptr<Source>> open_host(BpfUse bpf, std::shared_ptr<LookMemory> memory) {
  auto iterators = kernel::make_iterators(bpf, memory.get());
  if (!iterators) return iterators.error();
  Result<kernel::NetlinkSocket> socket = kernel::NetlinkSocket::open();
  if (!socket) return socket.error();
  return std::unique_ptr<Source>(
      std::make_unique<kernel::HostSource>(std::move(*socket), std::move(*iterators), std::move(memory)));
}

}  // namespace skq
