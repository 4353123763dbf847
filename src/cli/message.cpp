#include "cli/message.h"

#include <cstdio>
#include <string>

namespace skq::cli {

void complain(std::string_view text) {
  std::string line = "skq: ";
  line += text;
  line += '\n';
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

}  // namespace skq::cli
