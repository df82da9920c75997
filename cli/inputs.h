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
  // Of a found file, where it lies as cp -r would put it: the named folder's own name and the path
  // below it, without "..". Empty for a named file.
  std::string place;
  // Of a found file: how much of `file` is the folder that `place` begins beside.
  std::size_t base = 0;
};

// In the order given; the regular files in a folder are sorted by name, and everything else in it
// is passed over. Standard input ("-") where no file and no list is given. A list or folder that
// cannot be read is reported and the rest is done.
[[nodiscard]] std::vector<Input> CollectInputs(const Arguments& arguments, Report& report);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_INPUTS_H_
