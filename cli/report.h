// Messages on standard error, and the exit status that follows from them.
#ifndef SIGMA_CLI_REPORT_H_
#define SIGMA_CLI_REPORT_H_

#include <string>

#include "cli/arguments.h"
#include "cli/progress.h"
#include "sigma/sigma.hpp"

namespace sigma::cli {

inline constexpr int kExitFine = 0;
inline constexpr int kExitError = 1;
inline constexpr int kExitWarning = 2;

// How messages name the program from now on; before, "sigma-par". Before any other thread
// exists; the text lives on.
void NameProgram(const char* name);
// One line on standard error.
void Say(const std::string& text);

// Messages of a run over several files: "sigma-par: FILE: text (chunk N, byte offset M)".
class Report {
 public:
  Report(const Arguments& arguments, ProgressMeter& progress);

  // A kSkipped error is a warning. Where an option would help, the message says which.
  void Failure(const std::string& file, const Error& error);
  // Of a call that has a target: names the one of the two that the error speaks of.
  void Failure(const std::string& source, const std::string& target, const Error& error);
  // What was said in another way (as JSON) counts as a warning.
  void Warned() { warned_ = true; }
  // With --verbose.
  void Note(const std::string& text);
  // Without --quiet.
  void Remark(const std::string& text);
  // 1 after an error, else 2 after a warning, else 0.
  [[nodiscard]] int ExitStatus() const;

 private:
  const bool recursive_;
  const int quiet_;
  const int verbose_;
  ProgressMeter& progress_;
  bool failed_ = false;
  bool warned_ = false;
};

}  // namespace sigma::cli

#endif  // SIGMA_CLI_REPORT_H_
