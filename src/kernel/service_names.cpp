#include "kernel/service_names.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>

#include "kernel/name_entry.h"
#include "kernel/proc_dir.h"

namespace skq::kernel {
namespace {

constexpr std::size_t questions_before_all = 16;

}  // namespace

std::string_view ServiceNames::name(std::uint16_t port, const char* protocol) {
  std::string key = key_of(port, protocol);
  const auto known = names_.find(key);
  if (known != names_.end()) return known->second;
  if (may_read_all_ && asked_ >= questions_before_all) read_all();
  if (all_read_) {
    const auto found = names_.find(key);
    return found == names_.end() ? std::string_view() : std::string_view(found->second);
  }
  ++asked_;
  std::string name = look_up<servent>(
      [&](servent* entry, char* buffer, std::size_t size, servent** found) {
        return ::getservbyport_r(htons(port), protocol, entry, buffer, size, found);
      },
      &servent::s_name);
  return names_.emplace(std::move(key), std::move(name)).first->second;
}

std::string ServiceNames::key_of(std::uint16_t port, std::string_view protocol) {
  std::string key(protocol);
  key += static_cast<char>(port >> 8U);
  key += static_cast<char>(port & 0xffU);
  return key;
}

void ServiceNames::read_all() {
  may_read_all_ = false;
  std::string nsswitch;
  constexpr std::size_t most = std::size_t{1} << 16;
  // Without the file the C library looks into files.
  if (read_file_at(AT_FDCWD, "/etc/nsswitch.conf", most, nsswitch) == 0 && !lists_all_services(nsswitch)) return;
  ::setservent(1);
  for_each_entry<servent>(::getservent_r, [&](const servent& entry) {
    if (entry.s_name == nullptr || entry.s_proto == nullptr) return;
    // Of several names the first is the port's.
    names_.emplace(key_of(ntohs(static_cast<std::uint16_t>(entry.s_port)), entry.s_proto), entry.s_name);
  });
  ::endservent();
  all_read_ = true;
}

bool lists_all_services(std::string_view nsswitch) {
  constexpr std::string_view blanks = " \t";
  while (!nsswitch.empty()) {
    const std::size_t end = std::min(nsswitch.find('\n'), nsswitch.size());
    std::string_view line = nsswitch.substr(0, end);
    nsswitch.remove_prefix(std::min(end + 1, nsswitch.size()));
    line = line.substr(0, line.find('#'));
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    constexpr std::string_view database = "services:";
    if (!line.starts_with(database)) continue;
    line.remove_prefix(database.size());
    for (;;) {
      line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
      if (line.empty()) return true;
      const std::string_view word = line.substr(0, std::min(line.find_first_of(blanks), line.size()));
      if (word != "files" && word != "db") return false;
      line.remove_prefix(word.size());
    }
  }
  return true;
}

}  // namespace skq::kernel
