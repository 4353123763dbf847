// The words of -i for tcp: a table in ss's order. A word whose value is 0 or unknown is left out, as in ss.
//
// To add a word: a row in `words`; one that is more than a number needs a function.
#include <array>
#include <cstring>

#include "base/quick_text.h"
#include "base/text_escape.h"
#include "fields/inet_detail.h"
#include "fields/info_text.h"
#include "fields/print.h"
#include "fields/ulp_text.h"
#include "model/tcp_info.h"

namespace skq::fields {
namespace {

/// A key and a number, so that both are one append: there are some thirty in a row.
constexpr std::size_t longest_key = 32;
using Text = std::array<char, longest_key + most_digits>;

struct Writer {
  std::string& out;
  const Socket& socket;
  const InetDetail& detail;
  const TextContext& context;

  [[nodiscard]] std::optional<std::uint64_t> at(std::size_t member) const {
    return read(model::tcp_info_members[member], detail.tcp_info);
  }
  /// 0 also where the kernel's struct is shorter: in text for eyes both are left out.
  [[nodiscard]] std::uint64_t operator[](std::size_t member) const {
    // Most are of four bytes, and each row asks for some fifty.
    const model::TcpInfoMember& row = model::tcp_info_members[member];
    if (row.size != sizeof(std::uint32_t) || detail.tcp_info.size() < row.offset + sizeof(std::uint32_t))
      return at(member).value_or(0);
    std::uint32_t value = 0;
    std::memcpy(&value, detail.tcp_info.data() + row.offset, sizeof value);
    return value;
  }

