#include <algorithm>
#include <compare>

#include "select/where_program.h"

namespace skq::select {
namespace {

bool ordered(std::partial_ordering order, WhereOperator op) {
  switch (op) {
    case WhereOperator::equal:
      return order == 0;
    case WhereOperator::not_equal:
      return order != 0;
    case WhereOperator::less:
      return order < 0;
    case WhereOperator::less_equal:
      return order <= 0;
    case WhereOperator::greater:
      return order > 0;
    case WhereOperator::greater_equal:
      return order >= 0;
    case WhereOperator::match:
    case WhereOperator::no_match:
      return false;
  }
  return false;
}

bool compare(std::uint64_t value, WhereOperator op, const WhereNumber& number) {
  if (number.exact) return ordered(value <=> *number.exact, op);
  return ordered(static_cast<double>(value) <=> number.rough, op);
}

bool compare(double value, WhereOperator op, const WhereNumber& number) { return ordered(value <=> number.rough, op); }

bool compare(std::string_view value, WhereOperator op, const std::string& text) {
  return ordered(value.compare(text) <=> 0, op);
}

bool compare(std::string_view value, WhereOperator op, const Regex& regex) {
  return regex.found_in(value) == (op == WhereOperator::match);
}

bool compare(bool value, WhereOperator op, bool literal) { return (value == literal) == (op == WhereOperator::equal); }

bool compare(AddressValue value, WhereOperator op, const Prefix& prefix) {
  return value.address != nullptr && holds(prefix, value.family, *value.address) == (op == WhereOperator::equal);
}

bool compare(std::span<const Inode> value, WhereOperator op, const WhereNumber& number) {
  return std::any_of(value.begin(), value.end(), [&](Inode inode) {
    return compare(std::uint64_t{static_cast<std::uint32_t>(inode)}, op, number);
  });
}

// What a literal of its kind never meets, since parsing looks at the field's type; and null, with which no comparison
// holds.
template <class V, class L>
bool compare(const V&, WhereOperator, const L&) {
  return false;
}

std::optional<WhereNumber> number_of(const Value& value) {
  if (const auto* exact = std::get_if<std::uint64_t>(&value)) return WhereNumber{static_cast<double>(*exact), *exact};
  if (const auto* rough = std::get_if<double>(&value)) return WhereNumber{*rough, {}};
  return std::nullopt;
}

bool holds_for_fields(const Comparison& comparison, const WhereField& right, const Socket& socket,
                      TextContext& context) {
  const auto a = number_of(comparison.field->get(socket, context));
  const auto b = number_of(right.field->get(socket, context));
  if (!a || !b) return false;
  if (a->exact) return compare(*a->exact, comparison.op, *b);
  return compare(a->rough, comparison.op, *b);
}

bool holds_for_value(const Comparison& comparison, const Value& value) {
  return std::visit([&](const auto& v, const auto& literal) { return compare(v, comparison.op, literal); }, value,
                    comparison.literal);
}

bool holds_for_owner(const Comparison& comparison, const Owner& owner) {
  switch (comparison.source) {
    case WhereSource::owner_pid:
      return holds_for_value(comparison, static_cast<std::uint64_t>(owner.pid));
    case WhereSource::owner_fd:
      return holds_for_value(comparison, static_cast<std::uint64_t>(owner.fd));
    case WhereSource::owner_comm:
      return holds_for_value(comparison, owner.comm);
    case WhereSource::field:
      return false;
  }
  return false;
}

}  // namespace

bool holds(const Comparison& comparison, const Socket& socket, TextContext& context) {
  if (comparison.source == WhereSource::field) {
    if (const auto* right = std::get_if<WhereField>(&comparison.literal))
      return holds_for_fields(comparison, *right, socket, context);
    return holds_for_value(comparison, comparison.field->get(socket, context));
  }
  const Owners* owners = comparison.peer ? socket.peer_owners : socket.owners;
  if (owners == nullptr) return false;
  return std::any_of(owners->list.begin(), owners->list.end(),
                     [&](const Owner& owner) { return holds_for_owner(comparison, owner); });
}

}  // namespace skq::select
