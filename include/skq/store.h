// Snapshots in files that can be trusted: what is recorded, how it is read back, what differs between two.
//
// A day file YYYYMMDD.jsonl.zst (UTC) is a sequence of zstd frames, one a snapshot, each with its checksum. A frame
// holds JSON lines, so that `zstdcat FILE | jq` works:
//
//   {"type":"snapshot","v":1,"kind":"full","ts":…,"seq":…,"host":…,"complete":true,"gaps":[],"n":…}   always the first
//   {"type":"finding","finding":…}                                      as the caller gave it
//   {"family":"inet","netid":"tcp",…}                                   kind full: one line a socket, absent left out
//   {"chg":"recv_q","at":[4,1,7],"v":[0,12,null]}                       kind delta, against the frame before: rows of
//   {"chg":"tcp_bytes_acked","at":[0,2],"by":[100,7]}                   that one, the first by its number, the others
//   {"del":[3,1]}                                                       by their distance; then the rows that are gone,
//   {"add":["family","netid"],"v":[["inet","inet"],["tcp","udp"]]}      and the new ones, a list a column
//
// Rows of a delta are told by their place in the frame before, not by what they are: it says the same in a third of the
// bytes. Within a column a text that is no UTF-8 is {"b64":"…"}, in a row it has a key with _b64 beside it.
//
// The head of a full snapshot also says its columns, and in "scope" what was looked for; its deltas have the same.
//
// What is recorded of a socket: src/store/recorded_keys.h. Everything here is pure: bytes come from a ByteSource, and
// go back to the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "skq/arena.h"
#include "skq/byte_source.h"
#include "skq/fields.h"
#include "skq/names.h"
#include "skq/result.h"
#include "skq/snapshot.h"
#include "skq/socket.h"

namespace skq {

/// Which sockets a look was for. What lies outside of it is not known, which is not the same as absent.
struct Scope {
  struct Table {
    Family family{};
    Netid netid{};
    StateSet states;  ///< all ones: every state there is
    bool operator==(const Table&) const = default;
  };
  std::vector<Table> tables;
  std::string filter;      ///< FILTER and --where, as they were written; empty: none
  bool all_netns = false;  ///< else the one network namespace of the circumstances
  /// Findings are of that one, too; else they are of the whole host, whatever the rows are of.
  bool netns_findings = false;
  /// Details of what the kernel cannot list as it should. Nobody asked for it by name, so that it is no gap of the
  /// snapshot; it is one of a listing that names it.
  std::vector<std::string> unlisted = {};
  bool operator==(const Scope&) const = default;
};

/// The first line of a snapshot.
struct SnapshotHead {
  Circumstances at;
  std::vector<Gap> gaps;
  std::uint64_t seq = 0;  ///< counts the snapshots of a file
  bool full = true;
  std::uint64_t rows = 0;
  std::vector<std::string> columns;  ///< what was asked for; a delta leaves it out, having the same as its base
  /// How many findings were recorded; empty: nobody looked for any, or the recorder did not say.
  std::optional<std::uint64_t> findings;
  std::optional<Scope> scope;  ///< as the columns; empty: the recorder did not say
};

/// "20261121.jsonl.zst", the file of that moment's day.
std::string day_file_name(std::int64_t time_ns);
/// The day's begin in seconds; empty: not the name of a day file.
std::optional<std::int64_t> day_of_file_name(std::string_view name);

// ---- Writing

/// Limits against files that were made to harm. A recorder writes nothing that is beyond them.
struct ReadLimits {
  std::uint64_t frame = std::uint64_t{1} << 30;   ///< bytes of one snapshot as lines
  std::uint64_t values = std::uint64_t{1} << 26;  ///< values of one snapshot, 16 bytes each
  std::size_t chain = 1440;                       ///< deltas behind one full snapshot
  std::uint64_t line = std::uint64_t{1} << 26;    ///< bytes of one of those lines
};

struct RecordOptions {
  unsigned full_every = 60;  ///< 1: every snapshot is a full one
  int level = 1;             ///< of zstd; higher ones cost much and gain little, as columns are alike already
  std::vector<const Field*> columns = {};  ///< record only what these are made of; empty: all that was fetched
  bool leaves_last = false;                ///< make Appendix::last, for the process that appends next
  ReadLimits limits = {};                  ///< of those who will read it
};

/// One look, as collect gave it.
struct Look {
  const Circumstances* circumstances = nullptr;
  std::span<const Gap> gaps = {};
  std::span<const Socket* const> rows = {};
  std::span<const std::string> findings = {};  ///< each one JSON value in one line
  bool diagnosed = false;                      ///< there are findings to record, or it is sure that there are none
  const Scope* scope = nullptr;
};

/// Which file it is: a file of the same name may be another one.
struct FileId {
  std::uint64_t device = 0, inode = 0;
  bool operator==(const FileId&) const = default;
};

/// What to do to a file: cut it off at `keep`, then append.
struct Appendix {
  std::uint64_t keep = 0;  ///< end of the last whole frame; behind it a torn one, if anything
  std::string frame;
  SnapshotHead head;
  /// This snapshot for whoever appends next, to be put beside the file once the frame is in it. Spares him reading back
  /// all since the last full one, and is never needed: what does not fit to the end of the file is not believed.
  std::string last;
  /// Why it is a full one out of turn: what the file ends with cannot be read. Empty: it can, or there is nothing.
  std::string unreadable = {};
};

/// Makes frames, full or delta. Holds the snapshot before; when the file is not as this recorder left it (another one
/// appended, a new process, a new day) takes it from what that one left beside the file, or reads it from the file.
class Recorder {
 public:
  explicit Recorder(RecordOptions options);
  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  ~Recorder();

