#include "skq/collect.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "collect/dump_plan.h"
#include "collect/flat_index.h"
#include "collect/owners.h"
#include "collect/peers.h"

namespace skq {
namespace {

using collecting::PlannedDump;

// A dump that the kernel interrupts is done again; under steady churn every try may be interrupted.
constexpr int tries = 3;
constexpr std::size_t batch_size = 512;

// One run of a request. Rows stream to the sink batch by batch, or are kept in the storage until everything is joined.
class Run {
 public:
  Run(const Request& request, Source& source, Snapshot& storage, const RowSink& sink)
      : request_(request),
        source_(source),
        storage_(storage),
        sink_(sink),
        streaming_(!request.keep && !collecting::needs_whole(request)) {}

  Result<Summary> run() {
    source_.begin_look();
    follows_ = source_.follows_strangers();
    plan_ = collecting::plan_dumps(request_);
    if (const Status status = dump_all(); !status) return status.error();
    // Where rows are kept, the one walk through /proc also looks for owners.
    if (streaming_ && follows_ && !done()) follow_while_streaming();
    if (marks_hidden_) add_gap(GapKind::mark, "firewall marks unknown: the kernel tells them only with CAP_NET_ADMIN");
    if (!streaming_) finish();
    flush();
    for (Gap& gap : source_.gaps()) add_gap(gap.kind, std::move(gap.detail));
    return std::move(summary_);
  }

 private:
  /// An Error: nothing could be read.
  Status dump_all() {
    std::optional<Error> first_error;
    std::size_t read = 0;
    for (const PlannedDump& dump : plan_) {
      if (done()) break;
      const Status status = streaming_ ? dump_streaming(dump) : dump_keeping(dump);
      if (status)
        ++read;
      else if (!first_error)
        first_error = status.error();
    }
    if (read == 0 && first_error) return *first_error;
    return Done{};
  }

  /// Whether strangers led to namespaces that were not dumped; now they are.
  bool follow(const OwnerScan& scan) {
    if (source_.follow(scan.strangers) == 0) return false;
    for (PlannedDump& dump : plan_) dump.request.followed = true;
    // What cannot be read there stands in the gaps.
    static_cast<void>(dump_all());
    return true;
  }

  void follow_while_streaming() {
    const auto seen = sorted_seen();
    const auto scan = source_.owners({.wanted = {}, .seen = &seen}, storage_.arena);
    if (scan)
      static_cast<void>(follow(*scan));
    else
      note_unfollowed(scan.error());
  }

  void note_unfollowed(const Error& error) {
    add_gap(GapKind::netns, "network namespaces that only sockets hold are not known: " + error.text());
  }

  std::vector<Inode> sorted_seen() {
    std::sort(seen_.begin(), seen_.end());
    return std::move(seen_);
  }

  void note_seen(const Socket& row) {
    if (follows_ && row.inode != Inode{0}) seen_.push_back(row.inode);
  }

  [[nodiscard]] bool done() const {
    return request_.limit && handed_ + (streaming_ ? storage_.rows.size() : 0) >= *request_.limit;
  }

  // A second try repeats rows that are out already: the cookies of the first keep them from being shown twice.
  Status dump_streaming(const PlannedDump& dump) {
    collecting::CookieSet seen;
    return with_tries(
        dump, [] {}, [] {},
        [&](Socket& row) {
          if (!seen.add(collecting::identity_of(row))) return true;
          note_seen(row);
          note_mark(row);
          note_rates(row);
          ++summary_.rows_seen;
          if (collecting::is_shown(dump, row) && (!request_.wanted || request_.wanted(row))) {
            storage_.rows.push_back(storage_.arena.make<Socket>(row));
          }
          // Rows that are not wanted leave their text in the arena, too.
          if (storage_.rows.size() >= batch_size || storage_.arena.crowded()) flush();
          return !done();
        });
  }

