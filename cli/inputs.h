// Which files a run works on: those named, those in lists, those in folders.
#ifndef SIGMA_CLI_INPUTS_H_
#define SIGMA_CLI_INPUTS_H_

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/report.h"

namespace sigma::cli {

struct Input {
  std::string file;
  bool found = false;  // by walking a folder: what does not fit is passed over without a word
};

// In the order given; what lies in a folder is sorted by name. Standard input ("-") where no file
// and no list is given. A list or folder that cannot be read is reported and the rest is done.
[[nodiscard]] std::vector<Input> CollectInputs(const Arguments& arguments, Report& report);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_INPUTS_H_
