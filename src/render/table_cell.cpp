#include "render/table_cell.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "base/quick_text.h"
#include "base/text_escape.h"
#include "base/text_width.h"
#include "base/units.h"
#include "model/address_text.h"
#include "render/list_text.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

constexpr double full = 100;
constexpr double nearly_full = 80;

struct StateTone {
  std::string_view state;
  Tone tone;
};
// A listener is found at a glance, what is over steps back, a connection that its process forgot to close stands out.
constexpr std::array state_tones{
    StateTone{"ESTAB", Tone::good},      StateTone{"LISTEN", Tone::notice}, StateTone{"CLOSE-WAIT", Tone::warning},
    StateTone{"TIME-WAIT", Tone::faint}, StateTone{"UNCONN", Tone::faint},
};

Tone tone_of_state(std::string_view state) {
  for (const StateTone& row : state_tones) {
    if (row.state == state) return row.tone;
  }
  return Tone::none;
}

Tone tone_of_percent(double value) {
  if (value >= full) return Tone::alarm;
  return value >= nearly_full ? Tone::warning : Tone::none;
}

constexpr unsigned bar_cells = 6;

// Coarse, but its length shows against the dots.
void append_ascii_bar(std::string& out, double value) {
  if (!(value > 0)) return;
  const auto marks = std::max(static_cast<unsigned>(std::min(value, full) / full * bar_cells), 1U);
  out.append(marks, '#');
  out.append(bar_cells - marks, '.');
}

// Cells of eighth blocks; what is not empty shows at least one eighth, and only what is full fills it.
void append_bar(std::string& out, double value) {
  if (!(value > 0)) return;
  auto eighths = static_cast<unsigned>(std::min(value, full) / full * (8 * bar_cells));
  eighths = std::max(eighths, 1U);
  for (; eighths >= 8; eighths -= 8) out += "\u2588";
  if (eighths == 0) return;
  out += "\xe2\x96";
  out += static_cast<char>(0x90 - eighths);  // U+258F is one eighth, U+2589 seven
}

struct CellWriter {
  std::string& out;
  const CellStyle& style;
  const TextContext& context;

  Tone operator()(std::monostate) const {
    out += '-';
    return Tone::none;
  }
  Tone operator()(bool value) const {
    out += value ? "yes" : "no";
    return Tone::none;
  }
  Tone operator()(std::uint64_t value) const {
    const Unit unit = style.field->unit;
    if (unit == Unit::bytes && !context.exact_bytes) {
      append_bytes_human(out, value);
    } else if (unit == Unit::microseconds) {
      append_microseconds(out, value);
    } else if (unit == Unit::milliseconds) {
      append_milliseconds(out, value);
    } else if (unit == Unit::bytes_per_second) {
      append_rate(out, value, context.exact_bytes);
    } else {
      append_integer(out, value);
    }
    return Tone::none;
  }
  Tone operator()(double value) const {
    if (!std::isfinite(value)) return (*this)(std::monostate{});
    if (style.field->unit != Unit::percent) {
      append_decimal(out, value, 3);
      return Tone::none;
    }
    append_percent(out, value);
    if (style.bar) {
      out += ' ';
      style.utf8 ? append_bar(out, value) : append_ascii_bar(out, value);
    }
    return tone_of_percent(value);
  }
  Tone operator()(std::string_view value) const {
    if (style.field->composed)
      out += value;  // comes escaped, with punctuation that a hostile part cannot imitate
    else
      append_escaped(out, value);
    return style.field->name == "state" ? tone_of_state(value) : Tone::none;
  }
  Tone operator()(const AddressValue& value) const {
    if (value.address == nullptr) return (*this)(std::monostate{});
    append_address(out, value.family, *value.address);
    return Tone::none;
  }
  Tone operator()(std::span<const Owner> owners) const {
    append_owners(out, owners, context.threads);
    return Tone::none;
  }
  Tone operator()(std::span<const Inode> inodes) const {
    append_inodes(out, inodes);
    return Tone::none;
  }
};

bool is_ascii(std::string_view text) {
  constexpr std::uint64_t high = quick::each_byte * 0x80U;
  if (text.empty()) return true;
  if (text.size() <= 8) return (quick::bytes_of(text.data(), text.size()) & high) == 0;
  std::uint64_t all = quick::read<std::uint64_t>(text.data() + text.size() - 8);
  for (std::size_t at = 0; at + 8 < text.size(); at += 8) all |= quick::read<std::uint64_t>(text.data() + at);
  return (all & high) == 0;
}

// Only names and bars bring anything else.
bool can_be_wide(const CellStyle& style, const Value& value) {
  return style.bar || std::holds_alternative<std::string_view>(value) ||
         std::holds_alternative<std::span<const Owner>>(value);
}

}  // namespace

CellLook append_cell(std::string& out, const CellStyle& style, const Value& value, const TextContext& context) {
  const std::size_t begin = out.size();
  const Tone tone = std::visit(CellWriter{out, style, context}, value);
  if (style.bar && out.find(' ', begin) == std::string::npos) out += ' ';  // the number's side ends with it
  return {tone, !can_be_wide(style, value) || is_ascii(std::string_view(out).substr(begin))};
}

std::size_t split_of(std::string_view cell) {
  std::size_t at = cell.size();
  while (at != 0 && cell[at - 1] != ':' && cell[at - 1] != ' ') --at;
  return at == 0 ? cell.size() : at;
}

std::uint32_t width_of(std::string_view cell, bool ascii) {
  return static_cast<std::uint32_t>(ascii ? cell.size() : display_width(cell));
}

Sides sides_of(std::string_view cell, Align align, bool ascii) {
  switch (align) {
    case Align::left:
      return {0, width_of(cell, ascii)};
    case Align::right:
      return {width_of(cell, ascii), 0};
    case Align::separator:
      break;
  }
  const std::size_t split = split_of(cell);
  return {width_of(cell.substr(0, split), ascii), width_of(cell.substr(split), ascii)};
}

}  // namespace skq::render
