// For commands that go on until they are told to stop: SIGINT, SIGTERM and SIGHUP end them in order. The second signal
// of a kind ends them at once, and a signal that was ignored when skq began stays ignored.
#pragma once

#include <chrono>
#include <optional>

namespace skq::cli {

class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] bool came() const;
  /// Which one; 0: none came.
  [[nodiscard]] int signal() const;

  enum class Woke { readable, interrupted, timeout, nobody_reads };
  /// Waits until the descriptor can be read. With `writes_to_stdout` it also looks whether anybody still reads there.
  [[nodiscard]] Woke wait(int readable, bool writes_to_stdout, std::optional<std::chrono::milliseconds> timeout) const;
};

}  // namespace skq::cli
