#include "cli/report.h"

#include <unistd.h>

#include "cli/names.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

std::string Place(const Error& error) {
  std::string place;
  if (error.chunk != kNoPosition) place = "chunk " + std::to_string(error.chunk);
  if (error.offset != kNoPosition) {
    place += (place.empty() ? "" : ", ") + ("byte offset " + std::to_string(error.offset));
  }
  return place.empty() ? "" : " (" + place + ")";
}

}  // namespace

void Say(const std::string& text) { WriteText(STDERR_FILENO, "sigma-par: " + text + "\n"); }

Report::Report(int quiet, int verbose, ProgressMeter& progress)
    : quiet_(quiet), verbose_(verbose), progress_(progress) {}

void Report::Failure(const std::string& file, const Error& error) {
  const bool warning = error.code == ErrorCode::kSkipped;
  (warning ? warned_ : failed_) = true;
  if (quiet_ > (warning ? 0 : 1)) return;
  progress_.Clear();
  Say(ShownName(file) + ": " + error.text + Place(error));
}

void Report::Note(const std::string& text) {
  if (verbose_ == 0) return;
  progress_.Clear();
  Say(text);
}

void Report::Remark(const std::string& text) {
  if (quiet_ > 0) return;
  progress_.Clear();
  Say(text);
}

int Report::ExitStatus() const {
  if (failed_) return kExitError;
  return warned_ ? kExitWarning : kExitFine;
}

}  // namespace sigma::cli
