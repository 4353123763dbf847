// See chain_sum.h.
#include "store/chain_sum.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

namespace skq::store {
namespace {

constexpr std::size_t word_size = sizeof(std::uint64_t);

/// Both steps can be undone, so that two words that differ never give the same.
std::uint64_t mixed(std::uint64_t hash, const char* word) {
  std::uint64_t value = 0;
  std::memcpy(&value, word, word_size);
  hash = (hash ^ value) * 0xff51afd7ed558ccd;
  return hash ^ hash >> 32U;
}

}  // namespace

void ChainSum::add(std::string_view bytes) {
  const std::size_t held = size_ % word_size;
  size_ += bytes.size();
  if (held != 0) {
    const std::size_t more = std::min(word_size - held, bytes.size());
    std::memcpy(rest_.data() + held, bytes.data(), more);
    bytes.remove_prefix(more);
    if (held + more < word_size) return;
    hash_ = mixed(hash_, rest_.data());
  }
  for (; bytes.size() >= word_size; bytes.remove_prefix(word_size)) hash_ = mixed(hash_, bytes.data());
  std::copy(bytes.begin(), bytes.end(), rest_.begin());
}

std::uint64_t ChainSum::value() const {
  std::array<char, word_size> last{};
  std::copy_n(rest_.begin(), size_ % word_size, last.begin());
  const std::uint64_t hash = mixed(hash_, last.data());
  std::memcpy(last.data(), &size_, word_size);
  return mixed(hash, last.data());
}

Result<ChainSum> sum_of(const ByteSource& file, std::uint64_t begin, std::uint64_t end) {
  constexpr std::uint64_t step = std::uint64_t{1} << 18;
  std::vector<std::byte> bytes(std::min(step, end - std::min(begin, end)));
  ChainSum sum;
  for (std::uint64_t at = begin; at < end;) {
    const std::span<std::byte> wanted = std::span(bytes).first(std::min<std::uint64_t>(bytes.size(), end - at));
    const auto got = file.read(at, wanted);
    if (!got) return got.error();
    if (*got == 0) return Error{"the file is shorter", 0};
    sum.add({reinterpret_cast<const char*>(wanted.data()), *got});
    at += *got;
  }
  return sum;
}

}  // namespace skq::store
