// What an upper-layer protocol on a TCP socket tells of itself (UlpInfo's raw parts): TLS in the kernel, and the
// subflow of a Multipath TCP connection.
//
// To add an attribute of a newer kernel: a member here, a line in ulp_info.cpp, its row in src/fields/ulp_fields.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace skq::model {

/// TLS_INFO_* (include/uapi/linux/tls.h).
struct TlsInfo {
  std::optional<std::uint16_t> version, cipher, rxconf, txconf;
  bool zero_copy_sendfile = false;  ///< TLS_INFO_ZC_RO_TX
  bool no_pad = false;              ///< TLS_INFO_RX_NO_PAD
};
TlsInfo read_tls(std::span<const std::byte> attributes);

/// "1.2", "aes-gcm-128", "sw"; unknown(N) for numbers of newer kernels.
void append_tls_version(std::string& out, std::uint16_t version);
void append_tls_cipher(std::string& out, std::uint16_t cipher);
void append_tls_conf(std::string& out, std::uint16_t conf);

/// MPTCP_SUBFLOW_ATTR_* (include/uapi/linux/mptcp.h).
struct SubflowInfo {
  std::optional<std::uint32_t> token_remote, token_local, sfseq, ssn_offset, map_length, flags;
  std::optional<std::uint64_t> map_seq;
  std::optional<std::uint8_t> id_remote, id_local;
};
SubflowInfo read_subflow(std::span<const std::byte> attributes);

/// One letter a flag, as ss: Mm capable (remote, local), Jj joined, Bb backup, e fully established, c connected,
/// v mapping valid. Flags without a letter follow in hexadecimal behind a plus.
void append_subflow_flags(std::string& out, std::uint32_t flags);

}  // namespace skq::model
