// What is around a TARGET, whether something is wrong or not: as text and as JSON.
#pragma once

#include "render/json_writer.h"
#include "render/text_page.h"
#include "skq/render_findings.h"

namespace skq::render {

void write_target(TextPage& page, const TargetReport& target, TextContext& context);
void write_target(JsonWriter& to, const TargetReport& target);

}  // namespace skq::render
