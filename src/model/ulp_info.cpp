#include "model/ulp_info.h"

#include <array>
#include <charconv>

#include "model/diag_bytes.h"

namespace skq::model {
namespace {

struct Name {
  std::uint16_t number;
  std::string_view text;
};
constexpr std::array tls_versions{Name{0x0303, "1.2"}, Name{0x0304, "1.3"}};
constexpr std::array tls_ciphers{Name{51, "aes-gcm-128"},       Name{52, "aes-gcm-256"}, Name{53, "aes-ccm-128"},
                                 Name{54, "chacha20-poly1305"}, Name{55, "sm4-gcm"},     Name{56, "sm4-ccm"},
                                 Name{57, "aria-gcm-128"},      Name{58, "aria-gcm-256"}};
constexpr std::array tls_confs{Name{1, "none"}, Name{2, "sw"}, Name{3, "hw"}, Name{4, "hw-record"}};
constexpr std::string_view subflow_letters = "MmJjBbecv";

void append_in_base(std::string& out, std::uint64_t value, int base) {
  std::array<char, 20> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  out.append(digits.data(), end);
}

template <std::size_t N>
void append_name(std::string& out, const std::array<Name, N>& names, std::uint16_t number) {
  for (const Name& row : names) {
    if (row.number == number) {
      out += row.text;
      return;
    }
  }
  out += "unknown(";
  append_in_base(out, number, 10);
  out += ')';
}

}  // namespace

TlsInfo read_tls(std::span<const std::byte> attributes) {
  enum : std::uint16_t { version = 1, cipher, txconf, rxconf, zc_ro_tx, rx_no_pad };
  TlsInfo info;
  for_each_attribute(attributes, [&](std::uint16_t type, std::span<const std::byte> value) {
    if (type == version) info.version = read_at<std::uint16_t>(value);
    if (type == cipher) info.cipher = read_at<std::uint16_t>(value);
    if (type == txconf) info.txconf = read_at<std::uint16_t>(value);
    if (type == rxconf) info.rxconf = read_at<std::uint16_t>(value);
    if (type == zc_ro_tx) info.zero_copy_sendfile = true;
    if (type == rx_no_pad) info.no_pad = true;
  });
  return info;
}

void append_tls_version(std::string& out, std::uint16_t version) { append_name(out, tls_versions, version); }
void append_tls_cipher(std::string& out, std::uint16_t cipher) { append_name(out, tls_ciphers, cipher); }
void append_tls_conf(std::string& out, std::uint16_t conf) { append_name(out, tls_confs, conf); }

SubflowInfo read_subflow(std::span<const std::byte> attributes) {
  enum : std::uint16_t {
    token_rem = 1,
    token_loc,
    relwrite_seq,
    map_seq,
    map_sfseq,
    ssn_offset,
    map_datalen,
    flags,
    id_rem,
    id_loc
  };
  SubflowInfo info;
  for_each_attribute(attributes, [&](std::uint16_t type, std::span<const std::byte> value) {
    if (type == token_rem) info.token_remote = read_at<std::uint32_t>(value);
    if (type == token_loc) info.token_local = read_at<std::uint32_t>(value);
    if (type == map_seq) info.map_seq = read_at<std::uint64_t>(value);
    if (type == map_sfseq) info.sfseq = read_at<std::uint32_t>(value);
    if (type == ssn_offset) info.ssn_offset = read_at<std::uint32_t>(value);
    // Sent in two bytes (net/mptcp/diag.c, subflow_get_info), though ss reads four.
    if (type == map_datalen) {
      info.map_length = read_at<std::uint32_t>(value);
      if (!info.map_length) info.map_length = read_at<std::uint16_t>(value);
    }
    if (type == flags) info.flags = read_at<std::uint32_t>(value);
    if (type == id_rem) info.id_remote = read_at<std::uint8_t>(value);
    if (type == id_loc) info.id_local = read_at<std::uint8_t>(value);
  });
  return info;
}

void append_subflow_flags(std::string& out, std::uint32_t flags) {
  for (std::size_t bit = 0; bit < subflow_letters.size(); ++bit) {
    if ((flags & 1U << bit) != 0) out += subflow_letters[bit];
  }
  const std::uint32_t rest = flags >> subflow_letters.size() << subflow_letters.size();
  if (rest == 0) return;
  out += "+0x";
  append_in_base(out, rest, 16);
}

}  // namespace skq::model