  void count(std::string_view key, std::uint64_t value) const {
    if (key.size() > longest_key) {
      append_number(out += key, value);
      return;
    }
    Text text;
    char* const end = put_digits(copy_short(text.data(), key.data(), key.size()), value);
    out.append(text.data(), static_cast<std::size_t>(end - text.data()));
  }
  /// Thousandths, as %g prints them: six digits and no zeros behind the last other one.
  void thousandths(std::string_view key, std::uint64_t value) const {
    constexpr std::uint64_t exact_below = 1'000'000;
    if (value >= exact_below || key.size() > longest_key) {
      append_general(out += key, static_cast<double>(value) / 1000);
      return;
    }
    Text text;
    char* end = put_digits(copy_short(text.data(), key.data(), key.size()), value / 1000);
    const auto rest = static_cast<std::uint32_t>(value % 1000);
    if (rest != 0) {
      *end++ = '.';
      for (const std::uint32_t unit : {100U, 10U, 1U}) *end++ = static_cast<char>('0' + rest / unit % 10);
      while (end[-1] == '0') --end;
    }
    out.append(text.data(), static_cast<std::size_t>(end - text.data()));
  }
  void rate(std::string_view key, double bits) const {
    append_bit_rate(out += key, bits, context.numeric);
    out += "bps";
  }
};

enum class Form : std::uint8_t { count, thousandths, special };

struct Word {
  std::string_view key;
  std::size_t member = 0;
  Form form = Form::special;
  void (*write)(const Writer&) = nullptr;
};

constexpr std::size_t index(std::string_view name) { return model::tcp_info_index(name); }
constexpr Word count(std::string_view key, std::string_view member) { return {key, index(member), Form::count}; }
constexpr Word thousandths(std::string_view key, std::string_view member) {
  return {key, index(member), Form::thousandths};
}
constexpr Word special(void (*write)(const Writer&)) { return {{}, 0, Form::special, write}; }

constexpr std::uint64_t no_limit = ~std::uint64_t{0};

void write_options(const Writer& to) {
  if (!to.context.tcp_options) return;
  constexpr std::size_t options = index("options");
  for (const model::TcpOption& option : model::tcp_options) {
    if (option.name == "wscale" || (to[options] & option.bit) == 0) continue;  // wscale has a word of its own
    (to.out += ' ') += option.name;
  }
}

void write_congestion(const Writer& to) {
  if (!to.detail.cong.empty()) append_escaped_word(to.out += ' ', to.detail.cong);
}

void write_window_scale(const Writer& to) {
  constexpr std::size_t options = index("options"), snd = index("snd_wscale"), rcv = index("rcv_wscale");
  constexpr std::uint64_t agreed = 4;
  if ((to[options] & agreed) == 0) return;
  to.count(" wscale:", to[snd]);
  to.count(",", to[rcv]);
}

// Three seconds was the timeout of a connection without any measurement; ss leaves it out.
void write_rto(const Writer& to) {
  constexpr std::size_t rto = index("rto");
  constexpr std::uint64_t initial = 3'000'000;
  if (to[rto] != 0 && to[rto] != initial) to.thousandths(" rto:", to[rto]);
}

void write_rtt(const Writer& to) {
  constexpr std::size_t rtt = index("rtt"), rttvar = index("rttvar");
  if (to[rtt] == 0) return;
  to.thousandths(" rtt:", to[rtt]);
  to.thousandths("/", to[rttvar]);
}

void write_ssthresh(const Writer& to) {
  constexpr std::size_t ssthresh = index("snd_ssthresh");
  constexpr std::uint64_t infinite_from = 0xffff;
  if (to[ssthresh] != 0 && to[ssthresh] < infinite_from) to.count(" ssthresh:", to[ssthresh]);
}

void write_dctcp(const Writer& to) {
  if (!to.detail.dctcp) return;
  const DctcpInfo& dctcp = *to.detail.dctcp;
  if (dctcp.enabled == 0) {
    to.out += " dctcp:fallback_mode";
    return;
  }
  to.count(" dctcp:(ce_state:", dctcp.ce_state);
  to.count(",alpha:", dctcp.alpha);
  to.count(",ab_ecn:", dctcp.ab_ecn);
  to.count(",ab_tot:", dctcp.ab_tot);
  to.out += ')';
}

void write_bbr(const Writer& to) {
  if (!to.detail.bbr) return;
  constexpr double gain_unit = 256;
  const BbrInfo& bbr = *to.detail.bbr;
  to.rate(" bbr:(bw:", static_cast<double>(bbr.bw) * 8);
  to.thousandths(",mrtt:", bbr.min_rtt);
  if (bbr.pacing_gain != 0) append_general(to.out += ",pacing_gain:", bbr.pacing_gain / gain_unit);
  if (bbr.cwnd_gain != 0) append_general(to.out += ",cwnd_gain:", bbr.cwnd_gain / gain_unit);
  to.out += ')';
}

void write_send(const Writer& to) {
  constexpr std::size_t rtt_member = index("rtt");
  constexpr std::uint32_t none_measured = 0x7fffffff;
  auto rtt = static_cast<double>(to[rtt_member]);
  const auto& vegas = to.detail.vegas;
  if (vegas && vegas->enabled != 0 && vegas->rtt != 0 && vegas->rtt != none_measured) rtt = vegas->rtt;
  if (const auto bits = model::tcp_send_bits(to.detail.tcp_info, rtt)) to.rate(" send ", *bits);
}

void write_pacing(const Writer& to) {
  constexpr std::size_t rate = index("pacing_rate"), most = index("max_pacing_rate");
  if (to[rate] == 0 || to[rate] == no_limit) return;
  to.rate(" pacing_rate ", static_cast<double>(to[rate]) * 8);
  if (to[most] != 0 && to[most] != no_limit) to.rate("/", static_cast<double>(to[most]) * 8);
}

void write_delivery_rate(const Writer& to) {
  constexpr std::size_t rate = index("delivery_rate");
  if (to[rate] != 0) to.rate(" delivery_rate ", static_cast<double>(to[rate]) * 8);
}

void write_app_limited(const Writer& to) {
  constexpr std::size_t limited = index("delivery_rate_app_limited");
  if (to[limited] != 0) to.out += " app_limited";
}

void write_limited(const Writer& to, std::string_view key, std::size_t member) {
  if (to[member] == 0) return;
  to.count(key, to[member] / 1000);
  append_fixed(to.out += "ms(", model::tcp_percent_of_busy(to.detail.tcp_info, member).value_or(0), 1);
  to.out += "%)";
}

void write_busy(const Writer& to) {
  constexpr std::size_t busy = index("busy_time"), rwnd = index("rwnd_limited"), sndbuf = index("sndbuf_limited");
  if (to[busy] == 0) return;
  to.count(" busy:", to[busy] / 1000);
  to.out += "ms";
  write_limited(to, " rwnd_limited:", rwnd);
  write_limited(to, " sndbuf_limited:", sndbuf);
}

void write_retrans(const Writer& to) {
  constexpr std::size_t now = index("retrans"), total = index("total_retrans");
  if (to[now] == 0 && to[total] == 0) return;
  to.count(" retrans:", to[now]);
  to.count("/", to[total]);
}

// On a listener it is the backlog, which Send-Q shows.
void write_sacked(const Writer& to) {
  constexpr std::size_t sacked = index("sacked");
  if (to[sacked] != 0 && to.socket.state != State::listen) to.count(" sacked:", to[sacked]);
}

// 3 is what every connection begins with.
void write_reordering(const Writer& to) {
  constexpr std::size_t reordering = index("reordering");
  constexpr std::uint64_t initial = 3;
  if (const auto value = to.at(reordering); value && *value != initial) to.count(" reordering:", *value);
}

void write_min_rtt(const Writer& to) {
  constexpr std::size_t min_rtt = index("min_rtt");
  constexpr std::uint64_t never_measured = 0xffffffff;
  if (to[min_rtt] != 0 && to[min_rtt] != never_measured) to.thousandths(" minrtt:", to[min_rtt]);
}

constexpr auto words = std::to_array<Word>({
    special(write_options),
    special(write_congestion),
    special(write_window_scale),
    special(write_rto),
    count(" backoff:", "backoff"),
    special(write_rtt),
    thousandths(" ato:", "ato"),
    count(" mss:", "snd_mss"),
    count(" pmtu:", "pmtu"),
    count(" rcvmss:", "rcv_mss"),
    count(" advmss:", "advmss"),
    count(" cwnd:", "snd_cwnd"),
    special(write_ssthresh),
    count(" bytes_sent:", "bytes_sent"),
    count(" bytes_retrans:", "bytes_retrans"),
    count(" bytes_acked:", "bytes_acked"),
    count(" bytes_received:", "bytes_received"),
    count(" segs_out:", "segs_out"),
    count(" segs_in:", "segs_in"),
    count(" data_segs_out:", "data_segs_out"),
    count(" data_segs_in:", "data_segs_in"),
    special(write_dctcp),
    special(write_bbr),
    special(write_send),
    count(" lastsnd:", "last_data_sent"),
    count(" lastrcv:", "last_data_recv"),
    count(" lastack:", "last_ack_recv"),
    special(write_pacing),
    special(write_delivery_rate),
    count(" delivered:", "delivered"),
    count(" delivered_ce:", "delivered_ce"),
    special(write_app_limited),
    special(write_busy),
    count(" unacked:", "unacked"),
    special(write_retrans),
    count(" lost:", "lost"),
    special(write_sacked),
    count(" dsack_dups:", "dsack_dups"),
    count(" fackets:", "fackets"),
    special(write_reordering),
    count(" reord_seen:", "reord_seen"),
    thousandths(" rcv_rtt:", "rcv_rtt"),
    count(" rcv_space:", "rcv_space"),
    count(" rcv_ssthresh:", "rcv_ssthresh"),
    count(" notsent:", "notsent_bytes"),
    special(write_min_rtt),
    count(" rcv_ooopack:", "rcv_ooopack"),
    count(" snd_wnd:", "snd_wnd"),
    count(" rcv_wnd:", "rcv_wnd"),
    count(" rehash:", "rehash"),
});

}  // namespace

void append_tcp_info(std::string& out, const Socket& socket, const TextContext& context) {
  const InetDetail* detail = inet_detail(socket);
  if (detail == nullptr) return;
  const Writer to{out, socket, *detail, context};
  if (!detail->tcp_info.empty()) {
    for (const Word& word : words) {
      if (word.form == Form::special) {
        word.write(to);
      } else if (const std::uint64_t value = to[word.member]; value != 0) {
        word.form == Form::count ? to.count(word.key, value) : to.thousandths(word.key, value);
      }
    }
  }
  append_md5_keys(out, *detail);
  append_ulp(out, *detail);
}

}  // namespace skq::fields
