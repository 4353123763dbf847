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
    std::optional<Error> first_error;
    std::size_t read = 0;
    for (const PlannedDump& dump : collecting::plan_dumps(request_)) {
      if (done()) break;
      const Status status = streaming_ ? dump_streaming(dump) : dump_keeping(dump);
      if (status)
        ++read;
      else if (!first_error)
        first_error = status.error();
    }
    if (read == 0 && first_error) return *first_error;
    if (marks_hidden_) add_gap(GapKind::mark, "firewall marks unknown: the kernel tells them only with CAP_NET_ADMIN");
    if (!streaming_) finish();
    flush();
    return std::move(summary_);
  }

 private:
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
          note_mark(row);
          note_rates(row);
          storage_.rows.push_back(storage_.arena.make<Socket>(row));
          return true;
        });
    summary_.rows_seen += storage_.rows.size() - from;
    kept_.push_back({dump, from, storage_.rows.size()});
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
    join();
    std::vector<Socket*> shown;
    for (const Kept& kept : kept_) {
      for (std::size_t at = kept.from; at < kept.to; ++at) {
        Socket* row = storage_.rows[at];
        if (collecting::is_shown(kept.dump, *row) && (!request_.wanted || request_.wanted(*row))) shown.push_back(row);
      }
    }
    if (request_.limit && shown.size() > *request_.limit) shown.resize(*request_.limit);
    find_owners(shown);
    for (std::size_t at = 0; at < shown.size(); at += batch_size) {
      const std::size_t count = std::min(batch_size, shown.size() - at);
      hand_over(std::span(shown).subspan(at, count));
    }
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

  void find_owners(std::span<Socket* const> shown) {
    const NeedSet needs = request_.needs;
    if (!needs.has(Need::owners) && !needs.has(Need::peer_owners)) return;
    const std::vector<Inode> wanted = collecting::wanted_inodes(shown, needs);
    if (wanted.empty() && shown.empty()) return;
    auto scan = source_.owners({.wanted = wanted,
                                .threads = request_.threads,
                                .process_details = needs.has(Need::process),
                                .contexts = needs.has(Need::context),
                                .socket_contexts = needs.has(Need::socket_context)},
                               storage_.arena);
    if (!scan) return add_gap(GapKind::owners, scan.error().text());
    storage_.owners = std::move(scan->entries);
    if (auto gap = collecting::join_owners(shown, *scan, storage_.owners, needs))
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
    std::size_t from, to;
  };

  const Request& request_;
  Source& source_;
  Snapshot& storage_;
  const RowSink& sink_;
  const bool streaming_;
  Summary summary_;
  std::vector<Kept> kept_;
  std::size_t handed_ = 0;
  bool marks_hidden_ = false;
};

}  // namespace

Result<Summary> collect(const Request& request, Source& source, Snapshot& storage, const RowSink& sink) {
  return Run(request, source, storage, sink).run();
}

}  // namespace skq