  /// The frame that comes next in this file, which nobody else may change until written() was called. Names are
  /// recorded as `names` has them; null: numbers only. `last` is what lies beside the file; null: nothing.
  Result<Appendix> next(const ByteSource& file, FileId id, const Look& look, NameService* names,
                        const ByteSource* last = nullptr);
  /// Whether the appendix is in the file now.
  void written(bool done);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// ---- Reading

/// A whole frame whose head could be read.
struct SnapshotPlace {
  std::uint64_t offset = 0, length = 0;  ///< of its frame
  SnapshotHead head;
  /// Its lines within the frame's text, where somebody compressed the file again and put several snapshots into one
  /// frame. text_size 0: the frame is all its own.
  std::uint64_t text_at = 0, text_size = 0;
};

/// Bytes that are no whole frame, or a frame that says what cannot be.
struct Damage {
  std::uint64_t offset = 0, length = 0;
  std::string why;
  bool torn = false;  ///< at the end of the file: a write that was interrupted, or is under way
};

struct DayContents {
  std::vector<SnapshotPlace> snapshots;
  std::vector<Damage> damages;
  std::uint64_t whole_end = 0;  ///< end of the last whole frame
  bool searched = true;         ///< false: behind damage there may be whole frames that were not looked for
};

/// Walks the frames: reads their block headers and first lines only, and all of one that others compressed again.
Result<DayContents> read_contents(const ByteSource& file, const ReadLimits& limits = {});

/// Names as they were when the snapshot was taken.
struct RecordedNames {
  std::unordered_map<std::uint32_t, std::string_view> interfaces, users, processes;
  std::unordered_map<std::uint64_t, std::string_view> cgroups;
  std::deque<NetNamespace> namespaces;
  std::unordered_map<std::uint64_t, NetNamespace*> namespace_at;
};

/// Answers from the recording what belongs to that host and moment; the rest (services, protocols) from `others`.
/// Both must outlive the answer; `others` may be null.
std::unique_ptr<NameService> names_of(const RecordedNames& names, NameService* others);

/// A snapshot as sockets again. The two ends are not joined: that is collect's work.
struct RecordedSnapshot {
  SnapshotHead head;
  std::vector<std::string> findings;  ///< as they were given
  Arena arena;
  std::shared_ptr<const Arena> texts;  ///< of the rows, shared with the reader
  RecordedNames names;
  std::vector<Socket*> rows;
};

/// Reads the snapshots of one file in any order; the next one after the one before costs its delta only.
class SnapshotReader {
 public:
  /// Both must outlive the reader.
  SnapshotReader(const ByteSource& file, const DayContents& contents, ReadLimits limits = {});
  SnapshotReader(SnapshotReader&&) noexcept;
  ~SnapshotReader();

