#include "skq/rates.h"

#include <array>
#include <cmath>

#include "collect/flat_index.h"
#include "model/tcp_info.h"

namespace skq {
namespace {

using Counter = std::optional<std::uint64_t>;

Counter member_of(const Socket& socket, const model::TcpInfoMember* member) {
  const InetPart* inet = socket.inet();
  if (inet == nullptr || inet->detail == nullptr || member == nullptr) return std::nullopt;
  return model::read(*member, inet->detail->tcp_info);
}

// A counter that went back is not this socket's.
Counter rate(const Counter& before, const Counter& now, double seconds) {
  if (!before || !now || *now < *before) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(*now - *before) / seconds));
}

}  // namespace

void RateMemory::begin(std::int64_t now_ns) {
  last_.swap(now_);
  now_.clear();
  last_ns_ = now_ns_;
  now_ns_ = now_ns;
  places_.assign(collecting::table_size(last_.size()), 0);
  for (std::size_t place = 0; place < last_.size(); ++place) {
    std::size_t at = collecting::mix(last_[place].cookie) & (places_.size() - 1);
    while (places_[at] != 0) at = (at + 1) & (places_.size() - 1);
    places_[at] = static_cast<std::uint32_t>(place + 1);
  }
}

const RateMemory::Counters* RateMemory::before(std::uint64_t cookie) const {
  if (places_.empty()) return nullptr;
  for (std::size_t at = collecting::mix(cookie) & (places_.size() - 1); places_[at] != 0;
       at = (at + 1) & (places_.size() - 1)) {
    const Counters& known = last_[places_[at] - 1];
    if (known.cookie == cookie) return &known;
  }
  return nullptr;
}

std::optional<Rates> RateMemory::compare(const Socket& socket) {
  static const std::array members{model::find_tcp_info("bytes_sent"), model::find_tcp_info("bytes_received"),
                                  model::find_tcp_info("bytes_retrans")};
  const auto cookie = static_cast<std::uint64_t>(socket.cookie);
  if (cookie == 0 || socket.netid != Netid::tcp) return std::nullopt;
  const Counters now{cookie, member_of(socket, members[0]), member_of(socket, members[1]),
                     member_of(socket, members[2])};
  if (!now.sent && !now.received && !now.retransmitted) return std::nullopt;
  now_.push_back(now);
  const Counters* const then = before(cookie);
  const double seconds = static_cast<double>(now_ns_ - last_ns_) / 1e9;
  if (then == nullptr || !(seconds > 0)) return std::nullopt;
  return Rates{rate(then->sent, now.sent, seconds), rate(then->received, now.received, seconds),
               rate(then->retransmitted, now.retransmitted, seconds)};
}

}  // namespace skq
