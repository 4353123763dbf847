#include "cli/generate.h"

#include "cli/tables.h"
#include "cli/words.h"
#include "skq/fields.h"

namespace skq::cli {
namespace {

template <class Words>
std::vector<std::string> strings(const Words& words) {
  return {words.begin(), words.end()};
}

std::vector<std::string> column_names() {
  std::vector<std::string> names;
  for (const Field& field : all_fields()) names.emplace_back(field.name);
  return names;
}

std::vector<std::string> sort_keys() {
  std::vector<std::string> keys = column_names();
  const std::size_t count = keys.size();
  for (std::size_t i = 0; i < count; ++i) keys.push_back("-" + keys[i]);
  return keys;
}

std::vector<std::string> table_names() {
  std::vector<std::string> names;
  for (const std::string_view name : query_names()) {
    names.emplace_back(name);
    names.push_back("!" + names.back());
  }
  return names;
}

std::vector<std::string> names_of_families() {
  std::vector<std::string> names;
  for (const FamilyName& row : family_names()) names.emplace_back(row.name);
  return names;
}

std::vector<std::string> with_presets(std::vector<std::string> names) {
  names.insert(names.end(), preset_words.begin(), preset_words.end());
  return names;
}

}  // namespace

std::vector<std::string> words_of(Values values) {
  switch (values) {
    case Values::none:
    case Values::text:
    case Values::file:
      return {};
    case Values::families:
      return names_of_families();
    case Values::tables:
      return table_names();
    case Values::formats:
      return strings(format_words);
    case Values::colors:
      return strings(color_words);
    case Values::bpf_uses:
      return strings(bpf_words);
    case Values::levels:
      return strings(level_words);
    case Values::columns:
      return with_presets(column_names());
    case Values::sort_keys:
      return sort_keys();
    case Values::topics:
      return strings(topic_words);
    case Values::list_styles:
      return strings(list_style_words);
  }
  return {};
}

std::vector<std::string> words_in(const Option& option, Command command) {
  if (option.values == Values::formats && command != Command::list) return strings(rowless_format_words);
  return words_of(option.values);
}

bool is_list(Values values) {
  return values == Values::tables || values == Values::columns || values == Values::sort_keys;
}

std::string generated_text(std::string_view what) {
  if (what == "bash") return bash_completion();
  if (what == "zsh") return zsh_completion();
  if (what == "fish") return fish_completion();
  if (what == "man-options") return man_options();
  if (what == "man-columns") return man_columns();
  if (what == "man-metrics") return man_metrics();
  if (what == "metrics") return metric_lines();
  return {};
}

}  // namespace skq::cli