  /// An Error names the offset of the frame that could not be read.
  Result<std::unique_ptr<RecordedSnapshot>> read(std::size_t index);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether that snapshot recorded all that the field is made of. Where not, its sockets say zero or nothing.
bool has_column(const SnapshotHead& head, const Field& field);

/// The last snapshot at or before that moment; empty: none. Clocks go back: it is the last in the file that fits.
std::optional<std::size_t> find_at(const DayContents& contents, std::int64_t time_ns);

// ---- Comparing

enum class ChangeKind : std::uint8_t {
  opened,
  missing,  ///< not in the later one: a dump under churn can miss a row, so a second absence has to prove it
  gone,     ///< absent from two later looks
  state,    ///< its state, or which directions are shut
  owner,    ///< other processes hold it
  grown,    ///< queues, memory, counters: grown or shrunk
};
inline constexpr std::size_t change_kinds = 6;
std::string_view to_text(ChangeKind kind);

/// A look that is compared: a recorded snapshot, or what collect gave. Both stay the caller's.
struct Sight {
  const SnapshotHead* head = nullptr;
  std::span<const Socket* const> rows;
  std::string_view name = {};  ///< what gaps call it; empty: A, or B of the later one
};
/// Its rows as they were recorded, with no two ends joined.
inline Sight sight_of(const RecordedSnapshot& snapshot) { return {&snapshot.head, snapshot.rows}; }

struct FieldChange {
  const Field* field = nullptr;
  std::uint64_t before = 0, after = 0;
  bool counter = false;  ///< only ever counts up, so that it has a rate
};

/// A change may be of several kinds; `kind` is the first of state, owner, grown.
struct Change {
  ChangeKind kind{};
  const Socket* before = nullptr;  ///< null: opened
  const Socket* after = nullptr;   ///< null: missing or gone
  std::vector<FieldChange> fields = {};
  bool owners_changed = false;
  /// Opened: the earlier look was not whole where the socket belongs, or left it out by a filter or by its state.
  bool doubtful = false;
  /// Bytes by which its queues and memory grew, of an opened one those in its queues, but for listeners, whose
  /// queues are clients; what grew most comes first.
  std::uint64_t growth = 0;
};

enum class Relation : std::uint8_t {
  same_boot,   ///< so that cookies mean the same
  other_boot,  ///< of the same host: all sockets are others
  other_host
};

/// Points to the rows of both sights, which must outlive it.
struct Differences {
  Relation relation = Relation::same_boot;
  std::vector<Change> changes;               ///< none but of one boot
  std::vector<const Field*> not_recorded{};  ///< what would be compared, but one of the two has not got it
  std::vector<Gap> gaps{};                   ///< what could not be compared, by the names of the looks
};

/// What is compared of a socket beside its state and its owners: queues, memory, counters.
std::vector<const Field*> compared_fields();

/// What became of the sockets of `before`. `witness` is the look behind `after` and decides whether a missing one is
/// gone; without it none is. Sockets are told by namespace, family, kind and cookie. Where one of the looks did not
/// look, or was of other namespaces, nothing is opened, missing or gone; the gaps tell how many that are.
Differences diff(const Sight& before, const Sight& after, const Sight* witness = nullptr);

}  // namespace skq
