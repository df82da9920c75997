// The folders of -r --output-dir: made below the output folder as their files come, with the modes
// of those they mirror.
#ifndef SIGMA_CLI_MIRROR_H_
#define SIGMA_CLI_MIRROR_H_

#include <sys/stat.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/inputs.h"

namespace sigma::cli {

class Mirror {
 public:
  explicit Mirror(std::string output_dir) : output_dir_(std::move(output_dir)) {}

  // Makes the output folder and those of input.place below it, where they are not there yet. What
  // is there must be a folder and, below the output folder, no link to one: nothing is written
  // outside.
  Result<void> MakeFolders(const Input& input);
  // Gives the new folders their modes, which may forbid what was still to be written. Returns the
  // first that could not get its own.
  Result<void> SetModes();

 private:
  Result<void> MakeOne(const std::string& folder, const std::string& like, bool may_be_link);

  const std::string output_dir_;
  std::set<std::string> known_;
  std::vector<std::pair<std::string, mode_t>> made_;
};

}  // namespace sigma::cli

#endif  // SIGMA_CLI_MIRROR_H_