  Status dump_keeping(const PlannedDump& dump) {
    collecting::CookieSet seen;
    const std::size_t from = storage_.rows.size();
    std::size_t again_from = from;
    // The rows of the try before go only when another one has come to its end: a poor answer is better than none.
    Status status = with_tries(
        dump,
        [&] {
          seen.clear();
          again_from = storage_.rows.size();
        },
        [&] {
          const auto begin = storage_.rows.begin();
          storage_.rows.erase(begin + static_cast<std::ptrdiff_t>(from),
                              begin + static_cast<std::ptrdiff_t>(again_from));
        },
        [&](Socket& row) {
          if (!seen.add(collecting::identity_of(row))) return true;
          note_seen(row);
          note_mark(row);
          note_rates(row);
          storage_.rows.push_back(storage_.arena.make<Socket>(row));
          return true;
        });
    summary_.rows_seen += storage_.rows.size() - from;
    const auto place = static_cast<std::size_t>(&dump - plan_.data());
    kept_.push_back({dump, place, from, storage_.rows.size()});
    return status;
  }

  /// `again` comes before each further try, `replace` after one that took the place of the try before.
  template <class Again, class Replace, class Row>
  Status with_tries(const PlannedDump& dump, const Again& again, const Replace& replace, const Row& row) {
    DumpEnd end;
    for (int attempt = 0; attempt < tries; ++attempt) {
      if (attempt > 0) again();
      auto result = source_.dump(dump.request, storage_.arena, row);
      if (!result && attempt == 0) return note_failure(dump, result.error());
      if (!result) break;  // what the try before gave stands, as interrupted
      if (attempt > 0) replace();
      end = *result;
      if (!(end.interrupted || end.truncated) || end.recorded) break;
    }
    note_end(dump, end);
    return Done{};
  }

  // The kernel sends marks only to who may set them, and to nobody for TIME-WAIT; a filter by mark then misses rows.
  void note_mark(const Socket& row) {
    const bool told_by_proc = row.cookie == Cookie{0};  // its gap says what /proc does not know
    if (request_.needs.has(Need::mark) && row.inet() != nullptr && !row.inet()->mark && row.inode != Inode{0} &&
        !told_by_proc)
      marks_hidden_ = true;
  }

  // Before anybody asks whether the row is wanted: that may be a question about its rates.
  void note_rates(Socket& row) {
    if (request_.rates == nullptr) return;
    const auto rates = request_.rates->compare(row);
    auto* const inet = std::get_if<InetPart>(&row.part);
    if (!rates || inet == nullptr || inet->detail == nullptr) return;
    auto* const detail = storage_.arena.make<InetDetail>(*inet->detail);
    detail->rates = rates;
    inet->detail = detail;
  }

  Status note_failure(const PlannedDump& dump, const Error& error) {
    summary_.gaps.push_back({GapKind::dump, describe(dump) + ": " + error.text()});
    return error;
  }

  static std::string describe(const PlannedDump& dump) {
    const Family family = dump.request.family;
    if (family == Family::inet || family == Family::inet6) return std::string(to_text(dump.request.netid));
    return std::string(to_text(family));
  }

  static bool is_named(const PlannedDump& dump) {
    return std::any_of(dump.tables.begin(), dump.tables.end(), [](const TableRequest& table) { return table.named; });
  }

  // A recording has what was asked for when it was made.
  void note_recording(const PlannedDump& dump, const DumpEnd& end) {
    std::string what = describe(dump);
    if (dump.request.family == Family::inet) what += " over IPv4";
    if (dump.request.family == Family::inet6) what += " over IPv6";
    if (end.error == ENODATA && is_named(dump)) add_gap(GapKind::dump, what + ": not in the recording");
    if (end.narrowed)
      add_gap(GapKind::dump, what + ": recorded in fewer states or through a filter, rows may be missing");
  }

