// What proves a finding, in words. The names of fields are for programs, which have JSON.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/text_escape.h"
#include "base/units.h"
#include "render/findings_parts.h"
#include "render/flow_text.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

enum class Kind : std::uint8_t { number, percent, bytes, microseconds, milliseconds };

/// @ stands for the number, or the number and its limit; of a word for the word.
struct Words {
  std::string_view field, said;
  Kind kind = Kind::number;
  bool zero_proves = false;  ///< else a 0 proves nothing, and is left out
};
constexpr std::array all_words{
    Words{"accept_queue", "@ connections wait to be accepted"},
    Words{"attention", "@"},
    Words{"datagrams_at_most", "it holds at most @ datagrams, the usual limit"},
    Words{"dgram_queue", "@ datagrams wait for the receiver"},
    Words{"drops", "@ lost since it was made"},
    Words{"drops_between_looks", "@ lost between the two looks"},
    Words{"held_by", "@"},
    Words{"holders", "@ processes hold the other end"},
    Words{"in_flight", "@"},
    Words{"inferred", "@"},
    Words{"pages", "the protocol's sockets use @ pages"},
    Words{"pages_pressure", "pressure begins at @ pages"},
    Words{"peer.rmem_alloc", "the other end's receive buffer holds @", Kind::bytes},
    Words{"peer_inode", "it has no other end any more", Kind::number, true},
    Words{"pollout", "may it send? @"},
    Words{"pressure_events_between_looks", "@ times under pressure between the two looks"},
    Words{"progress", "@"},
    Words{"recv_fill", "its receive buffer is @ full", Kind::percent},
    Words{"recv_mem", "its receive buffer holds @", Kind::bytes},
    Words{"recv_q", "@ in the receive queue"},
    Words{"rmem_alloc", "its receive buffer holds @", Kind::bytes},
    Words{"send_fill", "its send buffer is @ full", Kind::percent},
    Words{"send_mem", "its send buffer holds @", Kind::bytes},
    Words{"tcp_backoff", "@ times put off", Kind::number},
    Words{"tcp_last_ack_recv", "last acknowledgement came @ ago", Kind::milliseconds},
    Words{"tcp_last_data_recv", "last data came @ ago", Kind::milliseconds},
    Words{"tcp_last_data_sent", "last data went out @ ago", Kind::milliseconds},
    Words{"tcp_notsent_bytes", "@ not sent yet", Kind::bytes},
    Words{"tcp_probes", "@ probes of its window without room"},
    Words{"tcp_rwnd_limited", "held back by the receiver's window for @ altogether", Kind::microseconds},
    Words{"tcp_snd_wnd", "the receiver's window is @", Kind::bytes, true},
    Words{"tcp_unacked", "@ segments not acknowledged"},
    Words{"timer", "timer: @"},
    Words{"wchan", "sleeps in @"},
    Words{"wmem_queued", "its send buffer holds @", Kind::bytes},
};

/// Words that stand for more than they say. A kernel's function may have an ending of its compiler's.
struct Meaning {
  std::string_view field, word, meaning;
};
constexpr std::array meanings{
    Meaning{"wchan", "sock_alloc_send_pskb", "its own send buffer is full"},
    Meaning{"wchan", "sock_wait_for_wmem", "its own send buffer is full"},
    Meaning{"wchan", "sk_stream_wait_memory", "its own send buffer is full"},
    Meaning{"wchan", "unix_wait_for_peer", "the other end's queue is full"},
    Meaning{"timer", "persist", "asks again and again for a window"},
};

const Words* words_of(std::string_view field) {
  const auto* const found =
      std::find_if(all_words.begin(), all_words.end(), [&](const Words& words) { return words.field == field; });
  return found == all_words.end() ? nullptr : &*found;
}

Kind kind_of(const Words* words, const Field* field) {
  if (words != nullptr && words->kind != Kind::number) return words->kind;
  if (field == nullptr) return Kind::number;
  if (field->unit == Unit::bytes) return Kind::bytes;
  if (field->unit == Unit::percent) return Kind::percent;
  if (field->unit == Unit::microseconds) return Kind::microseconds;
  return field->unit == Unit::milliseconds ? Kind::milliseconds : Kind::number;
}

/// A negative number is none that a kernel would say.
std::string value_text(double value, Kind kind) {
  if (!std::isfinite(value)) return "?";
  std::string text;
  constexpr double most_bytes = 1e18;
  if (kind == Kind::bytes && value >= 0 && value < most_bytes) {
    append_bytes_human(text, static_cast<std::uint64_t>(value));
    return text;
  }
  if (kind == Kind::microseconds) return duration_text(value / 1e6);
  if (kind == Kind::milliseconds) return duration_text(value / 1e3);
  append_decimal(text, value, 2);
  if (kind == Kind::percent) text += '%';
  return text;
}

std::string number_text(const Evidence& evidence, Kind kind) {
  std::string text = value_text(evidence.value, kind);
  // Of a percentage the limit is known: full.
  if (evidence.limit && !(kind == Kind::percent && *evidence.limit == 100))
    text += " of " + value_text(*evidence.limit, kind);
  return text;
}

std::string word_text(const Evidence& evidence) {
  std::string text = escaped(evidence.text);
  for (const Meaning& known : meanings)
    if (known.field == evidence.field && evidence.text.starts_with(known.word))
      return text.append(" (").append(known.meaning).append(")");
  return text;
}

}  // namespace

std::string evidence_text(const Evidence& evidence) {
  const Words* const words = words_of(evidence.field);
  const bool is_word = !evidence.text.empty();
  if (!is_word && evidence.value == 0 && (words == nullptr || !words->zero_proves)) return {};
  const std::string what =
      is_word ? word_text(evidence) : number_text(evidence, kind_of(words, find_field(evidence.field)));
  if (words == nullptr) return evidence.field.empty() ? what : escaped(evidence.field) + " " + what;
  std::string text(words->said);
  if (const std::size_t at = text.find('@'); at != std::string::npos) text.replace(at, 1, what);
  return text;
}

}  // namespace skq::render
