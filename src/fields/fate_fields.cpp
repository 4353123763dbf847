// What the commands -K and -E say of a row. They are `composed` so that a mere listing, which knows none of it, does
// not bring them by @all.
#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "model/name_tables.h"

namespace skq::fields {
namespace {

std::optional<std::string_view> said(const Socket& socket, std::string_view Fate::*part) {
  if (socket.fate == nullptr || (socket.fate->*part).empty()) return std::nullopt;
  return socket.fate->*part;
}

std::optional<std::string_view> result_of(const Socket& socket) {
  if (socket.fate == nullptr || !socket.fate->result) return std::nullopt;
  return to_text(*socket.fate->result);
}

constexpr auto rows = std::array{
    field({.name = "time",
           .title = "Time",
           .help = "With -E: when the end of the socket was heard of, in local time.",
           .source = "clock_gettime(2)",
           .shown = Shown::on_request,
           .composed = true},
          [](const Socket& s) { return said(s, &Fate::time); }),
    field({.name = "result",
           .title = "Result",
           .help = "With -K: what became of the request to close this socket.",
           .source = "SOCK_DESTROY of sock_diag(7)",
           .shown = Shown::on_request,
           .words = destroy_result_names,
           .composed = true},
          [](const Socket& s) { return result_of(s); }),
    field({.name = "error",
           .title = "Error",
           .help = "With -K: why this socket was not closed; absent where it was, or was gone before.",
           .source = "errno(3)",
           .shown = Shown::on_request,
           .composed = true},
          [](const Socket& s) { return said(s, &Fate::error); }),
};

}  // namespace

std::span<const Field> fate_fields() { return rows; }

}  // namespace skq::fields