  void note_end(const PlannedDump& dump, const DumpEnd& end) {
    note_recording(dump, end);
    if (end.error == ENODATA) return;
    const std::string what = describe(dump);
    if (end.error == ENOENT || end.error == EAFNOSUPPORT || end.error == EPROTONOSUPPORT) {
      const bool named = is_named(dump);
      if (named && end.substituted)
        add_gap(GapKind::family, what + ": this kernel has no sock_diag for these sockets; told by /proc/net/" + what +
                                     ", without memory, cookie and mark");
      else if (named)
        add_gap(GapKind::family, what + ": this kernel cannot list these sockets (no sock_diag module for them)");
      if (!end.substituted) return;
    } else if (end.error != 0) {
      add_gap(GapKind::dump, Error{what + ": the kernel ended the dump early", end.error}.text());
    }
    if (end.recorded && (end.interrupted || end.truncated)) {
      add_gap(GapKind::dump, what + ": the recording of this dump has no end, rows may be missing");
    } else if (end.interrupted || end.truncated) {
      add_gap(GapKind::dump,
              what + ": the dump was interrupted " + std::to_string(tries) + " times, rows may be missing");
    }
    if (end.malformed != 0)
      add_gap(GapKind::dump, what + ": " + std::to_string(end.malformed) + " messages could not be decoded");
  }

  // IPv4 and IPv6 of one protocol fail alike; it is told once.
  void add_gap(GapKind kind, std::string detail) {
    Gap gap{kind, std::move(detail)};
    for (const Gap& known : summary_.gaps) {
      if (known == gap) return;
    }
    summary_.gaps.push_back(std::move(gap));
  }

  void finish() {
    const std::size_t gaps = summary_.gaps.size();
    std::vector<Socket*> shown = joined_rows();
    auto scan = scan_owners(shown, true);
    if (scan && *scan && follow(**scan)) {
      // More rows: what was said of those before may be otherwise.
      const auto said = summary_.gaps.begin() + static_cast<std::ptrdiff_t>(gaps);
      summary_.gaps.erase(said, said + static_cast<std::ptrdiff_t>(joining_gaps_));
      shown = joined_rows();
      scan = scan_owners(shown, false);
    }
    if (scan) take_owners(shown, std::move(*scan));
    for (std::size_t at = 0; at < shown.size(); at += batch_size) {
      const std::size_t count = std::min(batch_size, shown.size() - at);
      hand_over(std::span(shown).subspan(at, count));
    }
  }

  /// The rows that shall be shown, in the order of the plan, with their other ends.
  std::vector<Socket*> joined_rows() {
    const std::size_t gaps = summary_.gaps.size();
    join();
    joining_gaps_ = summary_.gaps.size() - gaps;
    std::stable_sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.place < b.place; });
    std::vector<Socket*> shown;
    for (const Kept& kept : kept_) {
      for (std::size_t at = kept.from; at < kept.to; ++at) {
        Socket* row = storage_.rows[at];
        if (collecting::is_shown(kept.dump, *row) && (!request_.wanted || request_.wanted(*row))) shown.push_back(row);
      }
    }
    if (request_.limit && shown.size() > *request_.limit) shown.resize(*request_.limit);
    return shown;
  }

  void join() {
    if (request_.needs.has(Need::peer)) collecting::join_unix_peers(storage_.rows);
    if (request_.needs.has(Need::peer_owners)) collecting::join_inet_peers(storage_.rows);
    const bool doubtful = request_.needs.has(Need::peer) && collecting::has_doubtful_peers(storage_.rows);
    if (request_.needs.has(Need::pending) || doubtful) find_pending(doubtful);
  }

