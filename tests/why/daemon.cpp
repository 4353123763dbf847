#include "daemon.h"

#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace why {

std::string program(const std::string& name) {
  std::vector<std::string> folders{"/usr/sbin", "/usr/local/sbin", "/sbin"};
  std::error_code ignored;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored))
    folders.insert(folders.begin(), version.path() / "bin");
  const char* path = std::getenv("PATH");
  std::istringstream words(path != nullptr ? path : "");
  for (std::string folder; std::getline(words, folder, ':');) folders.push_back(folder);
  for (const std::string& folder : folders) {
    const std::string file = folder + "/" + name;
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

std::optional<uid_t> servant() {
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = getpwnam(name)) return entry->pw_uid;
  }
  return {};
}

std::string comm_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace why
