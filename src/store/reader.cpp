#include <algorithm>

#include "store/chain.h"

namespace skq {

struct SnapshotReader::State {
  store::Chain chain;
};

namespace {

// What a newer version recorded, or somebody wrote who is none of ours.
void note_left_out(RecordedSnapshot& snapshot, std::size_t rows, std::size_t values, std::size_t repeated) {
  const auto note = [&](std::size_t count, const char* what) {
    if (count != 0) snapshot.head.gaps.push_back({GapKind::recording, std::to_string(count) + what});
  };
  note(rows, " sockets of the snapshot are left out: of families or kinds that this version does not know");
  note(repeated, " rows of the snapshot are of sockets that it has already: it was not recorded like this");
  note(values, " values in the snapshot are left out: they cannot be, or this version does not know them");
}

}  // namespace

SnapshotReader::SnapshotReader(const ByteSource& file, const DayContents& contents, ReadLimits limits)
    : state_(new State{store::Chain(file, contents, limits)}) {}
SnapshotReader::SnapshotReader(SnapshotReader&&) noexcept = default;
SnapshotReader::~SnapshotReader() = default;

Result<std::unique_ptr<RecordedSnapshot>> SnapshotReader::read(std::size_t index) {
  if (const Status status = state_->chain.go_to(index); !status) return status.error();
  auto snapshot = std::make_unique<RecordedSnapshot>();
  snapshot->head = state_->chain.head();
  snapshot->findings = state_->chain.findings();
  const store::Rows& rows = state_->chain.rows();
  snapshot->texts = rows.arena;
  std::size_t impossible = 0;
  snapshot->rows.reserve(rows.list.size());
  for (const store::Row& row : rows.list) {
    Socket* socket = store::socket_of(row, snapshot->arena, snapshot->names, impossible);
    if (socket != nullptr) snapshot->rows.push_back(socket);
  }
  note_left_out(*snapshot, rows.list.size() - snapshot->rows.size(), impossible, store::count_repeated(rows));
  return snapshot;
}

bool has_column(const SnapshotHead& head, const Field& field) {
  if (head.columns.empty()) return true;
  std::vector<const Field*> columns;
  for (const std::string& name : head.columns) {
    if (const Field* column = find_field(name)) columns.push_back(column);
  }
  const std::vector<store::KeyId> recorded = store::keys_for(columns);
  const std::vector<const Field*> one{&field};
  const std::vector<store::KeyId> wanted = store::keys_for(one);
  return std::includes(recorded.begin(), recorded.end(), wanted.begin(), wanted.end());
}

}  // namespace skq
