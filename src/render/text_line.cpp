#include "render/text_line.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/quick_text.h"
#include "base/text_json.h"

namespace skq::render {
void TextLine::grow(std::size_t bytes) {
  const std::size_t wanted = std::max(2 * size_, at_ + bytes + spare);
  auto larger = std::make_unique_for_overwrite<char[]>(wanted);
  if (at_ != 0) std::memcpy(larger.get(), bytes_.get(), at_);
  bytes_ = std::move(larger);
  size_ = wanted;
}

void TextLine::add_integer(std::uint64_t value) {
  at_ = static_cast<std::size_t>(put_digits(bytes_.get() + at_, value) - bytes_.get());
}

void TextLine::add_json_string(std::string_view bytes) {
  if (is_all_plain<0x20, '"', '\\'>(bytes)) {
    need(bytes.size() + 2);
    add('"');
    add(bytes);
    add('"');
    return;
  }
  std::string quoted;
  append_json_string(quoted, bytes);
  need(quoted.size());
  add(quoted);
}

}  // namespace skq::render
