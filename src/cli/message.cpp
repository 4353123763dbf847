#include "cli/message.h"

#include <cstdio>

namespace skq::cli {
namespace {

std::string* listener = nullptr;

}  // namespace

void complain(std::string_view text) {
  if (listener != nullptr) {
    (*listener += text) += '\n';
    return;
  }
  std::string line = "skq: ";
  line += text;
  line += '\n';
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

Listening::Listening(std::string& said) { listener = &said; }
Listening::~Listening() { listener = nullptr; }

}  // namespace skq::cli
