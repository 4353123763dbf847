// Runs every file of a folder through a fuzz target once, from a heap copy of exactly its length: under a sanitizer one
// byte read too far is seen. An empty folder is an error, since it would test nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

bool run_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return false;
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto copy = std::make_unique_for_overwrite<std::uint8_t[]>(text.size());
  std::copy(text.begin(), text.end(), copy.get());
  LLVMFuzzerTestOneInput(copy.get(), text.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], error)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    if (run_file(file)) continue;
    std::fprintf(stderr, "cannot read %s\n", file.c_str());
    return 1;
  }
  std::printf("%zu inputs of %s\n", files.size(), argv[1]);
  return error || files.empty() ? 1 : 0;
}
