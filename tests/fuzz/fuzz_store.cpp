// Snapshot files. The input is tried as a file; and, as checksums would keep a fuzzer out, as the lines of a snapshot
// that is packed right: those up to a line of NUL are a full one, those behind it a delta.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "../store/memory_file.h"
#include "skq/store.h"
#include "store/frame.h"

namespace {

using namespace skq;

constexpr ReadLimits limits{1U << 22U, 1U << 18U, 100};

void use(const Socket& socket, TextContext& context) {
  for (const Field& field : all_fields()) static_cast<void>(field.get(socket, context));
}

void read_all(const test::MemoryFile& file) {
  const auto contents = read_contents(file, limits);
  if (!contents) return;
  SnapshotReader reader(file, *contents, limits);
  std::unique_ptr<RecordedSnapshot> before;
  for (std::size_t at = 0; at < contents->snapshots.size() && at < 8; ++at) {
    auto snapshot = reader.read(at);
    if (!snapshot) continue;
    const auto names = names_of((*snapshot)->names, nullptr);
    TextContext context{.names = names.get()};
    for (const Socket* socket : (*snapshot)->rows) use(*socket, context);
    if (before) static_cast<void>(diff(sight_of(*before), sight_of(**snapshot)));
    before = std::move(*snapshot);
  }
}

std::string packed(std::string_view lines) {
  const auto frame = store::compress(lines, lines.find('\n') + 1, 1);
  return frame ? *frame : std::string();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_all(test::MemoryFile(std::string(text)));
  const std::size_t border = text.find('\0');
  std::string file = packed(text.substr(0, border));
  if (border != std::string_view::npos) file += packed(text.substr(border + 1));
  read_all(test::MemoryFile(file));
  return 0;
}
