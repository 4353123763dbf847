// From the payload of one sock_diag message to a Socket, one decoder a family. Byte order and kernel numbers end here.
//
// To add a datum: a member in include/skq/socket.h and a case in its family's decoder. A value that is shorter than
// ours comes from another kernel and stays absent; an attribute that we do not know is skipped.
// To add a family: a decode_<family>.cpp, declared here, and a row in family_table.cpp.
#pragma once

#include <algorithm>

#include "kernel/bytes.h"
#include "skq/arena.h"
#include "skq/socket.h"

namespace skq::kernel {

/// Each fills `to`, which must be a fresh Socket. False: too short, of another family, or with lying lengths; the row
/// is then to be counted as malformed and `to` must not be used. `asked` matters to inet alone, whose messages do not
/// say their protocol.
bool decode_unix(Netid asked, ByteSpan payload, Arena& arena, Socket& to);
bool decode_inet(Netid asked, ByteSpan payload, Arena& arena, Socket& to);
bool decode_netlink(Netid asked, ByteSpan payload, Arena& arena, Socket& to);
bool decode_packet(Netid asked, ByteSpan payload, Arena& arena, Socket& to);
bool decode_vsock(Netid asked, ByteSpan payload, Arena& arena, Socket& to);
bool decode_xdp(Netid asked, ByteSpan payload, Arena& arena, Socket& to);
bool decode_tipc(Netid asked, ByteSpan payload, Arena& arena, Socket& to);

/// SK_MEMINFO; as many values as came.
inline Memory read_memory(ByteSpan value) {
  Memory memory;
  memory.known = static_cast<std::uint8_t>(std::min(value.size() / sizeof(std::uint32_t), memory_items));
  if (memory.known != 0) std::memcpy(memory.values.data(), value.data(), memory.known * sizeof(std::uint32_t));
  return memory;
}

/// The values of an array attribute, which need not be aligned; a last incomplete one is left out.
template <class T>
std::span<const T> keep_array(ByteSpan value, Arena& arena) {
  const std::span<T> values = arena.room<T>(value.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), value.data(), values.size_bytes());
  return values;
}

/// sock_diag_save_cookie sends the low half first.
inline Cookie read_cookie(const std::uint32_t (&halves)[2]) {
  return Cookie{(std::uint64_t{halves[1]} << 32) | halves[0]};
}

inline std::string_view keep_text(ByteSpan value, Arena& arena) {
  return arena.keep(std::string_view(reinterpret_cast<const char*>(value.data()), value.size()));
}

/// Sets `to` where the value is long enough; a longer one comes from a newer kernel that added at the end.
template <class T>
void read_into(std::optional<T>& to, ByteSpan value) {
  if (const auto read = read_at<T>(value)) to = *read;
}

}  // namespace skq::kernel
