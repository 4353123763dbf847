#include "cli/diff_operands.h"

#include <sys/stat.h>

#include <string_view>
#include <utility>

#include "base/text_escape.h"
#include "cli/recordings.h"

namespace skq::cli {
namespace {

DiffOperand live() { return {.live = true, .word = "live", .spec = {}, .moment = {}}; }

std::optional<store::Moment> moment_of(std::string_view text) {
  auto parsed = store::parse_moment(text);
  const auto* moment = std::get_if<store::Moment>(&parsed);
  return moment == nullptr ? std::nullopt : std::optional(*moment);
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

/// 25:00 is a mistake in a time rather than a file that is missing.
bool reads_as_time(const std::string& word) {
  return word.find(':') != std::string::npos && word.find_first_not_of("0123456789:-+. TZ") == std::string::npos;
}

/// A day is one of the recordings, and all else is what it is.
std::string spec_of(const std::string& word, const std::string& recordings) {
  if (!store::day_of_digits(word)) return word;
  return recordings + (recordings.ends_with('/') ? "" : "/") + word;
}

std::variant<DiffOperand, UsageError> read_operand(const std::string& word, const std::string& recordings) {
  DiffOperand operand{.live = false, .word = word, .spec = recordings, .moment = {}};
  if (word.empty()) return UsageError{"an empty word names no snapshot"};
  if (word == "live" || word == "now") return live();
  if (store::day_of_digits(word)) {
    operand.spec = spec_of(word, recordings);
    return operand;
  }
  const bool path = word.find('/') != std::string::npos;
  if (!path && (operand.moment = moment_of(word))) return operand;
  std::size_t at = word.rfind('@');
  // WHAT@@SECONDS: the second one begins the time. A folder's name may end with one, too.
  if (at != std::string::npos && at > 0 && word[at - 1] == '@' &&
      word.find_first_not_of("0123456789", at + 1) == std::string::npos)
    --at;
  if (at == std::string::npos && reads_as_time(word) && !exists(word)) {
    auto mistaken = read_moment("", word);
    if (auto* error = std::get_if<UsageError>(&mistaken)) return std::move(*error);
  }
  if (at == std::string::npos || (path && exists(word))) {
    operand.spec = word;
    return operand;
  }
  auto moment = read_moment(word.substr(0, at + 1), std::string_view(word).substr(at + 1));
  if (auto* error = std::get_if<UsageError>(&moment)) {
    if (!exists(word)) return std::move(*error);
    operand.spec = word;
    return operand;
  }
  operand.moment = std::get<store::Moment>(moment);
  if (at != 0) operand.spec = spec_of(word.substr(0, at), recordings);
  return operand;
}

}  // namespace

std::variant<DiffOperands, UsageError> read_diff_operands(std::span<const std::string> words,
                                                          const std::optional<std::string>& from) {
  if (words.size() > 2)
    return UsageError{"diff compares two looks: '" + escaped(words[2]) + "' would be a third; a filter is given by -F"};
  const std::string recordings = from.value_or(std::string(usual_recordings));
  DiffOperands operands{{.live = false, .word = recordings, .spec = recordings, .moment = {}}, live()};
  for (std::size_t at = 0; at < words.size(); ++at) {
    auto operand = read_operand(words[at], recordings);
    if (auto* error = std::get_if<UsageError>(&operand)) return std::move(*error);
    (at == 0 ? operands.before : operands.after) = std::move(std::get<DiffOperand>(operand));
  }
  if (operands.before.live)
    return UsageError{"'" + operands.before.word +
                      "' is the later look: before it stands the snapshot to compare with"};
  return operands;
}

}  // namespace skq::cli
