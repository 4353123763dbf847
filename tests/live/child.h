// A process of its own that holds sockets, and sleeps until the object goes away.
#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

namespace live {

class Child {
 public:
  /// Runs `body` in a fork that has only the descriptors of `keep` (and 0, 1, 2), and returns when it is through. Where
  /// `body` says false, ok() is false.
  Child(const std::vector<int>& keep, const std::function<bool()>& body);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Ends it now.
  void end();

 private:
  pid_t pid_ = -1;
  bool ok_ = false;
};

}  // namespace live
