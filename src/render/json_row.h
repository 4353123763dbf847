// The members of one row's object, the same in every format that is JSON.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "fields/alike.h"
#include "render/text_line.h"
#include "skq/fields.h"
#include "skq/render.h"

namespace skq::render {

class JsonRow {
 public:
  JsonRow(const Layout& layout, TextContext& context);
  JsonRow(const JsonRow&) = delete;
  JsonRow& operator=(const JsonRow&) = delete;

  /// Appends the members with commas between them. `out` ends with the brace that opens the object, or with a member.
  void append(std::string& out, const Socket& socket);

 private:
  struct Member {
    const Field* field = nullptr;
    std::string key;  ///< quoted, with the comma before and the colon behind it
    Snippet begin;    ///< that
  };
  using Members = std::vector<const Member*>;
  /// Members that follow one another and hang on what rows have in common: their text is that of the row before.
  struct Run {
    std::size_t from = 0, to = 0;
    std::string text;
  };
  struct Kind {
    Family family{};
    Netid netid{};
    Members members;
    std::vector<Run> runs;
  };

  Kind& kind_of(const Socket& socket);
  static void find_runs(Kind& kind);
  void add_members(const Kind& kind, std::size_t from, std::size_t to, const Socket& socket);
  void add(const Value& value);

  TextContext& context_;
  bool per_family_;
  std::deque<Member> all_;
  std::deque<Kind> kinds_;  ///< that came so far
  fields::Alike alike_;
  TextLine line_;
  std::string scratch_;
};

}  // namespace skq::render
