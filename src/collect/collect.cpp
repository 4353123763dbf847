#include "skq/collect.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "collect/dump_plan.h"
#include "collect/flat_index.h"
#include "collect/gap_notes.h"
#include "collect/held_dump.h"
#include "collect/inode_order.h"
#include "collect/kept_rows.h"
#include "collect/owner_look.h"
#include "collect/pending_lists.h"
#include "collect/rows_out.h"

namespace skq {
namespace {

using collecting::HeldDump;
using collecting::PlannedDump;

constexpr std::string_view marks_unknown = "firewall marks unknown: the kernel tells them only with CAP_NET_ADMIN";

// One run of a request. Rows stream to the sink batch by batch; or those of one dump wait, packed, for one another and
// for its end; or they wait for the end of all dumps; or all are kept in the storage until everything is joined.
class Run {
 public:
  Run(const Request& request, Source& source, Snapshot& storage, const RowSink& sink)
      : request_(request),
        source_(source),
        storage_(storage),
        gaps_(summary_.gaps),
        chosen_by_join_(collecting::chooses_by_join(request)),
        any_wanted_(!request.wanted || chosen_by_join_),
        kept_(request, source, storage, gaps_),
        owners_(request, source, storage),
        out_(request, sink) {}

  Result<Summary> run() {
    source_.begin_look();
    follows_ = source_.follows_strangers();
    const bool early = request_.known != nullptr;
    keeping_ = request_.keep || collecting::needs_whole(request_);
    waiting_ = !keeping_ && (early || owners_.asked() || (follows_ && collecting::joins_unix(request_)));
    plan_ = collecting::plan_dumps(request_);
    for (const PlannedDump& dump : plan_) held_.push_back(std::make_shared<HeldDump>(joins_unix(dump)));
    if (const Status status = dump_all(); !status) return status.error();
    if (keeping_)
      shown_ = finished();
    else if (waiting_)
      join_waiting();
    else if (follows_ && !done())
      follow_while_streaming();
    if (marks_hidden_) gaps_.add(GapKind::mark, std::string(marks_unknown));
    if (early) take_source_gaps(), request_.known(summary_);
    out_.stay(shown_);
    for (auto& held : held_) hand_over(held);
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
  [[nodiscard]] bool holds(const PlannedDump& dump) const { return waiting_ || joins_unix(dump); }

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
    collecting::sort_unique(seen_);
    return std::move(seen_);
  }

  /// Before anybody asks whether the row is wanted: that may be a question about its rates.
  void note(Socket& row) {
    if (follows_ && row.inode != Inode{0}) seen_.push_back(row.inode);
    note_mark(row);
    note_rates(row);
  }

  [[nodiscard]] bool done() const { return out_.done(keeping_ ? 0 : storage_.rows.size()); }

  // A second try repeats rows that are out already: the cookies of the first keep them from being shown twice.
  Status dump_streaming(const PlannedDump& dump) {
    collecting::CookieSet seen;
    return with_tries(
        dump, [] {}, [] {},
        [&](Socket& row) {
          if (!seen.add(collecting::identity_of(row))) return true;
          note(row);
          ++summary_.rows_seen;
          if (is_shown(dump, row)) {
            storage_.rows.push_back(storage_.arena.make<Socket>(row));
          }
          // Rows that are not wanted leave their text in the arena, too.
          if (storage_.rows.size() >= collecting::rows_at_once || storage_.arena.crowded()) flush();
          return !done();
        });
  }

  // As in dump_streaming(): pairs may be out already when a try fails.
  Status dump_holding(const PlannedDump& dump) {
    flush();
    const bool joins = joins_unix(dump);
    auto& held = held_[place_of(dump)];
    std::size_t count = 0;
    collecting::CookieSet seen;
    const Status status = with_tries(
        dump, [] {}, [] {},
        [&](Socket& row) {
          if (!seen.add(collecting::identity_of(row))) return true;
          note(row);
          ++summary_.rows_seen;
          const bool shown = joins && chosen_by_join_ ? collecting::is_shown(dump, row) : is_shown(dump, row);
          any_wanted_ = any_wanted_ || shown;
          if (shown) owners_.want(row);
          // Who joins nothing is nobody's other end.
          if ((joins || shown) && !held->add(row, shown)) arena_in_use_ = true;
          if (!arena_in_use_ && storage_.arena.crowded()) storage_.arena.reset();
          count += shown ? 1 : 0;
          if (held->pairs().rows() >= collecting::rows_at_once) pass_on(*held);
          return joins ? !done() : count < request_.limit.value_or(SIZE_MAX);
        });
    if (!waiting_) {
      end(*held);
      hand_over(held);
    }
    return status;
  }

  void pass_on(HeldDump& held) {
    if (waiting_)
      held.set_pairs_aside();
    else
      out_.pairs(held.take_pairs());
  }

  /// No more comes, or not for now.
  void end(HeldDump& held) {
    held.end();
    pass_on(held);
    if (!any_wanted_ || !held.doubtful() || done()) return;
    collecting::PendingLists lists(source_, storage_.arena, gaps_);
    lists.read();
    held.set_not_accepted(lists.clients());
  }

