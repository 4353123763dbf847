// Where the bytes go: stdout, or a file that is replaced only when everything was written.
//
// Make it before anything else opens descriptors: with stdout closed, the next open() would become descriptor 1.
#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "skq/result.h"

namespace skq::kernel {

/// What is not committed leaves an existing file untouched. Write errors say "write FILE" or "write to stdout"; a pipe
/// without a reader is EPIPE here only where SIGPIPE is ignored.
class Output {
 public:
  static Result<Output> to_stdout();

  /// Bytes go to an unnamed or hidden file in the same folder, which takes the place of `path` at commit(), with the
  /// mode that `path` had, else 0644 less the umask. A symbolic link stays, what it leads to is replaced. A device, a
  /// pipe, and whatever stdout already is (/dev/stdout) are written to at once.
  static Result<Output> to_file(const std::string& path);

  Output(Output&& other) noexcept;
  Output& operator=(Output&&) = delete;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  /// Writes all of it, over short writes, signals and non-blocking pipes.
  Status write(std::string_view bytes);

  /// Makes the file durable and visible; for stdout asks the last time whether all went well. Once only.
  Status commit();

 private:
  Output(UniqueFd file, std::string doing) : file_(std::move(file)), doing_(std::move(doing)) {}

  static Result<Output> open_direct(const std::string& path, std::string doing);
  int open_temporary(unsigned mode, bool has_mode);
  int give_name();
  int replace();
  void drop_temporary();
  void widen_pipe() const;

  UniqueFd file_;
  std::string doing_;
  std::string target_;     // empty: written to directly
  std::string temporary_;  // name of the hidden file; empty while it has none
  bool widened_ = false;   // the pipe, if it is one
};

}  // namespace skq::kernel
