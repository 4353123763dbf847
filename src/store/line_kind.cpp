// See line_kind.h.
#include "store/line_kind.h"

#include <optional>
#include <string>

#include "store/json_cursor.h"

namespace skq::store {
namespace {

LineKind kind_of_type(std::string_view type) {
  if (type == "snapshot") return LineKind::snapshot;
  return type == "finding" ? LineKind::finding : LineKind::newer;
}

}  // namespace

LineKind kind_of_line(std::string_view text) {
  if (is_usual_row(text)) return LineKind::row;
  JsonCursor json(text.substr(0, text.find('\n')));
  std::optional<LineKind> kind;
  // It ends at the first member that tells.
  static_cast<void>(json.object([&](std::string_view key) {
    std::string scratch;
    std::string_view value;
    if (key == "type") {
      if (json.peek() == '"' && json.string(value, scratch))
        kind = kind_of_type(value);
      else
        kind = LineKind::newer;
    } else if (key == "chg" || key == "del" || key == "add") {
      kind = LineKind::delta;
    } else if (key == "family" || key == "netid") {
      kind = LineKind::row;
    }
    return !kind && json.raw(value);
  }));
  return kind.value_or(LineKind::row);
}

}  // namespace skq::store
