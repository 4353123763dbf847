// Where facts come from: the running kernel, or a recording of it. The one seam below collect.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "skq/activity.h"
#include "skq/arena.h"
#include "skq/kernel_test.h"
#include "skq/needs.h"
#include "skq/result.h"
#include "skq/snapshot.h"
#include "skq/socket.h"

namespace skq {

/// One sock_diag dump to make. Kernel-free: src/kernel/ turns it into request bytes.
struct DumpRequest {
  Family family{};
  Netid netid{};                   ///< inet: which protocol; unix, netlink, packet: any of the family's
  StateSet states;                 ///< the kernel filters by these
  NeedSet needs;                   ///< which attributes to ask for
  bool listeners_pending = false;  ///< unix: the apart-asked ICONS dump
  /// inet: rows that fail these need not be sent. A source may ignore them. Nothing: every row.
  std::span<const KernelTest> tests = {};
  bool followed = false;  ///< only in the network namespaces that Source::follow() found last
};

/// How one dump ended.
struct DumpEnd {
  int error = 0;  ///< errno from NLMSG_ERROR or the payload of NLMSG_DONE; ENOENT: the kernel has no such family;
                  ///< ENODATA: not in the recording
  bool interrupted = false;   ///< NLM_F_DUMP_INTR, or the receive buffer overran: rows may be missing
  bool truncated = false;     ///< a datagram did not fit, or ended within a message
  std::size_t malformed = 0;  ///< messages too short to decode, skipped
  bool narrowed = false;      ///< a recording was made of fewer states or through a filter: rows are missing
  bool recorded = false;      ///< comes from a recording: another try would give the same
  bool substituted = false;   ///< `error` tells why there was no dump, but /proc/net stood in: the rows know less
};

/// A socket behind a descriptor that no dump of the look has shown. It may live in a network namespace that nothing
/// else leads to.
struct Stranger {
  Inode inode{};
  int pid = 0;
  int fd = 0;
};

/// Who holds which socket, keyed by inode.
struct OwnerScanRequest {
  std::span<const Inode> wanted;  ///< sorted; only these are looked for
  bool threads = false;           ///< -T: also tids
  bool process_details = false;   ///< cmdline, cgroup, container, unit of each owner
  bool contexts = false;          ///< SELinux context of each owner
  bool socket_contexts = false;   ///< and of each socket; brings the owner's
  /// Sorted. Sockets that processes hold beside these are strangers. Null: nobody asks for strangers.
  const std::vector<Inode>* seen = nullptr;
};

struct OwnerScan {
  struct Entry {
    Inode inode{};
    Owners owners;
  };
  std::vector<Entry> entries;       ///< sorted by inode; one without owners is known to have none
  std::size_t unreadable = 0;       ///< processes whose descriptors we may not see
  bool hidden_processes = false;    ///< /proc hides some (hidepid, a pid namespace of our own): absence proves nothing
  std::string first_unreadable;     ///< "pid 1 (init)", for the message
  std::string unknown_because;      ///< why owners may be missing, where it is neither of these
  std::vector<Stranger> strangers;  ///< one descriptor of each, by pid
};

/// Whether facts may be fetched by BPF programs that run in the kernel, which takes rights and a kernel that allows it.
enum class BpfUse : std::uint8_t {
  automatic,  ///< where it works and pays
  never,
  require  ///< a source that cannot is not opened
};

class Source {
 public:
  virtual ~Source() = default;
  /// Decodes every row and hands it over; text goes to the arena. `row` returns false to stop early.
  virtual Result<DumpEnd> dump(const DumpRequest& request, Arena& arena, const std::function<bool(Socket&)>& row) = 0;
  virtual Result<OwnerScan> owners(const OwnerScanRequest& request, Arena& arena) = 0;
  virtual Circumstances circumstances() = 0;

  /// A look begins: where there are many network namespaces, they are found anew.
  virtual void begin_look() {}
  /// Whether strangers may lead to further network namespaces.
  virtual bool follows_strangers() const { return false; }
  /// Finds the network namespaces of strangers, and says how many were not known before.
  virtual std::size_t follow(std::span<const Stranger> /*strangers*/) { return 0; }
  /// What the look that began last could not reach, beside what its dumps tell.
  virtual std::vector<Gap> gaps() { return {}; }

  /// Why something was done in another way than the best one, with the same answer; for a log. Empty: it was not.
  virtual std::string remark() { return {}; }

  /// What threads do; text goes to the arena. By default not to be had: a recording has none.
  virtual Result<Activity> activity(const ActivityRequest& /*request*/, Arena& /*arena*/) {
    return Error{"what threads do is not known: a recording does not tell", 0};
  }
};

/// For sources that are opened one after another, as for a watch: programs stay loaded, and descriptors of a process
/// that did not run since the last look are not read again. What the sources tell is the same without. Only one of them
/// may be asked at a time.
class LookMemory;
std::shared_ptr<LookMemory> make_look_memory();

/// The running kernel, seen from the calling thread's network namespace.
Result<std::unique_ptr<Source>> open_kernel(BpfUse bpf = BpfUse::automatic,
                                            std::shared_ptr<LookMemory> memory = nullptr);

/// The running kernel in all its network namespaces. Rows know theirs (Socket::netns); what may not be entered is told
/// as a gap.
Result<std::unique_ptr<Source>> open_host(BpfUse bpf = BpfUse::automatic, std::shared_ptr<LookMemory> memory = nullptr);

}  // namespace skq
