#include "cli/report.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "cli/names.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

const char* program_name = "sigma-par";

std::string Place(const Error& error) {
  std::string place;
  if (error.chunk != kNoPosition) place = "chunk " + std::to_string(error.chunk);
  if (error.offset != kNoPosition) {
    place += (place.empty() ? "" : ", ") + ("byte offset " + std::to_string(error.offset));
  }
  return place.empty() ? "" : " (" + place + ")";
}

// The advice that the library, which knows no options of the command, cannot give.
std::string Hint(const std::string& file, const Error& error, bool recursive) {
  if (error.force_overwrites) return " (-f overwrites it)";
  std::error_code unknown;
  if (error.code == ErrorCode::kSkipped && !error.at_target && !recursive &&
      std::filesystem::is_directory(file, unknown)) {
    return " (-r takes the files in it)";
  }
  return "";
}

}  // namespace

void NameProgram(const char* name) { program_name = name; }

void Say(const std::string& text) {
  WriteText(STDERR_FILENO, std::string(program_name) + ": " + text + "\n");
}

Report::Report(const Arguments& arguments, ProgressMeter& progress)
    : recursive_(arguments.recursive),
      quiet_(arguments.quiet),
      verbose_(arguments.verbose),
      progress_(progress) {}

void Report::Failure(const std::string& file, const Error& error) {
  const bool warning = error.code == ErrorCode::kSkipped;
  (warning ? warned_ : failed_) = true;
  if (quiet_ > (warning ? 0 : 1)) return;
  progress_.Clear();
  Say(ShownName(file) + ": " + error.text + Place(error) + Hint(file, error, recursive_));
}

void Report::Failure(const std::string& source, const std::string& target, const Error& error) {
  Failure(!error.at_target ? source : target == "-" ? "(stdout)" : target, error);
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
