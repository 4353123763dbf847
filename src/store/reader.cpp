#include "store/chain.h"

namespace skq {

struct SnapshotReader::State {
  store::Chain chain;
};

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
  snapshot->rows.reserve(rows.list.size());
  for (const store::Row& row : rows.list) {
    Socket* socket = store::socket_of(row, snapshot->arena, snapshot->names);
    if (socket != nullptr) snapshot->rows.push_back(socket);
  }
  return snapshot;
}

}  // namespace skq
