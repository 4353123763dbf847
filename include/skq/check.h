// One number against thresholds, told as monitoring plugins tell it: ranges, status, first line, performance data.
//
// To add a metric of sockets: one row in the table of src/check/metrics.cpp, one under CHECK in man/skq.8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "skq/fields.h"
#include "skq/needs.h"
#include "skq/result.h"
#include "skq/socket.h"

namespace skq {

/// The numbers are exit statuses.
enum class CheckStatus : std::uint8_t { ok, warning, critical, unknown };
/// "OK", "WARNING", "CRITICAL", "UNKNOWN"
std::string_view to_text(CheckStatus status);

enum class CheckUnit : std::uint8_t { count, percent, bytes };

/// What is no alert lies from low to high, both included; with `inside` that is what is one.
struct CheckRange {
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  bool inside = false;

  [[nodiscard]] bool alerts(double value) const;
  /// For that value and every larger one: what is missing from an incomplete answer could only make it larger.
  [[nodiscard]] bool alerts_from(double value) const;
  /// As it stands in performance data: plain numbers, no units.
  [[nodiscard]] std::string text() const;
};

/// "10" "10:" "~:10" "10:20" "@10:20"; sizes such as 1.5G where bytes are meant, a % behind percents.
Result<CheckRange> parse_check_range(std::string_view text, CheckUnit unit);

struct CheckThresholds {
  std::optional<CheckRange> warning, critical;
};

/// What a metric tells.
enum class CheckKind : std::uint8_t {
  largest,  ///< of the values of sockets
  total,    ///< of the values of sockets
  number,   ///< of sockets
  system,   ///< of the host, whatever its sockets
  findings  ///< of `skq why`
};

struct CheckMetric {
  std::string_view name;
  std::string_view help;  ///< what it measures, in one line
  CheckKind kind{};
  CheckUnit unit{};
  std::string_view field;                              ///< the catalogue's, whose values are taken
  std::optional<double> (*value)(const Socket&) = {};  ///< in place of a field
  bool (*counts)(const Socket&) = {};                  ///< which of the sockets are meant; null: all
  NetidSet kinds;                                      ///< of sockets that can have it
  StateSet states;                                     ///< in which they are looked for; empty: those of the list
  NeedSet needs;                                       ///< beside the field's
  std::string_view noun = "socket";                    ///< what it looks at
  std::string_view warning = {}, critical = {};        ///< thresholds where none are given
  bool needs_some = false;                             ///< that there is no such socket is not right either
};

std::span<const CheckMetric> check_metrics();
/// Null when there is none of that name.
const CheckMetric* find_check_metric(std::string_view name);
/// "unknown metric 'cuont'; did you mean count?"
std::string unknown_check_metric(std::string_view name);
/// Of its field, and its own.
NeedSet needs_of(const CheckMetric& metric);

/// A socket with one of the highest values.
struct CheckedSocket {
  double value = 0;
  std::string name;  ///< kind and local address, fit for a terminal
  std::string text;  ///< with its state and the other address
  Inode inode{};
};

/// What the sockets said.
struct Tally {
  std::optional<double> value;         ///< empty: none of them tells it
  std::uint64_t sockets = 0;           ///< that were looked at
  std::uint64_t judged = 0;            ///< of these, with a value
  std::uint64_t full = 0;              ///< percents: at 100 or more
  std::vector<CheckedSocket> highest;  ///< first the highest
};

/// Sums up sockets as they come.
class Tallier {
 public:
  /// Keeps the text of so many sockets at most. All three have to outlive it.
  Tallier(const CheckMetric& metric, TextContext& text, std::size_t most);
  void add(const Socket& socket);
  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  [[nodiscard]] std::optional<double> value_of(const Socket& socket);
  void keep(const Socket& socket, double value);

  const CheckMetric& metric_;
  const Field* field_;
  TextContext& text_;
  std::size_t most_;
  Tally tally_;
};

/// Every value at which the warning alerts is critical already.
bool is_never_seen(const CheckThresholds& thresholds);

/// How much of what was asked for is known.
enum class Known : std::uint8_t {
  all,
  part,     ///< rows are missing: the value may be larger
  in_doubt  ///< rows may be there that should not: the value may be anything
};
CheckStatus judge(std::optional<double> value, const CheckThresholds& thresholds, Known known);

struct PerformanceData {
  std::string label;
  std::optional<double> value;  ///< empty: U, not known
  CheckUnit unit{};
  CheckThresholds thresholds = {};
  std::optional<double> least = {}, most = {};
};

struct CheckAnswer {
  CheckStatus status = CheckStatus::unknown;
  std::string text;  ///< of the first line, whatever bytes; it is made fit and short
  std::vector<PerformanceData> performance = {};
  std::vector<std::string> lines = {};  ///< what follows the first line
};

/// All that a plugin prints.
std::string plugin_text(const CheckAnswer& answer);

/// A value as people read it: 12, 83.3%, 1.5G.
std::string value_text(double value, CheckUnit unit);

}  // namespace skq
