// What the text and the JSON of changes have in common, and the words that the text is made of.
#pragma once

#include <string>
#include <vector>

#include "skq/render_changes.h"

namespace skq::render {

/// How words are set.
struct ChangeStyle {
  bool exact_bytes = false;
  bool utf8 = true;
  double seconds = 0;  ///< between the looks; a rate needs more than none
};

/// The later row of the socket, else the earlier one, and its look.
const Socket& told_socket(const Change& change);
const ComparedLook& look_of(const ChangesReport& report, const Change& change);

/// "nginx[812]", "nginx[812] and 3 more", "nobody"; empty: not known. Escaped.
std::string owners_text(const Socket& socket);

/// "ESTAB", as the column has it.
std::string state_word(const Socket& socket);

/// What changed, piece by piece: "state ESTAB → CLOSE-WAIT", "recv_q 0 → 4096", "tcp_bytes_acked +1.2M, 4.1K/s".
/// Escaped.
std::vector<std::string> change_pieces(const Change& change, const ChangeStyle& style);

}  // namespace skq::render
