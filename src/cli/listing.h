// One listing: rows on their way from a source to the output, in whatever format. Watch and replay make many of them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/list_crew.h"
#include "cli/list_memory.h"
#include "cli/list_names.h"
#include "cli/list_plan.h"
#include "cli/settings.h"
#include "cli/watch.h"
#include "kernel/output.h"
#include "select/first_rows.h"
#include "skq/collect.h"
#include "skq/names.h"
#include "skq/render.h"

namespace skq::cli {

/// What one listing of a watch has to do with the others.
struct Repetition {
  Glance glance;
  ListMemory memory;
  RateMemory rates;
};

/// How a listing that is one of many, or of another time, says of when it is.
struct ListingStyle {
  enum class Heading : std::uint8_t { none, time, time_and_host };
  Heading heading = Heading::none;  ///< of a table
  bool stamped = false;             ///< raw and csv have the column ts
  bool hosts = false;               ///< and the column host
  bool titles = true;               ///< unless the settings leave them out
  bool one_line = false;            ///< a JSON document is one line
};

class Listing {
 public:
  /// Without an output all text stays in text(), cut to the screen. `repetition` is null outside of a watch.
  Listing(const Settings& settings, const ListPlan& plan, NameService& names, kernel::Output* output,
          const ListingStyle& style, Repetition* repetition);
  Listing(const Listing&) = delete;
  Listing& operator=(const Listing&) = delete;

  Result<Summary> run(Source& source);

  [[nodiscard]] const Circumstances& circumstances() const { return circumstances_; }
  [[nodiscard]] std::string& text() { return buffer_; }
  [[nodiscard]] std::size_t shown() const { return shown_; }
  [[nodiscard]] const Status& written() const { return written_; }

 private:
  [[nodiscard]] bool tells_circumstances() const;
  void begin();
  Request request();
  [[nodiscard]] std::unique_ptr<ListCrew> make_crew();
  void end(const Summary& summary, ListCrew* crew);
  void take(std::span<const Socket* const> rows);
  void emit_sorted(const Summary& summary);
  void emit(const Socket& row);
  void flush_if_full();
  void flush();

  const Settings& settings_;
  const ListPlan& plan_;
  SharedNames names_;
  kernel::Output* output_;
  ListingStyle style_;
  Repetition* repetition_;
  Circumstances circumstances_;
  View view_;
  TextContext shown_text_, compared_text_;
  std::unique_ptr<Renderer> renderer_;
  std::string buffer_;
  std::vector<const Socket*> kept_;  ///< to be sorted
  std::optional<FirstRows> first_;   ///< instead, where only some will be shown
  std::size_t shown_ = 0;
  Status written_ = Done{};
};

}  // namespace skq::cli
