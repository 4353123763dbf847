#include "store/recorded_keys.h"

#include <stdexcept>
#include <string>
#include <unordered_map>

#include "store/key_chapters.h"

namespace skq::store {
namespace {

std::vector<Key> concatenated() {
  std::vector<Key> all;
  for (const auto chapter : {identity_keys, unix_keys, owner_keys, inet_keys, info_keys, packet_keys, other_keys}) {
    const std::vector<Key> keys = chapter();
    all.insert(all.end(), keys.begin(), keys.end());
  }
  return all;
}

}  // namespace

Key of_field(std::string_view name) {
  const Field* field = find_field(name);
  if (field == nullptr) throw std::logic_error("no field " + std::string(name));
  // Not its netids: they say which rows show it unasked, and a getter may know more.
  return {.name = field->name, .get = field->get, .families = field->families, .needs = field->needs};
}

std::span<const Key> recorded_keys() {
  static const std::vector<Key> all = concatenated();
  return all;
}

std::optional<KeyId> find_key(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string_view, KeyId> places;
    for (const Key& key : recorded_keys()) places.emplace(key.name, static_cast<KeyId>(places.size()));
    return places;
  }();
  const auto found = index.find(name);
  if (found == index.end()) return std::nullopt;
  return found->second;
}

}  // namespace skq::store
