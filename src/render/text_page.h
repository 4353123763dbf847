// Paragraphs for people: a faint label at the left, and beside it lines that are never wider than the page.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "skq/render_findings.h"

namespace skq::render {

constexpr std::size_t label_width = 11;

/// How chains and circles are drawn.
struct Strokes {
  std::string_view line, arrow, first, step, last;
};

class TextPage {
 public:
  TextPage(std::string& out, const FindingsView& view);

  /// The label has its own colour; what stands beside it is bold.
  void heading(std::string_view label, std::string_view color, std::string_view sentence);
  /// Nothing for an empty sentence. Without a label it goes on below the one before.
  void labelled(std::string_view label, std::string_view sentence);
  void lines_behind(std::string_view label, const std::vector<std::string>& lines);
  /// Over the whole width.
  void paragraph(std::string_view sentence);
  void blank() { out_ += '\n'; }

  /// Columns beside the labels.
  [[nodiscard]] std::size_t room() const { return width_ - label_width; }
  [[nodiscard]] const Strokes& strokes() const { return strokes_; }

  /// The first `most` of a list, each with its own sentence, and how many more there are.
  template <class List, class Say>
  void some(std::string_view label, const List& list, std::size_t most, Say&& say) {
    const std::size_t shown = std::min(list.size(), most);
    for (std::size_t at = 0; at < shown; ++at) labelled(at == 0 ? label : std::string_view(), say(list[at]));
    if (list.size() > shown) labelled("", more(list.size() - shown));
  }

 private:
  static std::string more(std::size_t count);
  void color(std::string_view sequence);
  /// Up to where the text begins; a label that is too long for that is still apart from it.
  void behind(std::size_t written);

  std::string& out_;
  bool color_;
  const Strokes& strokes_;
  std::size_t width_;
};

/// "1 socket", "3 sockets".
std::string counted(std::size_t count, std::string_view one, std::string_view many);

}  // namespace skq::render
