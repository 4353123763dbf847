#include "skq/collect.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "collect/dump_plan.h"
#include "collect/flat_index.h"
#include "collect/gap_notes.h"
#include "collect/held_dump.h"
#include "collect/owners.h"
#include "collect/peers.h"
#include "collect/pending_lists.h"
#include "collect/rows_out.h"

namespace skq {
namespace {

using collecting::HeldDump;
using collecting::PlannedDump;

constexpr std::string_view marks_unknown = "firewall marks unknown: the kernel tells them only with CAP_NET_ADMIN";

// One run of a request. Rows stream to the sink batch by batch; or those of one dump are held, packed, until its end;
// or all are kept in the storage until everything is joined.
class Run {
 public:
  Run(const Request& request, Source& source, Snapshot& storage, const RowSink& sink)
      : request_(request),
        source_(source),
        storage_(storage),
        gaps_(summary_.gaps),
        any_wanted_(!request.wanted || !(request.wanted_needs & NeedSet(Need::peer, Need::pending)).empty()),
        out_(request, sink) {}

  Result<Summary> run() {
    source_.begin_look();
    follows_ = source_.follows_strangers();
    const bool early = request_.known != nullptr;
    keeping_ =
        request_.keep || collecting::needs_whole(request_) || (follows_ && (early || collecting::joins_unix(request_)));
    plan_ = collecting::plan_dumps(request_);
    if (const Status status = dump_all(); !status) return status.error();
    // Where rows are kept, the one walk through /proc also looks for owners.
    if (!keeping_ && follows_ && !done()) follow_while_streaming();
    if (marks_hidden_) gaps_.add(GapKind::mark, std::string(marks_unknown));
    if (keeping_) shown_ = finished();
    if (early) take_source_gaps(), request_.known(summary_);
    out_.stay(shown_);
    hand_over_held();
    flush();
    out_.finish();
    if (!early) take_source_gaps();
    return std::move(summary_);
  }

 private:
  /// An Error: nothing could be read.
  Status dump_all() {
    std::optional<Error> first_error;
    std::size_t read = 0;
    for (const PlannedDump& dump : plan_) {
      if (done()) break;
      const Status status = keeping_ ? dump_keeping(dump) : holds(dump) ? dump_holding(dump) : dump_streaming(dump);
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

  void take_source_gaps() {
    for (Gap& gap : source_.gaps()) gaps_.add(gap.kind, std::move(gap.detail));
  }

  /// Whether rows of that dump have to wait for something that comes later.
  [[nodiscard]] bool holds(const PlannedDump& dump) const { return joins_unix(dump) || request_.known != nullptr; }

  [[nodiscard]] bool joins_unix(const PlannedDump& dump) const {
    return dump.request.family == Family::unix_domain && request_.needs.has(Need::peer);
  }

  /// Notes whether there is anything to show, as far as that can be said as soon as a row comes.
  void note_wanted(const PlannedDump& dump, const Socket& row) {
    if (!any_wanted_) any_wanted_ = is_shown(dump, row);
  }

  [[nodiscard]] bool is_shown(const PlannedDump& dump, const Socket& row) const {
    return collecting::is_shown(dump, row) && (!request_.wanted || request_.wanted(row));
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
    gaps_.add(GapKind::netns, "network namespaces that only sockets hold are not known: " + error.text());
  }

  std::vector<Inode> sorted_seen() {
    std::sort(seen_.begin(), seen_.end());
    return std::move(seen_);
  }

  void note_seen(const Socket& row) {
    if (follows_ && row.inode != Inode{0}) seen_.push_back(row.inode);
  }

  [[nodiscard]] bool done() const {
    return request_.limit && out_.handed() + (keeping_ ? 0 : storage_.rows.size()) >= *request_.limit;
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
          if (is_shown(dump, row)) {
            storage_.rows.push_back(storage_.arena.make<Socket>(row));
          }
          // Rows that are not wanted leave their text in the arena, too.
          if (storage_.rows.size() >= collecting::rows_at_once || storage_.arena.crowded()) flush();
          return !done();
        });
  }

