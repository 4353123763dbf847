// The C library's databases of names (passwd, services, protocols), through its get…_r functions.
#pragma once

#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

namespace skq::kernel {

inline constexpr std::size_t largest_entry = std::size_t{1} << 24;

/// Calls one of the functions with a buffer that grows until the entry fits; the entry's name, empty if none.
template <class Entry, class Lookup>
std::string look_up(const Lookup& lookup, char* Entry::*name) {
  std::vector<char> buffer(1024);
  for (;;) {
    Entry entry{};
    Entry* found = nullptr;
    const int error = lookup(&entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < largest_entry) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    return error == 0 && found != nullptr && found->*name != nullptr ? std::string(found->*name) : std::string();
  }
}

/// Calls `each` with every entry that `next` gives.
template <class Entry, class Next, class Each>
void for_each_entry(const Next& next, const Each& each) {
  std::vector<char> buffer(1024);
  for (;;) {
    Entry entry{};
    Entry* found = nullptr;
    const int error = next(&entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < largest_entry) {
      buffer.resize(buffer.size() * 2);  // the same entry is given again
      continue;
    }
    if (error != 0 || found == nullptr) return;
    each(entry);
  }
}

}  // namespace skq::kernel
