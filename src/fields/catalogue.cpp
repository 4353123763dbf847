#include <algorithm>
#include <vector>

#include "base/nearest_word.h"
#include "fields/fields_of.h"
#include "skq/fields.h"

namespace skq {
namespace {

std::vector<Field> concatenated() {
  std::vector<Field> all;
  for (const auto chapter :
       {fields::fate_fields(), fields::identity_fields(), fields::address_fields(), fields::memory_fields(),
        fields::unix_fields(), fields::owner_fields(), fields::inet_fields(), fields::congestion_fields(),
        fields::tcp_fields(), fields::rate_fields(), fields::ulp_fields(), fields::mptcp_fields(),
        fields::sctp_fields(), fields::other_fields(), fields::packet_fields(), fields::vsock_fields(),
        fields::xdp_fields(), fields::tipc_fields(), fields::composed_fields()}) {
    all.insert(all.end(), chapter.begin(), chapter.end());
  }
  return all;
}

}  // namespace

std::span<const Field> all_fields() {
  static const std::vector<Field> all = concatenated();
  return all;
}

const Field* find_field(std::string_view name) {
  const auto all = all_fields();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Field& row) { return row.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const Field* find_comparable(std::string_view name) {
  const Field* field = find_field(name);
  return field == nullptr || field->compared_as.empty() ? field : find_field(field->compared_as);
}

std::string_view nearest_field(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Field& row : all_fields()) names.push_back(row.name);
  return nearest_word(name, names);
}

}  // namespace skq
