#include "select/sort_value.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace skq::select {
namespace {

struct KeyReader {
  Arena& arena;

  SortValue operator()(std::monostate) const { return {}; }
  SortValue operator()(bool value) const { return {false, value ? 1U : 0U, 0, {}}; }
  SortValue operator()(std::uint64_t value) const { return {false, value, 0, {}}; }
  SortValue operator()(double value) const { return {std::isnan(value), 0, std::isnan(value) ? 0 : value, {}}; }
  SortValue operator()(std::string_view value) const { return {false, 0, 0, arena.keep(value)}; }
  SortValue operator()(AddressValue value) const {
    if (value.address == nullptr) return {};
    std::array<char, 16> bytes{};
    std::transform(value.address->bytes.begin(), value.address->bytes.end(), bytes.begin(),
                   [](std::byte b) { return static_cast<char>(b); });
    const std::size_t length = value.family == Family::inet ? 4 : bytes.size();
    return {false, static_cast<std::uint64_t>(value.family), 0, arena.keep(std::string_view(bytes.data(), length))};
  }
  SortValue operator()(std::span<const Owner> value) const {
    return value.empty() ? SortValue{} : (*this)(static_cast<std::uint64_t>(value.front().pid));
  }
  SortValue operator()(std::span<const Inode> value) const {
    return value.empty() ? SortValue{} : (*this)(std::uint64_t{static_cast<std::uint32_t>(value.front())});
  }
};

std::strong_ordering ascending(const SortValue& left, const SortValue& right) {
  if (left.whole != right.whole) return left.whole <=> right.whole;
  if (left.fraction != right.fraction)
    return left.fraction < right.fraction ? std::strong_ordering::less : std::strong_ordering::greater;
  return left.text <=> right.text;
}

}  // namespace

SortValue sort_value(const Value& value, Arena& arena) { return std::visit(KeyReader{arena}, value); }

std::strong_ordering order(const SortValue& left, const SortValue& right, bool descending) {
  if (left.absent != right.absent) return left.absent ? std::strong_ordering::greater : std::strong_ordering::less;
  return descending ? ascending(right, left) : ascending(left, right);
}

}  // namespace skq::select
