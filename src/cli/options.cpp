#include "cli/options.h"

#include <vector>

#include "cli/option_chapters.h"

namespace skq::cli {
namespace {

std::vector<Option> concatenated() {
  std::vector<Option> all;
  for (const auto chapter : {sockets_options(), details_options(), selection_options(), replay_options(),
                             record_options(), check_options(), output_options()})
    all.insert(all.end(), chapter.begin(), chapter.end());
  return all;
}

}  // namespace

std::span<const Option> all_options() {
  static const std::vector<Option> all = concatenated();
  return all;
}

}  // namespace skq::cli
