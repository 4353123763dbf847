// How skq says that something failed: a returned Result, never an exception. Exceptions are for bugs.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace skq {

/// What was being done when it failed, and errno where the kernel gave one: Error{"open /proc/71/fd", EACCES}.
struct Error {
  std::string doing;
  int code = 0;

  /// "open /proc/71/fd: Permission denied"
  [[nodiscard]] std::string text() const;

  bool operator==(const Error&) const = default;
};

/// A value, or the Error that kept us from it.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : either_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : either_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return either_.index() == 0; }
  T& operator*() & { return std::get<0>(either_); }
  const T& operator*() const& { return std::get<0>(either_); }
  T&& operator*() && { return std::get<0>(std::move(either_)); }
  T* operator->() { return &std::get<0>(either_); }
  const T* operator->() const { return &std::get<0>(either_); }
  [[nodiscard]] const Error& error() const { return std::get<1>(either_); }

 private:
  std::variant<T, Error> either_;
};

/// For functions that only succeed or fail.
struct Done {};
using Status = Result<Done>;

}  // namespace skq
