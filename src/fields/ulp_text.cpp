#include "fields/ulp_text.h"

#include "base/text_escape.h"
#include "fields/inet_detail.h"
#include "fields/print.h"
#include "model/address_text.h"
#include "model/md5_keys.h"
#include "model/ulp_info.h"

namespace skq::fields {
namespace {

// A comma within a key would look like the one between two.
void append_key(std::string& out, std::string_view key) {
  for (std::size_t from = 0;;) {
    const std::size_t comma = key.find(',', from);
    append_escaped_word(out, key.substr(from, comma == std::string_view::npos ? comma : comma - from));
    if (comma == std::string_view::npos) return;
    out += "\\x2c";
    from = comma + 1;
  }
}

void append_keys(std::string& out, std::span<const std::byte> md5sig) {
  bool first = true;
  model::for_each_md5_key(md5sig, [&](const model::Md5Key& key) {
    if (!first) out += ',';
    first = false;
    append_address(out, key.family, key.address);
    out += '/';
    append_number(out, key.prefix_length);
    out += '=';
    append_key(out, key.key);
  });
}

void append_tls(std::string& out, const model::TlsInfo& tls) {
  if (tls.version) model::append_tls_version(out += " version: ", *tls.version);
  if (tls.cipher) model::append_tls_cipher(out += " cipher: ", *tls.cipher);
  if (tls.rxconf) model::append_tls_conf(out += " rxconf: ", *tls.rxconf);
  if (tls.txconf) model::append_tls_conf(out += " txconf: ", *tls.txconf);
  if (tls.zero_copy_sendfile) out += " zc_ro_tx";
  if (tls.no_pad) out += " no_pad_rx";
}

void append_token(std::string& out, std::uint32_t token, std::uint8_t id) {
  const std::size_t begin = out.size();
  append_hex(out, token);
  const std::size_t digits = out.size() - begin;
  if (digits < 4) out.insert(begin, 4 - digits, '0');
  out += "(id:";
  append_number(out, id);
  out += ')';
}

template <class T>
void append_pair(std::string& out, std::string_view key, std::optional<T> value) {
  if (value) append_number(out += key, *value);
}

void append_subflow(std::string& out, const model::SubflowInfo& subflow) {
  if (subflow.flags.value_or(0) != 0) model::append_subflow_flags(out += " flags:", *subflow.flags);
  if (subflow.token_remote && subflow.token_local && subflow.id_remote && subflow.id_local) {
    append_token(out += " token:", *subflow.token_remote, *subflow.id_remote);
    append_token(out += '/', *subflow.token_local, *subflow.id_local);
  }
  append_pair(out, " seq:", subflow.map_seq);
  append_pair(out, " sfseq:", subflow.sfseq);
  append_pair(out, " ssnoff:", subflow.ssn_offset);
  append_pair(out, " maplen:", subflow.map_length);
}

}  // namespace

std::optional<std::string_view> md5_keys_text(const Socket& socket, TextContext& context) {
  const InetDetail* detail = inet_detail(socket);
  if (detail == nullptr || detail->md5sig.empty()) return std::nullopt;
  context.scratch.clear();
  append_keys(context.scratch, detail->md5sig);
  return context.scratch;
}

void append_md5_keys(std::string& out, const InetDetail& detail) {
  if (!detail.md5sig.empty()) append_keys(out += " md5keys:", detail.md5sig);
}

void append_ulp(std::string& out, const InetDetail& detail) {
  if (!detail.ulp) return;
  if (!detail.ulp->name.empty()) append_escaped_word(out += " tcp-ulp-", detail.ulp->name);
  if (!detail.ulp->tls.empty()) append_tls(out, model::read_tls(detail.ulp->tls));
  if (!detail.ulp->mptcp.empty()) append_subflow(out, model::read_subflow(detail.ulp->mptcp));
}

}  // namespace skq::fields