  // UDIAG_SHOW_ICONS cuts a dump short without a word when a list does not fit into a chunk, so it never travels with
  // the rows that matter: it is asked apart, for listeners only. What is cut off is found missing by a dump without it.
  void find_pending(bool doubtful) {
    std::vector<Socket*> lists;
    bool whole = dump_listeners(true, lists);
    const bool asked = request_.needs.has(Need::pending);
    std::size_t missing = collecting::join_pending_lists(storage_.rows, lists);
    if (doubtful) {
      std::vector<Socket*> listeners;
      whole = dump_listeners(false, listeners) && whole && collecting::join_pending_lists(listeners, lists) == 0;
      if (whole)
        collecting::join_pending_clients(storage_.rows, lists);
      else
        add_gap(GapKind::pending,
                "some unix clients may be gone or not accepted yet: the kernel does not hand over all lists");
    }
    if (asked && missing != 0) {
      add_gap(GapKind::pending, "pending clients of " + std::to_string(missing) +
                                    (missing == 1 ? " listener" : " listeners") +
                                    " unknown: the kernel does not hand over lists that long");
    }
  }

  bool dump_listeners(bool with_lists, std::vector<Socket*>& listeners) {
    const DumpRequest request{.family = Family::unix_domain,
                              .netid = Netid::u_str,
                              .states = StateSet(State::listen),
                              .needs = NeedSet(Need::queues),
                              .listeners_pending = with_lists};
    const auto end = source_.dump(request, storage_.arena, [&](Socket& row) {
      listeners.push_back(storage_.arena.make<Socket>(row));
      return true;
    });
    return end && end->error == 0 && !end->interrupted && !end->truncated;
  }

  /// Nothing: nobody asks. `strangers`: sockets that no dump showed are looked for, too.
  std::optional<Result<OwnerScan>> scan_owners(std::span<Socket* const> shown, bool strangers) {
    const NeedSet needs = request_.needs;
    strangers = strangers && follows_;
    const bool owners = (needs.has(Need::owners) || needs.has(Need::peer_owners)) && !shown.empty();
    if (!owners && !strangers) return std::nullopt;
    const std::vector<Inode> wanted = collecting::wanted_inodes(shown, needs);
    const std::vector<Inode> seen = strangers ? sorted_seen() : std::vector<Inode>();
    return source_.owners({.wanted = wanted,
                           .threads = request_.threads,
                           .process_details = needs.has(Need::process),
                           .contexts = needs.has(Need::context),
                           .socket_contexts = needs.has(Need::socket_context),
                           .seen = strangers ? &seen : nullptr},
                          storage_.arena);
  }

  void take_owners(std::span<Socket* const> shown, Result<OwnerScan> scan) {
    const bool asked = request_.needs.has(Need::owners) || request_.needs.has(Need::peer_owners);
    if (!scan && !asked) return note_unfollowed(scan.error());
    if (!scan) return add_gap(GapKind::owners, scan.error().text());
    storage_.owners = std::move(scan->entries);
    if (auto gap = collecting::join_owners(shown, *scan, storage_.owners, request_.needs))
      summary_.gaps.push_back(std::move(*gap));
  }

  void hand_over(std::span<Socket* const> rows) {
    handed_ += rows.size();
    sink_(std::span<const Socket* const>(rows.data(), rows.size()));
  }

  void flush() {
    if (!streaming_) return;
    if (!storage_.rows.empty()) hand_over(storage_.rows);
    storage_.rows.clear();
    storage_.arena.reset();
  }

  // Which of the storage's rows one dump gave.
  struct Kept {
    PlannedDump dump;
    std::size_t place;  ///< in the plan
    std::size_t from, to;
  };

  const Request& request_;
  Source& source_;
  Snapshot& storage_;
  const RowSink& sink_;
  const bool streaming_;
  Summary summary_;
  std::vector<PlannedDump> plan_;
  std::vector<Kept> kept_;
  std::size_t joining_gaps_ = 0;  ///< that the last joined_rows() added
  bool follows_ = false;
  std::vector<Inode> seen_;  ///< of all rows, where strangers are followed
  std::size_t handed_ = 0;
  bool marks_hidden_ = false;
};

}  // namespace

Result<Summary> collect(const Request& request, Source& source, Snapshot& storage, const RowSink& sink) {
  return Run(request, source, storage, sink).run();
}

}  // namespace skq
