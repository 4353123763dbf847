#include "store/last_snapshot.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "store/frame.h"
#include "store/frame_walk.h"
#include "store/head_text.h"

namespace skq::store {
namespace {

/// Reads as another number where bytes stand the other way round. Another layout gets another one.
constexpr std::uint64_t layout = 0x736b716c61737402;
constexpr std::size_t tail_size = 16;  // of a frame; its last four bytes are the checksum
constexpr std::size_t usual_cells = 64;

/// What the file must be and how it must end.
struct Link {
  std::uint64_t layout, keys, device, inode, end, frame_length, deltas, rows, begin, sum;
  std::array<char, tail_size> tail;
};

/// Numbers of keys mean the same in tables that are alike.
std::uint64_t fingerprint_of_keys() {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const Key& key : recorded_keys()) {
    for (const char c : key.name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash = (hash ^ 0x100) * 0x100000001b3;
  }
  return hash;
}

template <class T>
void append_bytes(std::string& out, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof bytes);
}

void append_row_bytes(std::string& out, const Row& row) {
  append_bytes(out, static_cast<std::uint32_t>(row.size()));
  for (const Cell& cell : row) {
    append_bytes(out, cell.key);
    append_bytes(out, cell.kind);
    if (cell.holds_text()) {
      append_bytes(out, cell.size);
      out += cell.text();
    } else {
      append_bytes(out, cell.number);
    }
  }
}

/// Takes values from the front of bytes; each false where there are too few.
class Bytes {
 public:
  explicit Bytes(std::string_view left) : left_(left) {}

  template <class T>
  bool take(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (left_.size() < sizeof value) return false;
    std::memcpy(&value, left_.data(), sizeof value);
    left_.remove_prefix(sizeof value);
    return true;
  }
  bool take_text(std::string_view& text, std::uint64_t size) {
    if (left_.size() < size) return false;
    text = left_.substr(0, size);
    left_.remove_prefix(size);
    return true;
  }
  [[nodiscard]] std::size_t size() const { return left_.size(); }

 private:
  std::string_view left_;
};

bool take_cell(Bytes& from, Cell& cell) {
  if (!from.take(cell.key) || !from.take(cell.kind) || cell.key >= recorded_keys().size()) return false;
  if (cell.kind > CellKind::json) return false;
  if (!cell.holds_text()) return from.take(cell.number);
  std::string_view text;
  if (!from.take(cell.size) || !from.take_text(text, cell.size)) return false;
  cell.bytes = text.data();
  return true;
}

bool take_row(Bytes& from, Row& row) {
  std::uint32_t cells = 0;
  if (!from.take(cells) || cells > recorded_keys().size()) return false;
  row.reserve(cells);
  for (; cells > 0; --cells) {
    Cell cell;
    if (!take_cell(from, cell) || (!row.empty() && row.back().key >= cell.key)) return false;
    row.push_back(cell);
  }
  return true;
}

bool take_rows(Bytes& from, std::uint64_t count, Rows& rows) {
  if (count > from.size() / sizeof(std::uint32_t)) return false;
  rows.list.resize(count);
  for (Row& row : rows.list) {
    if (!take_row(from, row)) return false;
  }
  return from.size() == 0;
}

/// The bytes with which the file must end, which name no other snapshot than that of the head.
bool ends_as_said(const ByteSource& file, const Link& link, const SnapshotHead& head) {
  std::array<std::byte, tail_size> tail{};
  if (link.end != file.size() || link.frame_length > link.end || link.end < tail.size()) return false;
  const auto got = file.read(link.end - tail.size(), tail);
  if (!got || *got != tail.size() || std::memcmp(tail.data(), link.tail.data(), tail.size()) != 0) return false;
  const auto line = FrameReader().first_line(file, link.end - link.frame_length, link.frame_length);
  const auto there = line ? read_head(line->text) : std::nullopt;
  return there && there->seq == head.seq && there->rows == head.rows && there->at.time_ns == head.at.time_ns &&
         there->at.host == head.at.host && there->at.boot_id == head.at.boot_id && there->full == (link.deltas == 0);
}

/// All of it, if it is one whole frame with a checksum that is right.
std::optional<std::string> text_of(const ByteSource& last) {
  WalkBudget budget = budget_for(last.size());
  const auto walk = walk_frame(last, 0, budget);
  if (!walk || walk->end != WalkEnd::whole || walk->skippable || walk->length != last.size()) return std::nullopt;
  ReadLimits limits;
  limits.line = limits.frame;  // it has none
  auto text = FrameReader().text(last, 0, walk->length, limits);
  return text ? std::optional(*std::move(text)) : std::nullopt;
}

}  // namespace

Result<std::string> pack_last(const Base& base, std::string_view frame, int level) {
  Link link{layout,      fingerprint_of_keys(), base.file.device, base.file.inode,  base.end, frame.size(),
            base.deltas, base.rows.list.size(), base.begin,       base.sum.value(), {}};
  const std::string_view tail = frame.substr(frame.size() - std::min(frame.size(), tail_size));
  std::copy(tail.begin(), tail.end(), link.tail.begin());
  // A head of a full one has the columns and the scope, too.
  SnapshotHead head = *base.head;
  head.full = true;
  std::string text;
  text.reserve(base.rows.list.size() * usual_cells * sizeof(Cell));
  append_bytes(text, link);
  const std::size_t link_size = text.size();
  append_head(text, head);
  for (const Row& row : base.rows.list) append_row_bytes(text, row);
  return compress(text, link_size, level);
}

std::optional<Base> unpack_last(const ByteSource& last, const ByteSource& file, FileId id) {
  const auto text = text_of(last);
  if (!text) return std::nullopt;
  Base base{.file = id};
  // Texts of cells point into it.
  Bytes bytes(base.rows.arena->keep(*text));
  Link link{};
  if (!bytes.take(link) || link.layout != layout || link.keys != fingerprint_of_keys() || link.device != id.device ||
      link.inode != id.inode) {
    return std::nullopt;
  }
  std::string_view line;
  const std::size_t line_size = text->find('\n', sizeof link);
  if (line_size == std::string::npos || !bytes.take_text(line, line_size - sizeof link + 1)) return std::nullopt;
  line.remove_suffix(1);
  base.head = read_head(line);
  if (!base.head || !ends_as_said(file, link, *base.head) || base.head->rows != link.rows) return std::nullopt;
  if (!take_rows(bytes, link.rows, base.rows)) return std::nullopt;
  auto sum = sum_of(file, link.begin, link.end);
  if (!sum || sum->value() != link.sum) return std::nullopt;
  base.begin = link.begin;
  base.sum = *std::move(sum);
  base.head->full = link.deltas == 0;
  base.end = link.end;
  base.deltas = link.deltas;
  base.next_seq = base.head->seq + 1;
  return base;
}

}  // namespace skq::store
