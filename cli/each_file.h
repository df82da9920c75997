// The loop of compress and decompress over the files of a run: where each result goes, what must
// not be overwritten, what goes to a terminal, and what is said about each file.
#ifndef SIGMA_CLI_EACH_FILE_H_
#define SIGMA_CLI_EACH_FILE_H_

#include <functional>
#include <string>
#include <vector>

#include "cli/inputs.h"
#include "cli/session.h"

namespace sigma::cli {

// Turns one source into its target.
using Convert = std::function<Result<Summary>(const std::string& source, const std::string& target,
                                              const FileOptions& files, const Observer& observer)>;

// Compresses or restores each file, small ones side by side; with `convert` it does that, one file
// after the other.
void ConvertEachFile(Session& session, const Convert& convert = {});

// The inputs of the run without the found ones whose names do not fit the mode. Tells the progress
// meter how many there are and how many bytes they have.
[[nodiscard]] std::vector<Input> FittingInputs(Session& session);

// Refuses to read compressed bytes from a terminal, unless forced.
Result<void> CheckCompressedInput(const Arguments& arguments, const std::string& source);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_EACH_FILE_H_
