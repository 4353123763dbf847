// From rows of sockets to one number, with those that make it.
#include <algorithm>
#include <initializer_list>

#include "base/text_escape.h"
#include "skq/check.h"

namespace skq {
namespace {

std::optional<double> number_of(const Value& value) {
  if (const auto* whole = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::nullopt;
}

/// Whom a unix socket is connected to is asked for where that costs little; what nobody asked for is not told.
bool is_told(std::string_view field, const Socket& socket) {
  const UnixPart* const part = socket.unix_part();
  return field != "peer" || part == nullptr || part->peer_inode;
}

/// "tcp LISTEN 127.0.0.1:80 0.0.0.0:*"
std::string description(const Socket& socket, std::initializer_list<std::string_view> fields, TextContext& context) {
  std::string out;
  for (const std::string_view name : fields) {
    const Field* const field = find_field(name);
    if (field == nullptr || !is_told(name, socket)) continue;
    const Value value = field->get(socket, context);
    const auto* const text = std::get_if<std::string_view>(&value);
    if (text == nullptr || text->empty()) continue;
    if (!out.empty()) out += ' ';
    append_escaped(out, *text);
  }
  return out;
}

}  // namespace

Tallier::Tallier(const CheckMetric& metric, TextContext& text, std::size_t most)
    : metric_(metric), field_(find_field(metric.field)), text_(text), most_(most) {
  if (metric.kind != CheckKind::largest) tally_.value = 0;
}

std::optional<double> Tallier::value_of(const Socket& socket) {
  if (metric_.kind == CheckKind::number) return 1;
  if (metric_.value != nullptr) return metric_.value(socket);
  if (field_ == nullptr || !applies(*field_, socket)) return std::nullopt;
  return number_of(field_->get(socket, text_));
}

void Tallier::add(const Socket& socket) {
  if (metric_.counts != nullptr && !metric_.counts(socket)) return;
  ++tally_.sockets;
  const auto value = value_of(socket);
  if (!value) return;
  ++tally_.judged;
  if (metric_.unit == CheckUnit::percent && *value >= 100) ++tally_.full;
  if (metric_.kind == CheckKind::largest)
    tally_.value = std::max(tally_.value.value_or(*value), *value);
  else
    *tally_.value += *value;
  if (*value > 0) keep(socket, *value);
}

void Tallier::keep(const Socket& socket, double value) {
  std::vector<CheckedSocket>& list = tally_.highest;
  if (most_ == 0 || (list.size() == most_ && list.back().value >= value)) return;
  // Only now: the text of a socket costs more than its number.
  const auto place = std::find_if(list.begin(), list.end(), [&](const CheckedSocket& s) { return s.value < value; });
  list.insert(place, {.value = value,
                      .name = description(socket, {"netid", "local"}, text_),
                      .text = description(socket, {"netid", "state", "local", "peer"}, text_),
                      .inode = socket.inode});
  if (list.size() > most_) list.pop_back();
}

CheckStatus judge(std::optional<double> value, const CheckThresholds& thresholds, Known known) {
  if (!value || known == Known::in_doubt) return CheckStatus::unknown;
  if (known == Known::part)
    return thresholds.critical && thresholds.critical->alerts_from(*value) ? CheckStatus::critical
                                                                           : CheckStatus::unknown;
  if (thresholds.critical && thresholds.critical->alerts(*value)) return CheckStatus::critical;
  if (thresholds.warning && thresholds.warning->alerts(*value)) return CheckStatus::warning;
  return CheckStatus::ok;
}

bool is_never_seen(const CheckThresholds& thresholds) {
  if (!thresholds.warning || !thresholds.critical) return false;
  const CheckRange &warning = *thresholds.warning, &critical = *thresholds.critical;
  if (warning.inside != critical.inside) return false;
  // What alerts lies within for those inside, else outside: the one that alerts for less.
  const CheckRange& less = warning.inside ? warning : critical;
  const CheckRange& more = warning.inside ? critical : warning;
  return less.low >= more.low && less.high <= more.high && (less.low != more.low || less.high != more.high);
}

}  // namespace skq