  // The rows of a try that failed in the end are poor, but better than none; those of a better one take their place.
  Status dump_holding(const PlannedDump& dump) {
    flush();
    const bool joins = joins_unix(dump);
    HeldDump held(dump, joins), again(dump, joins);
    HeldDump* filled = &held;
    std::size_t seen_in_try = 0;
    collecting::CookieSet seen;
    const Status status = with_tries(
        dump,
        [&] {
          seen.clear();
          seen_in_try = 0;
          again = HeldDump(dump, joins);
          filled = &again;
        },
        [&] { std::swap(held, again); },
        [&](Socket& row) {
          if (!seen.add(collecting::identity_of(row))) return true;
          note_seen(row);
          note_mark(row);
          note_rates(row);
          ++seen_in_try;
          // Who joins nothing is nobody's other end.
          if (!joins && !is_shown(dump, row)) return true;
          note_wanted(dump, row);
          if (!filled->add(row)) arena_in_use_ = true;
          if (!arena_in_use_ && storage_.arena.crowded()) storage_.arena.reset();
          return joins || held_count_ + filled->size() < request_.limit.value_or(SIZE_MAX);
        });
    summary_.rows_seen += seen_in_try;
    held_count_ += held.size();
    if (any_wanted_ && held.doubtful()) find_doubtful(held);
    held_.push_back(std::move(held));
    if (request_.known == nullptr) hand_over_held();
    return status;
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
          note_wanted(dump, row);
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
    for (int attempt = 0; attempt < collecting::tries; ++attempt) {
      if (attempt > 0) again();
      auto result = source_.dump(dump.request, storage_.arena, row);
      if (!result && attempt == 0) {
        gaps_.failed(dump, result.error());
        return result.error();
      }
      if (!result) break;  // what the try before gave stands, as interrupted
      if (attempt > 0) replace();
      end = *result;
      if (!(end.interrupted || end.truncated) || end.recorded) break;
    }
    gaps_.ended(dump, end);
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

  std::vector<Socket*> finished() {
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
    return shown;
  }

  void hand_over_held() {
    if (any_wanted_) out_.held(std::move(held_), arena_in_use_);
    held_.clear();
    held_count_ = 0;
    arena_in_use_ = false;
  }

  /// The rows that shall be shown, in the order of the plan, with their other ends.
  std::vector<Socket*> joined_rows() {
    if (!any_wanted_) return {};
    const std::size_t gaps = summary_.gaps.size();
    join();
    joining_gaps_ = summary_.gaps.size() - gaps;
    std::stable_sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.place < b.place; });
    std::vector<Socket*> shown;
    for (const Kept& kept : kept_) {
      for (std::size_t at = kept.from; at < kept.to; ++at) {
        Socket* row = storage_.rows[at];
        if (is_shown(kept.dump, *row)) shown.push_back(row);
      }
    }
    if (request_.limit && shown.size() > *request_.limit) shown.resize(*request_.limit);
    return shown;
  }

  void join() {
    if (request_.needs.has(Need::peer)) collecting::join_unix_peers(storage_.rows);
    if (request_.needs.has(Need::peer_owners)) collecting::join_inet_peers(storage_.rows);
    const bool doubtful = request_.needs.has(Need::peer) && collecting::has_doubtful_peers(storage_.rows);
    const bool asked = request_.needs.has(Need::pending);
    if (!asked && !doubtful) return;
    collecting::PendingLists lists(source_, storage_.arena, gaps_);
    lists.read();
    lists.give_to(storage_.rows, asked);
    const auto waiting = doubtful ? lists.clients() : std::nullopt;
    if (waiting) collecting::join_pending_clients(storage_.rows, *waiting);
  }

  void find_doubtful(HeldDump& held) {
    collecting::PendingLists lists(source_, storage_.arena, gaps_);
    lists.read();
    if (auto waiting = lists.clients()) held.set_waiting(std::move(*waiting));
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
    if (!scan) return gaps_.add(GapKind::owners, scan.error().text());
    storage_.owners = std::move(scan->entries);
    if (auto gap = collecting::join_owners(shown, *scan, storage_.owners, request_.needs))
      summary_.gaps.push_back(std::move(*gap));
  }

  void flush() {
    if (keeping_) return;
    if (!storage_.rows.empty()) out_.go(storage_, arena_in_use_);
    storage_.rows.clear();
    if (!arena_in_use_) storage_.arena.reset();
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
  Summary summary_;
  collecting::GapNotes gaps_;
  bool keeping_ = false;
  std::vector<PlannedDump> plan_;
  std::vector<HeldDump> held_;  ///< not yet handed over
  std::size_t held_count_ = 0;
  bool arena_in_use_ = false;  ///< by held rows that could not be packed
  std::vector<Kept> kept_;
  bool any_wanted_;               ///< some row may be; until then no join is worth its time
  std::size_t joining_gaps_ = 0;  ///< that the last joined_rows() added
  bool follows_ = false;
  std::vector<Inode> seen_;  ///< of all rows, where strangers are followed
  bool marks_hidden_ = false;
  std::vector<Socket*> shown_;  ///< where rows are kept
  collecting::RowsOut out_;     ///< the last: it waits for who works on the rest
};

}  // namespace

Result<Summary> collect(const Request& request, Source& source, Snapshot& storage, const RowSink& sink) {
  return Run(request, source, storage, sink).run();
}

}  // namespace skq