  void hand_over(std::shared_ptr<HeldDump>& held) {
    if (any_wanted_) out_.held(std::exchange(held, std::make_shared<HeldDump>(held->joins())));
    if (!arena_in_use_ || waiting_) return;
    out_.finish();
    arena_in_use_ = false;
  }

  /// All dumps are there: what hangs on all of them.
  void join_waiting() {
    want_joined();
    auto scan = scan_owners(true);
    if (scan && *scan && follow(**scan)) {
      want_joined();
      scan = scan_owners(false);
    }
    for (const auto& held : held_) end(*held);
    if (scan) take_owners(std::move(*scan));
    const auto* const owners = owners_.found();
    if (owners == nullptr || owners_.none_unknown()) return;
    std::size_t unknown = 0;
    for_each_shown([&](Socket& row) { unknown += owners->tell(row) ? 0 : 1; });
    if (unknown != 0) summary_.gaps.push_back(owners->gap(unknown));
  }

  /// Where it takes joined rows to say which are asked for.
  void want_joined() {
    if (!owners_.asked() || !(chosen_by_join_ || request_.limit)) return;
    owners_.want_none();
    for (const auto& held : held_) end(*held);
    for_each_shown([&](const Socket& row) { owners_.want(row); });
  }

  /// Of those that wait, in their order.
  template <class Row>
  void for_each_shown(const Row& row) const {
    std::size_t left = request_.limit.value_or(SIZE_MAX);
    const collecting::JoinedSink sink = [&](std::span<Socket* const> rows) {
      for (Socket* const one : rows) {
        if (left == 0) return;
        if (chosen_by_join_ && !request_.wanted(*one)) continue;
        --left;
        row(*one);
      }
    };
    for (const auto& held : held_) held->hand_over(sink);
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
          note(row);
          note_wanted(dump, row);
          storage_.rows.push_back(storage_.arena.make<Socket>(row));
          return true;
        });
    summary_.rows_seen += storage_.rows.size() - from;
    kept_.add(dump, place_of(dump), from);
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
    const std::size_t before = summary_.gaps.size();
    std::vector<Socket*> shown = joined_rows();
    const std::size_t joining = summary_.gaps.size() - before;
    auto scan = scan_owners(true);
    if (scan && *scan && follow(**scan)) {
      // More rows: what was said of those before may be otherwise.
      summary_.gaps.erase(summary_.gaps.begin() + static_cast<std::ptrdiff_t>(before),
                          summary_.gaps.begin() + static_cast<std::ptrdiff_t>(before + joining));
      shown = joined_rows();
      scan = scan_owners(false);
    }
    if (scan) take_owners(std::move(*scan));
    if (owners_.found() == nullptr) return shown;
    if (auto gap = collecting::join_owners(shown, *owners_.found())) summary_.gaps.push_back(std::move(*gap));
    return shown;
  }

  std::vector<Socket*> joined_rows() {
    if (!any_wanted_) return {};
    std::vector<Socket*> shown = kept_.joined();
    owners_.want_none();
    for (const Socket* const row : shown) owners_.want(*row);
    return shown;
  }

  /// Nothing: nobody asks. `strangers`: sockets that no dump showed are looked for, too.
  std::optional<Result<OwnerScan>> scan_owners(bool strangers) {
    if (!strangers || !follows_) return owners_.scan(nullptr);
    const std::vector<Inode> seen = sorted_seen();
    return owners_.scan(&seen);
  }

  void take_owners(Result<OwnerScan> scan) {
    if (!scan && !owners_.asked()) return note_unfollowed(scan.error());
    if (!scan) return gaps_.add(GapKind::owners, scan.error().text());
    if (!owners_.asked()) return;
    owners_.take(std::move(*scan));
    out_.tell_owners(*owners_.found());
    arena_in_use_ = true;  // by names of processes
  }

  void flush() {
    if (keeping_) return;
    if (!storage_.rows.empty()) out_.go(storage_);
    storage_.rows.clear();
    if (!arena_in_use_) storage_.arena.reset();
  }

  [[nodiscard]] std::size_t place_of(const PlannedDump& dump) const {
    return static_cast<std::size_t>(&dump - plan_.data());
  }

  const Request& request_;
  Source& source_;
  Snapshot& storage_;
  Summary summary_;
  collecting::GapNotes gaps_;
  bool keeping_ = false;
  std::vector<PlannedDump> plan_;
  bool waiting_ = false;                         ///< rows wait for the end of all dumps
  std::vector<std::shared_ptr<HeldDump>> held_;  ///< by place in the plan
  bool arena_in_use_ = false;                    ///< by rows that could not be packed, or by owners
  bool chosen_by_join_;
  bool any_wanted_;  ///< some row may be; until then no join is worth its time
  bool follows_ = false;
  std::vector<Inode> seen_;  ///< of all rows, where strangers are followed
  bool marks_hidden_ = false;
  std::vector<Socket*> shown_;  ///< where rows are kept
  collecting::KeptRows kept_;
  collecting::OwnerLook owners_;
  collecting::RowsOut out_;  ///< the last: it waits for who works on the rest
};

}  // namespace

Result<Summary> collect(const Request& request, Source& source, Snapshot& storage, const RowSink& sink) {
  return Run(request, source, storage, sink).run();
}

}  // namespace skq
