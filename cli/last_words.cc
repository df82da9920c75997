// From the first moment on, std::terminate ends the process with these words and an exit status
// where memory is what is missing: the objects that libraries make before main throw to nobody, and
// what is noexcept throws to nobody either. Any other reason to terminate is a defect and aborts.
#include "cli/last_words.h"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

#include "cli/report.h"
#include "cli/terminal.h"
#include "sigma/sigma.hpp"

namespace sigma::cli {
namespace {

// In three writes: to join them would take memory.
void Line(std::string_view text) noexcept {
  WriteText(STDERR_FILENO, "sigma-par: ");
  WriteText(STDERR_FILENO, text);
  WriteText(STDERR_FILENO, "\n");
}

[[noreturn]] void EndWithoutMemory() {
  if (std::current_exception() != nullptr && SayLastWords()) {
    DiscardUnpublished();
    _exit(kExitError);
  }
  std::abort();
}

// Before the objects that libraries make in this program.
[[gnu::constructor(101)]] void TakeTerminate() { std::set_terminate(EndWithoutMemory); }

}  // namespace

bool SayLastWords() noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    Line("out of memory: fewer threads (-T) or a bound (-M) need less");
  } catch (const std::exception& unexpected) {
    Line(unexpected.what());
  } catch (...) {
    return false;
  }
  return true;
}

}  // namespace sigma::cli
