#include "model/mptcp_info.h"

#include <algorithm>

namespace skq::model {

const StructMember* find_mptcp_info(std::string_view name) {
  const auto* found = std::ranges::find(mptcp_info_members, name, &StructMember::name);
  return found == mptcp_info_members.end() ? nullptr : found;
}

}  // namespace skq::model
