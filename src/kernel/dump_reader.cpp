#include "kernel/dump_reader.h"

#include <linux/sock_diag.h>

#include <cerrno>

#include "model/derived.h"

namespace skq::kernel {
namespace {

// Both NLMSG_ERROR and NLMSG_DONE begin with an int: 0 or a negative errno. Netlink's default callbacks ignore that of
// NLMSG_DONE, so that a dump of an absent inet protocol looks like an empty one.
int errno_in(ByteSpan payload) {
  const auto error = read_at<std::int32_t>(payload);
  if (!error || *error == 0) return 0;
  // The kernel's errors are -1 to -4095 (include/linux/err.h).
  if (*error < 0 && *error >= -4095) return -*error;
  return EPROTO;
}

}  // namespace

Step DumpReader::feed(ByteSpan datagram, bool cut) {
  if (cut) end_.truncated = true;
  while (!datagram.empty()) {
    const auto header = read_at<nlmsghdr>(datagram);
    if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > datagram.size()) {
      end_.truncated = true;
      return Step::more;
    }
    const Step step = read_message(*header, datagram.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr)));
    if (step != Step::more) return step;
    const std::size_t taken = netlink_align(header->nlmsg_len);
    datagram = taken < datagram.size() ? datagram.subspan(taken) : ByteSpan{};
  }
  return Step::more;
}

Step DumpReader::read_message(const nlmsghdr& header, ByteSpan payload) {
  if (header.nlmsg_seq != conversation_.sequence || header.nlmsg_pid != conversation_.portid) return Step::more;
  if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) end_.interrupted = true;
  switch (header.nlmsg_type) {
    case SOCK_DIAG_BY_FAMILY:
      return read_row(payload);
    case NLMSG_DONE:
      end_.error = errno_in(payload);
      return Step::finished;
    case NLMSG_ERROR:
      if (payload.size() < sizeof(std::int32_t)) end_.truncated = true;
      end_.error = errno_in(payload);
      return Step::finished;
    case NLMSG_OVERRUN:
      end_.interrupted = true;
      return Step::more;
    default:
      return Step::more;
  }
}

Step DumpReader::read_row(ByteSpan payload) {
  Socket socket;
  if (!family_.decode(request_.netid, payload, arena_, socket)) {
    ++end_.malformed;
    return Step::more;
  }
  if (filter_states_ && !is_in(socket, request_.states)) return Step::more;
  return row_(socket) ? Step::more : Step::stopped;
}

void DumpReader::fail(int error) {
  if (error == ENOBUFS) {
    end_.interrupted = true;
  } else {
    end_.error = error;
  }
}

}  // namespace skq::kernel
