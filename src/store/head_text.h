// The first line of a snapshot.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "skq/store.h"

namespace skq::store {

/// With its line feed.
void append_head(std::string& out, const SnapshotHead& head);
/// Empty: not the head of a snapshot, or of a version that this one cannot read.
std::optional<SnapshotHead> read_head(std::string_view line);
/// "a frame that is no snapshot", or one of a version that this one cannot read: what a line is that read_head()
/// refused.
std::string why_no_head(std::string_view line);

}  // namespace skq::store
