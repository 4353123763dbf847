// What several renderers make part by part is, put together, what one would have made.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "alike_zoo.h"
#include "skq/render.h"

namespace skq::testing {
namespace {

constexpr std::size_t rows = 5000;

Layout layout_of(const std::vector<std::string_view>& names) {
  Layout layout;
  for (const std::string_view name : names) layout.columns.push_back(find_field(name));
  return layout;
}

struct Way {
  Format format;
  View view;
  bool flows = false;  ///< a document's head is known before its rows
};

std::string whole(const Way& way, const Layout& layout) {
  TextContext context;
  const auto renderer = make_renderer(way.format, layout, way.view, context);
  std::string out;
  Zoo zoo;
  renderer->begin({}, out);
  if (way.flows) renderer->known({}, out);
  for (std::size_t row = 0; row < rows; ++row) renderer->row(zoo.next(), out);
  while (renderer->end({}, out)) {
  }
  return out;
}

std::string in_parts(const Way& way, const Layout& layout, unsigned seed) {
  std::array<TextContext, 3> contexts;
  const auto shown = make_renderer(way.format, layout, way.view, contexts[0]);
  const std::array makers{make_renderer(way.format, layout, way.view, contexts[1]),
                          make_renderer(way.format, layout, way.view, contexts[2])};
  std::string out;
  shown->begin({}, out);
  for (const auto& maker : makers) EXPECT_TRUE(maker->begin_part({}));
  if (way.flows) shown->known({}, out);
  std::mt19937 random(seed);
  Zoo zoo;
  for (std::size_t row = 0; row < rows;) {
    Renderer& maker = *makers[random() % 2];
    const std::size_t end = std::min<std::size_t>(row + random() % 700, rows);
    std::string text;
    for (; row < end; ++row) maker.row(zoo.next(), text);
    const auto made = maker.made(std::move(text));
    shown->add(*made, out);
  }
  bool more = shown->end({}, out);
  if (more && random() % 2 == 0) {
    std::vector<std::string> pieces(shown->pieces());
    for (std::size_t piece = pieces.size(); piece-- > 0;) shown->piece(piece, pieces[piece]);
    for (const std::string& piece : pieces) out += piece;
    more = false;
  }
  while (more) more = shown->end({}, out);
  return out;
}

TEST(Parts, PutTogetherAreTheWhole) {
  const std::vector<Way> ways{
      {Format::table, {}},
      {Format::table, {.width = 40, .color = true, .bars = true}},
      {Format::table, {.header = false, .oneline = true}},
      {Format::raw, {.stamped = true}},
      {Format::csv, {}},
      {Format::json, {}, true},
      {Format::json, {}, false},
      {Format::jsonl, {}},
  };
  const std::vector<Layout> layouts{
      layout_of({"netid", "state", "recv_q", "send_q", "mem", "fill", "inode", "cookie"}),
      layout_of({"netid", "state", "cookie", "skmem"}),
      layout_of({"cookie", "state", "recv_q"}),
  };
  for (const Way& way : ways) {
    for (const Layout& layout : layouts) {
      const std::string expected = whole(way, layout);
      for (unsigned seed = 0; seed < 4; ++seed)
        ASSERT_EQ(in_parts(way, layout, seed), expected) << "format " << static_cast<int>(way.format) << seed;
    }
  }
}

TEST(Parts, AnEmptyOneIsNoRow) {
  for (const Format format : {Format::table, Format::json, Format::csv}) {
    TextContext context;
    const Layout layout = layout_of({"state", "inode"});
    const auto one = make_renderer(format, layout, {}, context), other = make_renderer(format, layout, {}, context);
    std::string out, expected;
    one->begin({}, expected);
    while (one->end({}, expected)) {
    }
    one->begin({}, out);
    ASSERT_TRUE(other->begin_part({}));
    one->add(*other->made({}), out);
    while (one->end({}, out)) {
    }
    EXPECT_EQ(out, expected);
  }
}

struct NothingChanged final : CellMemory {
  CellMark compare(const Socket&, std::size_t, std::string_view) override { return CellMark::none; }
};

TEST(Parts, ATableThatHasToSeeEachRowMakesNone) {
  TextContext context;
  NothingChanged memory;
  const Layout layout = layout_of({"state"});
  EXPECT_FALSE(make_renderer(Format::table, layout, {.memory = &memory}, context)->begin_part({}));
  EXPECT_FALSE(make_renderer(Format::table, layout, {.live = true}, context)->begin_part({}));
}

}  // namespace
}  // namespace skq::testing
