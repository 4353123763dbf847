// Upper-layer protocols on a tcp socket: kernel TLS, the subflow of an MPTCP connection; and its MD5 keys.
#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/inet_detail.h"
#include "fields/print.h"
#include "fields/ulp_text.h"
#include "model/ulp_info.h"

namespace skq::fields {
namespace {

using model::SubflowInfo;
using model::TlsInfo;

const UlpInfo* ulp_of(const Socket& s) {
  const InetDetail* detail = inet_detail(s);
  return detail != nullptr && detail->ulp ? &*detail->ulp : nullptr;
}

std::optional<TlsInfo> tls_of(const Socket& s) {
  if (ulp_of(s) == nullptr || ulp_of(s)->tls.empty()) return std::nullopt;
  return model::read_tls(ulp_of(s)->tls);
}

std::optional<std::string_view> tls_text(const Socket& s, TextContext& c, std::optional<std::uint16_t> TlsInfo::*member,
                                         void (*append)(std::string&, std::uint16_t)) {
  const auto tls = tls_of(s);
  if (!tls || !((*tls).*member)) return std::nullopt;
  c.scratch.clear();
  append(c.scratch, *((*tls).*member));
  return c.scratch;
}

std::optional<bool> tls_flag(const Socket& s, bool TlsInfo::*member) {
  const auto tls = tls_of(s);
  if (!tls) return std::nullopt;
  return (*tls).*member;
}

template <class T>
std::optional<T> subflow(const Socket& s, std::optional<T> SubflowInfo::*member) {
  if (ulp_of(s) == nullptr || ulp_of(s)->mptcp.empty()) return std::nullopt;
  return model::read_subflow(ulp_of(s)->mptcp).*member;
}

std::optional<std::uint32_t> subflow_id(const Socket& s, std::optional<std::uint8_t> SubflowInfo::*member) {
  const auto id = subflow(s, member);
  if (!id) return std::nullopt;
  return *id;
}

std::optional<std::string_view> subflow_token(const Socket& s, TextContext& c,
                                              std::optional<std::uint32_t> SubflowInfo::*member) {
  const auto token = subflow(s, member);
  if (!token) return std::nullopt;
  return hex(*token, c);
}

constexpr Facts fact(std::string_view name, std::string_view title, std::string_view help, std::string_view source) {
  return {.name = name,
          .title = title,
          .help = help,
          .source = source,
          .shown = Shown::info,
          .needs = NeedSet(Need::tcp_info),
          .families = inet_families,
          .netids = NetidSet(Netid::tcp)};
}

constexpr std::string_view tls_source = "INET_ULP_INFO_TLS";
constexpr std::string_view subflow_source = "INET_ULP_INFO_MPTCP";

constexpr auto rows = std::array{
    field(fact("ulp", "ULP", "Upper-layer protocol on a tcp socket: tls, mptcp, espintcp, smc.", "INET_ULP_INFO_NAME"),
          [](const Socket& s) -> std::optional<std::string_view> {
            if (ulp_of(s) == nullptr || ulp_of(s)->name.empty()) return std::nullopt;
            return ulp_of(s)->name;
          }),
    field(fact("tls_version", "TLS Version", "Version of TLS that the kernel speaks on this socket: 1.2 or 1.3.",
               tls_source),
          [](const Socket& s, TextContext& c) { return tls_text(s, c, &TlsInfo::version, model::append_tls_version); }),
    field(fact("tls_cipher", "TLS Cipher", "Its cipher.", tls_source),
          [](const Socket& s, TextContext& c) { return tls_text(s, c, &TlsInfo::cipher, model::append_tls_cipher); }),
    field(fact("tls_rxconf", "TLS Receive", "Who decrypts: none, sw (the kernel), hw or hw-record (the device).",
               tls_source),
          [](const Socket& s, TextContext& c) { return tls_text(s, c, &TlsInfo::rxconf, model::append_tls_conf); }),
    field(fact("tls_txconf", "TLS Send", "Who encrypts: none, sw (the kernel), hw or hw-record (the device).",
               tls_source),
          [](const Socket& s, TextContext& c) { return tls_text(s, c, &TlsInfo::txconf, model::append_tls_conf); }),
    field(fact("tls_zc_ro_tx", "TLS Zero Copy", "Whether the device encrypts sent files without a copy.", tls_source),
          [](const Socket& s) { return tls_flag(s, &TlsInfo::zero_copy_sendfile); }),
    field(fact("tls_no_pad_rx", "TLS No Pad", "Whether received records are expected to have no padding.", tls_source),
          [](const Socket& s) { return tls_flag(s, &TlsInfo::no_pad); }),
    field(fact("subflow_flags", "Subflow",
               "Flags of this subflow of an MPTCP connection: capable (M remote, m local), joined (J, j), backup "
               "(B, b), e fully established, c connected, v mapping valid.",
               subflow_source),
          [](const Socket& s, TextContext& c) -> std::optional<std::string_view> {
            const auto flags = subflow(s, &SubflowInfo::flags);
            if (!flags) return std::nullopt;
            c.scratch.clear();
            model::append_subflow_flags(c.scratch, *flags);
            return c.scratch;
          }),
    field(fact("subflow_token", "Token", "Token of the MPTCP connection that the subflow belongs to, in hexadecimal.",
               subflow_source),
          [](const Socket& s, TextContext& c) { return subflow_token(s, c, &SubflowInfo::token_local); }),
    field(fact("subflow_token_remote", "Peer Token", "The peer's token of that connection, in hexadecimal.",
               subflow_source),
          [](const Socket& s, TextContext& c) { return subflow_token(s, c, &SubflowInfo::token_remote); }),
    field(fact("subflow_id", "Address ID", "Id of the subflow's own address.", subflow_source),
          [](const Socket& s) { return subflow_id(s, &SubflowInfo::id_local); }),
    field(fact("subflow_id_remote", "Peer Address ID", "Id of the peer's address.", subflow_source),
          [](const Socket& s) { return subflow_id(s, &SubflowInfo::id_remote); }),
    field(fact("subflow_map_seq", "Map Seq", "Sequence number of the connection at which the present mapping begins.",
               subflow_source),
          [](const Socket& s) { return subflow(s, &SubflowInfo::map_seq); }),
    field(fact("subflow_map_sfseq", "Map SF Seq", "Sequence number of the subflow at which that mapping begins.",
               subflow_source),
          [](const Socket& s) { return subflow(s, &SubflowInfo::sfseq); }),
    field(fact("subflow_ssn_offset", "SSN Offset", "The subflow's first sequence number.", subflow_source),
          [](const Socket& s) { return subflow(s, &SubflowInfo::ssn_offset); }),
    field(fact("subflow_map_length", "Map Length", "Bytes that the present mapping covers.", subflow_source),
          [](const Socket& s) -> std::optional<Bytes> {
            const auto length = subflow(s, &SubflowInfo::map_length);
            if (!length) return std::nullopt;
            return Bytes{*length};
          }),
    // A secret: in machine output only when it is named.
    field({.name = "md5_keys",
           .title = "MD5 Keys",
           .help = "Keys of TCP-MD5 as address/prefix=key; the kernel gives them only with CAP_NET_ADMIN.",
           .source = "INET_DIAG_MD5SIG",
           .shown = Shown::on_request,
           .needs = NeedSet(Need::tcp_info),
           .families = inet_families,
           .netids = NetidSet(Netid::tcp),
           .composed = true},
          [](const Socket& s, TextContext& c) { return md5_keys_text(s, c); }),
};

}  // namespace

std::span<const Field> ulp_fields() { return rows; }

}  // namespace skq::fields
