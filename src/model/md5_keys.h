// The keys of TCP-MD5 (RFC 2385) on a socket: an array of struct tcp_diag_md5sig (include/uapi/linux/tcp.h), which the
// kernel gives only to CAP_NET_ADMIN.
#pragma once

#include <algorithm>
#include <string_view>

#include "model/diag_bytes.h"
#include "skq/socket.h"

namespace skq::model {

struct Md5Key {
  Family family{};
  Address address;
  std::uint8_t prefix_length = 0;
  std::string_view key;  ///< any bytes
};

/// Calls take(key) for each; a last one that is cut is left out.
template <class Take>
void for_each_md5_key(std::span<const std::byte> array, Take take) {
  constexpr std::size_t size = 100, address_at = 4, key_at = 20, key_room = 80;
  constexpr std::uint8_t af_inet6 = 10;
  for (; array.size() >= size; array = array.subspan(size)) {
    Md5Key one;
    one.family = *read_at<std::uint8_t>(array) == af_inet6 ? Family::inet6 : Family::inet;
    one.prefix_length = *read_at<std::uint8_t>(array, 1);
    const std::size_t length = std::min<std::size_t>(*read_at<std::uint16_t>(array, 2), key_room);
    one.address = *read_at<Address>(array, address_at);
    one.key = {reinterpret_cast<const char*>(array.data()) + key_at, length};
    take(one);
  }
}

}  // namespace skq::model
