#include "kernel/ss_dump.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "kernel/capture.h"
#include "kernel/request.h"

namespace skq::kernel {
namespace {

constexpr Conversation conversation{.sequence = 1, .portid = 1};

bool is_row(const nlmsghdr& header) {
  // Before there was SOCK_DIAG_BY_FAMILY (Linux 3.3) the rows were the same, under another number.
  return (header.nlmsg_type == SOCK_DIAG_BY_FAMILY || header.nlmsg_type == TCPDIAG_GETSOCK) &&
         header.nlmsg_len >= sizeof(nlmsghdr) + sizeof(inet_diag_msg);
}

bool is_end(const nlmsghdr& header) { return header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR; }

class Reader {
 public:
  explicit Reader(ByteSpan file) : file_(file) {}

  void read() {
    while (!file_.empty()) {
      const auto header = read_at<nlmsghdr>(file_);
      if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > file_.size()) return cut();
      if (!is_row(*header) && !is_end(*header)) return cut();
      take(*header, file_.first(header->nlmsg_len));
      file_ = file_.subspan(std::min(netlink_align(header->nlmsg_len), file_.size()));
    }
    // ss was interrupted between two messages.
    if (open_) cut();
  }

  void write(CaptureWriter& to) const {
    constexpr std::array families{Family::inet, Family::inet6};
    for (std::size_t i = 0; i < families.size(); ++i) {
      if (!dumps_[i].there) continue;
      const DumpRequest request{.family = families[i], .netid = Netid::tcp, .states = ~StateSet(), .needs = {}};
      to.begin_exchange(request_bytes(request, conversation.sequence), conversation.portid);
      // The end last, wherever it stood: the reader stops there.
      for (const auto* part : {&dumps_[i].bytes, &dumps_[i].end}) {
        if (!part->empty()) to.datagram(*part, false);
      }
    }
  }

 private:
  struct Dump {
    bool there = false;
    std::vector<std::byte> bytes;
    std::vector<std::byte> end;  ///< its NLMSG_DONE or NLMSG_ERROR
  };

  // The messages of several runs may have been put together, so each gets the same sender here.
  static void append(std::vector<std::byte>& to, nlmsghdr header, ByteSpan message) {
    header.nlmsg_seq = conversation.sequence;
    header.nlmsg_pid = conversation.portid;
    if (is_row(header)) header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    const auto head = std::as_bytes(std::span(&header, 1));
    to.insert(to.end(), head.begin(), head.end());
    to.insert(to.end(), message.begin() + sizeof header, message.end());
    to.resize(netlink_align(to.size()));
  }

  void take(const nlmsghdr& header, ByteSpan message) {
    if (is_end(header)) return take_end(header, message);
    const auto family = read_at<std::uint8_t>(message, sizeof header);
    current_ = family == AF_INET6 ? 1 : 0;
    open_ = true;
    dumps_[current_].there = true;
    append(dumps_[current_].bytes, header, message);
  }

  // An end without a row before it is that of the IP version whose turn it is: IPv4 first.
  void take_end(const nlmsghdr& header, ByteSpan message) {
    if (!open_) current_ = ended_ == 0 ? 0 : 1;
    dumps_[current_].there = true;
    append(dumps_[current_].end, header, message);
    open_ = false;
    ++ended_;
  }

  void cut() {
    if (!open_) current_ = ended_ == 0 ? 0 : 1;
    dumps_[current_].there = true;
    dumps_[current_].end.clear();
  }

  ByteSpan file_;
  std::array<Dump, 2> dumps_;
  std::size_t current_ = 0;
  std::size_t ended_ = 0;
  bool open_ = false;  ///< rows came since the last end
};

}  // namespace

bool is_ss_dump(ByteSpan begin) {
  const auto header = read_at<nlmsghdr>(begin);
  if (!header) return false;
  constexpr std::uint32_t longest_message = 1U << 20;
  constexpr std::uint32_t end_size = sizeof(nlmsghdr) + sizeof(std::int32_t);
  if (header->nlmsg_type == NLMSG_DONE) return header->nlmsg_len == end_size;
  const auto family = read_at<std::uint8_t>(begin, sizeof *header);
  return is_row(*header) && header->nlmsg_len <= longest_message && (family == AF_INET || family == AF_INET6);
}

std::vector<std::byte> capture_of_ss_dump(ByteSpan file, const Circumstances& circumstances) {
  Reader reader(file);
  reader.read();
  CaptureWriter writer(circumstances);
  reader.write(writer);
  return writer.finish();
}

}  // namespace skq::kernel
