// Rows that are alike: what a table and JSON take over from the row before has to be what they would have made.
#include "fields/alike.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "alike_zoo.h"
#include "skq/render.h"

namespace skq::testing {
namespace {

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return "text " + std::string(*text);
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return "number " + std::to_string(*number);
  if (const auto* number = std::get_if<double>(&value)) return "decimal " + std::to_string(*number);
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "yes" : "no";
  return std::holds_alternative<std::monostate>(value) ? "nothing" : "something else";
}

std::string rendered(Format format, const Layout& layout, const View& view, std::size_t rows) {
  TextContext context;
  const auto renderer = make_renderer(format, layout, view, context);
  std::string out;
  for (int listing = 0; listing < 2; ++listing) {
    Zoo zoo;
    renderer->begin({}, out);
    for (std::size_t row = 0; row < rows; ++row) renderer->row(zoo.next(), out);
    while (renderer->end({}, out)) {
    }
  }
  return out;
}

/// The same fields, but none of them the catalogue's: nothing is taken over.
struct Strangers {
  std::deque<Field> fields;
  Layout layout;

  explicit Strangers(const Layout& of) : layout(of) {
    for (const Field*& field : layout.columns) field = &fields.emplace_back(*field);
  }
};

Layout layout_of(const std::vector<std::string_view>& names) {
  Layout layout;
  for (const std::string_view name : names) layout.columns.push_back(find_field(name));
  return layout;
}

constexpr std::size_t enough = 6000;

TEST(Alike, WhatHangsOnCommonIsTheSameInRowsThatAreAlike) {
  std::vector<const Field*> common;
  for (const Field& field : all_fields())
    if (fields::hangs_on_common(field)) common.push_back(&field);
  ASSERT_EQ(common.size(), 29U);
  Zoo zoo;
  fields::Alike alike;
  TextContext context;
  const Socket* before = nullptr;
  std::size_t pairs = 0;
  for (std::size_t row = 0; row < 10 * enough; ++row) {
    const Socket& socket = zoo.next();
    if (alike.as_before(socket)) {
      ++pairs;
      ASSERT_NE(before, nullptr);
      for (const Field* field : common)
        ASSERT_EQ(text_of(field->get(socket, context)), text_of(field->get(*before, context))) << field->name;
    }
    before = &socket;
  }
  EXPECT_GT(pairs, 100U);
}

TEST(Alike, ForgetsAndIsNeverLikeARowOfAnotherKind) {
  fields::Alike alike;
  Socket socket;
  socket.family = Family::unix_domain;
  socket.netid = Netid::u_str;
  socket.part = UnixPart{};
  EXPECT_FALSE(alike.as_before(socket));
  EXPECT_TRUE(alike.as_before(socket));
  alike.forget();
  EXPECT_FALSE(alike.as_before(socket));
  socket.netid = Netid::u_seq;
  EXPECT_FALSE(alike.as_before(socket));
  EXPECT_TRUE(alike.as_before(socket));
}

TEST(Alike, AFieldThatOnlyHasTheNameIsNotOfThem) {
  const Field* state = find_field("state");
  ASSERT_NE(state, nullptr);
  const Field copy = *state;
  EXPECT_TRUE(fields::hangs_on_common(*state));
  EXPECT_FALSE(fields::hangs_on_common(copy));
  EXPECT_FALSE(fields::hangs_on_common(*find_field("inode")));
}

TEST(Alike, TablesAreAsIfEachRowWereMadeAnew) {
  const std::vector<std::vector<std::string_view>> choices{
      {"netid", "state", "recv_q", "send_q", "mem", "fill", "inode", "cookie"},
      {"netid", "state", "recv_q", "send_q", "fill"},
      {"state", "recv_q", "cookie", "fill"},
      {"cookie", "state", "recv_q"},
      {"state", "skmem", "mem", "cookie"},
  };
  for (const auto& names : choices) {
    const Layout layout = layout_of(names);
    for (const Field* field : layout.columns) ASSERT_NE(field, nullptr);
    const Strangers strangers(layout);
    for (const View& view : {View{}, View{.color = true}, View{.width = 40}, View{.width = 20, .bars = true},
                             View{.oneline = true}, View{.live = true}}) {
      const std::string text = rendered(Format::table, layout, view, enough);
      EXPECT_EQ(text, rendered(Format::table, strangers.layout, view, enough)) << names.front();
    }
  }
}

TEST(Alike, CsvAndRawAreAsIfEachRowWereMadeAnew) {
  const std::vector<std::vector<std::string_view>> choices{
      {"netid", "state", "recv_q", "cookie", "fill", "send_mem", "writable", "inode"},
      {"cookie", "state", "recv_q"},
      {"recv_q", "shutdown"},
      {"state", "cookie"},
  };
  for (const auto& names : choices) {
    const Layout layout = layout_of(names);
    const Strangers strangers(layout);
    for (const Format format : {Format::csv, Format::raw})
      for (const View& view : {View{}, View{.stamped = true}})
        EXPECT_EQ(rendered(format, layout, view, enough), rendered(format, strangers.layout, view, enough));
  }
}

TEST(Alike, JsonIsAsIfEachRowWereMadeAnew) {
  Layout layout;
  for (const Field& field : all_fields())
    if (!field.composed) layout.columns.push_back(&field);
  for (const bool per_family : {false, true}) {
    layout.per_family = per_family;
    const Strangers strangers(layout);
    for (const Format format : {Format::json, Format::jsonl})
      EXPECT_EQ(rendered(format, layout, {}, enough / 10), rendered(format, strangers.layout, {}, enough / 10));
  }
}

}  // namespace
}  // namespace skq::testing
