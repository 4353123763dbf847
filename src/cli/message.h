// Lines for people on standard error. What comes from outside is escaped here.
#pragma once

#include <string>
#include <string_view>

namespace skq::cli {

/// "skq: TEXT". The text may have several lines, so whoever composes it escapes what is not ours.
void complain(std::string_view text);

/// While it lives, complaints are collected in a text instead, each on a line of its own without the "skq: ".
class Listening {
 public:
  explicit Listening(std::string& said);
  ~Listening();
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
};

}  // namespace skq::cli
