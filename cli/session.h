// The common state of all modes: the arguments, the messages, the meter and the sums of one run.
#ifndef SIGMA_CLI_SESSION_H_
#define SIGMA_CLI_SESSION_H_

#include "cli/arguments.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/stats.h"

namespace sigma::cli {

struct Session {
  explicit Session(const Arguments& given)
      : arguments(given), progress(given, given.mode != Mode::kCompress), report(given, progress) {}

  const Arguments& arguments;
  ProgressMeter progress;
  Report report;
  Statistics statistics;
};

}  // namespace sigma::cli

#endif  // SIGMA_CLI_SESSION_H_
