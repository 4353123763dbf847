#include "render/text_page.h"

#include "render/flow_text.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

constexpr int narrowest = 40, widest = 100;
constexpr std::string_view plain = "\033[0m", bold = "\033[1m", faint = "\033[2m";

constexpr Strokes drawn{"\u2500\u2500", "\u2500\u2500\u25b6", "\u256d\u2500\u25b6 ", "\u2502   ",
                        "\u2570\u2500\u2500 "};
constexpr Strokes typed{"--", "-->", ".-> ", "|   ", "'-- "};

}  // namespace

TextPage::TextPage(std::string& out, const FindingsView& view)
    : out_(out),
      color_(view.color),
      strokes_(view.utf8 ? drawn : typed),
      width_(static_cast<std::size_t>(std::clamp(view.width, narrowest, widest))) {}

void TextPage::behind(std::size_t written) { out_.append(written < label_width ? label_width - written : 1, ' '); }

void TextPage::color(std::string_view sequence) {
  if (color_) out_ += sequence;
}

void TextPage::heading(std::string_view label, std::string_view sequence, std::string_view sentence) {
  const std::vector<std::string> lines = wrapped(sentence, room());
  for (const std::string& line : lines) {
    const bool first = &line == &lines.front();
    if (first) {
      color(sequence);
      out_ += label;
      color(plain);
    }
    behind(first ? label.size() : 0);
    color(bold);
    out_ += line;
    color(plain);
    out_ += '\n';
  }
}

void TextPage::lines_behind(std::string_view label, const std::vector<std::string>& lines) {
  constexpr std::size_t indent = 2;
  for (const std::string& line : lines) {
    const bool first = &line == &lines.front() && !label.empty();
    out_.append(indent, ' ');
    if (first) {
      color(faint);
      out_ += label;
      color(plain);
    }
    behind(indent + (first ? label.size() : 0));
    out_ += line;
    out_ += '\n';
  }
}

void TextPage::labelled(std::string_view label, std::string_view sentence) {
  if (!sentence.empty()) lines_behind(label, wrapped(sentence, room()));
}

void TextPage::paragraph(std::string_view sentence) {
  for (const std::string& line : wrapped(sentence, width_)) out_ += line + '\n';
}

std::string TextPage::more(std::size_t count) { return "and " + counted(count, "more", "more"); }

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  std::string text;
  append_integer(text, count);
  return text.append(" ").append(count == 1 ? one : many);
}

}  // namespace skq::render
