#include "model/sctp_info.h"

#include <algorithm>

namespace skq::model {

const StructMember* find_sctp_info(std::string_view name) {
  const auto* found = std::ranges::find(sctp_info_members, name, &StructMember::name);
  return found == sctp_info_members.end() ? nullptr : found;
}

}  // namespace skq::model
