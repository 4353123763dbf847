// Files that are read whole: filters, recordings. "-" is standard input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "skq/result.h"

namespace skq::kernel {

class InputFile {
 public:
  /// Errors say "open NAME", "read NAME".
  static Result<InputFile> open(const std::string& path);

  /// Reads on until there are that many bytes or the file ends; `bytes` holds all that was read so far.
  Status read_up_to(std::size_t size);
  /// Everything; EFBIG when it is more than that.
  Status read_all(std::size_t largest);

  [[nodiscard]] std::vector<std::byte>& bytes() { return bytes_; }
  /// As messages name it.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// When it was last written, as nanoseconds since 1970; empty for what is no regular file.
  [[nodiscard]] std::optional<std::int64_t> modified_ns() const;

 private:
  InputFile(UniqueFd file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

  UniqueFd file_;
  std::string name_;
  std::vector<std::byte> bytes_;
  bool ended_ = false;
};

}  // namespace skq::kernel
