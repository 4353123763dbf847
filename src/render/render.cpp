#include "skq/render.h"

#include <array>
#include <utility>

#include "render/renderers.h"

namespace skq {
namespace {

struct FormatRow {
  std::string_view name;
  Format format;
  std::unique_ptr<Renderer> (*make)(const render::Job&);
};

constexpr std::array formats{
    FormatRow{"table", Format::table, render::make_table}, FormatRow{"raw", Format::raw, render::make_raw},
    FormatRow{"csv", Format::csv, render::make_csv},       FormatRow{"json", Format::json, render::make_json},
    FormatRow{"jsonl", Format::jsonl, render::make_jsonl}, FormatRow{"prom", Format::prom, nullptr},
};

}  // namespace

bool Renderer::begin_part(const Circumstances& circumstances) {
  std::string head;
  begin(circumstances, head);
  return true;
}

std::unique_ptr<MadeRows> Renderer::made(std::string text) {
  auto rows = std::make_unique<MadeRows>();
  rows->text = std::move(text);
  return rows;
}

void Renderer::add(MadeRows& rows, std::string& out) {
  if (out.empty())
    out.swap(rows.text);
  else
    out += rows.text;
}

std::unique_ptr<Renderer> make_renderer(Format format, const Layout& layout, const View& view, TextContext& context) {
  for (const FormatRow& row : formats) {
    if (row.format == format && row.make != nullptr) return row.make({layout, view, context});
  }
  return nullptr;
}

std::optional<Format> format_named(std::string_view name) {
  for (const FormatRow& row : formats) {
    if (row.name == name) return row.format;
  }
  return std::nullopt;
}

}  // namespace skq
