#include "render/list_text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text_escape.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

void append_signed(std::string& out, int value) {
  if (value < 0) out += '-';
  append_integer(out, static_cast<std::uint64_t>(value < 0 ? -static_cast<std::int64_t>(value) : value));
}

void append_comm(std::string& out, std::string_view comm) {
  for (;;) {
    const std::size_t end = comm.find_first_of(",;");
    append_escaped_word(out, comm.substr(0, end));
    if (end == std::string_view::npos) return;
    out += comm[end] == ',' ? "\\x2c" : "\\x3b";
    comm.remove_prefix(end + 1);
  }
}

}  // namespace

void append_owners(std::string& out, std::span<const Owner> owners, bool threads) {
  if (owners.empty()) out += "[]";
  for (std::size_t at = 0; at < owners.size(); ++at) {
    if (at != 0) out += ';';
    append_signed(out, owners[at].pid);
    if (threads) {
      out += '/';
      append_signed(out, owners[at].tid);
    }
    out += ',';
    append_comm(out, owners[at].comm);
    out += ',';
    append_signed(out, owners[at].fd);
  }
}

void append_inodes(std::string& out, std::span<const Inode> inodes) {
  if (inodes.empty()) out += "[]";
  for (std::size_t at = 0; at < inodes.size(); ++at) {
    if (at != 0) out += ',';
    append_integer(out, static_cast<std::uint32_t>(inodes[at]));
  }
}

}  // namespace skq::render
