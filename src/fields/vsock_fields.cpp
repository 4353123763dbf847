#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"

namespace skq::fields {
namespace {

constexpr FamilySet vsock_family{Family::vsock};

std::optional<std::uint32_t> cid(const Socket& s, std::uint32_t VsockPart::*member) {
  if (s.vsock() == nullptr || s.vsock()->*member == VsockPart::any) return std::nullopt;
  return s.vsock()->*member;
}

constexpr auto rows = std::array{
    field({.name = "local_cid",
           .title = "Local CID",
           .help = "This end's context id: 1 this machine itself, 2 the host; absent when bound to every one.",
           .source = "vsock(7)",
           .families = vsock_family},
          [](const Socket& s) { return cid(s, &VsockPart::local_cid); }),
    field({.name = "peer_cid",
           .title = "Peer CID",
           .help = "The other end's context id; absent when unconnected.",
           .source = "vsock(7)",
           .families = vsock_family},
          [](const Socket& s) { return cid(s, &VsockPart::peer_cid); }),
};

}  // namespace

std::span<const Field> vsock_fields() { return rows; }

}  // namespace skq::fields
