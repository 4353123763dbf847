#include <cstdio>
#include <exception>
#include <new>

#include "cli/message.h"
#include "cli/run.h"

int main(int argc, char** argv) {
  try {
    const auto count = argc > 0 ? static_cast<std::size_t>(argc - 1) : 0;
    return static_cast<int>(skq::cli::run({argv + (argc > 0 ? 1 : 0), count}));
  } catch (const std::bad_alloc&) {
    static_cast<void>(
        std::fputs("skq: out of memory\n", stderr));  // without making a line first, which would need some
    return static_cast<int>(skq::cli::ExitCode::failed);
  } catch (const std::exception& bug) {
    skq::cli::complain(bug.what());
    return static_cast<int>(skq::cli::ExitCode::failed);
  }
}
