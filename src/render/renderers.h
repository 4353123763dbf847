// One maker for each format; render.cpp has the table that names them.
//
// To add a format: a file with a maker, its line here, its row in render.cpp, its value in include/skq/render.h.
#pragma once

#include <memory>

#include "skq/render.h"

namespace skq::render {

/// What every maker gets. The context is shared with whoever else reads fields, and outlives the renderer.
struct Job {
  const Layout& layout;
  const View& view;
  TextContext& context;
};

std::unique_ptr<Renderer> make_table(const Job& job);
std::unique_ptr<Renderer> make_raw(const Job& job);
std::unique_ptr<Renderer> make_csv(const Job& job);
std::unique_ptr<Renderer> make_json(const Job& job);
std::unique_ptr<Renderer> make_jsonl(const Job& job);

}  // namespace skq::render
