// What tests of snapshot files have in common.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "busy_host.h"
#include "memory_file.h"
#include "skq/store.h"
#include "store/row_text.h"

namespace skq::test {

constexpr std::int64_t minute = 60'000'000'000;
constexpr std::int64_t noon = 1'795'262'400'000'000'000;  // 2026-11-21 12:00 UTC

inline Circumstances circumstances_at(std::int64_t time_ns) {
  Circumstances at;
  at.host = "web1";
  at.boot_id = "0c9d5a9e";
  at.kernel = "6.18";
  at.netns = 4026531840;
  at.time_ns = time_ns;
  return at;
}

/// Everything that is recorded of the rows, as text, in no order.
inline std::vector<std::string> texts(std::span<const Socket* const> rows) {
  static const std::vector<store::KeyId> keys = store::keys_for({});
  const store::Rows recorded = store::rows_of(rows, keys, nullptr);
  std::vector<std::string> lines;
  for (const store::Row& row : recorded.list) store::append_row(lines.emplace_back(), row);
  std::sort(lines.begin(), lines.end());
  return lines;
}
inline std::vector<std::string> texts(const std::vector<Socket*>& rows) {
  return texts(std::span<const Socket* const>(rows));
}

/// Appends as a file's owner would; false where the recorder or the test's file says no.
inline bool append(MemoryFile& file, Recorder& recorder, const Circumstances& at, std::span<const Socket* const> rows,
                   std::span<const std::string> findings = {}) {
  const auto next = recorder.next(file, {1, 1}, {&at, {}, rows, findings}, nullptr);
  if (!next) return false;
  file.bytes().resize(next->keep);
  file.bytes() += next->frame;
  recorder.written(true);
  return true;
}

}  // namespace skq::test
