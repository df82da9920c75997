// Where a file's result goes: the rules of suffixes, -c, -o and --output-dir.
#ifndef SIGMA_CLI_TARGETS_H_
#define SIGMA_CLI_TARGETS_H_

#include <string>

#include "cli/arguments.h"
#include "cli/inputs.h"

namespace sigma::cli {

// Whether a name has one of the suffixes of compressed files (that of -S, .sigma, .tsigma).
[[nodiscard]] bool HasSuffix(const Arguments& arguments, const std::string& file);

// The target of a source in compress or decompress mode, "-" for standard output. kSkipped where
// the name does not fit the mode: a compressed file to compress, an unknown suffix to restore.
Result<std::string> TargetOf(const Arguments& arguments, const Input& input);
// The part of a path before its last component, with its slash; empty if there is none.
[[nodiscard]] std::string FolderOf(const std::string& path);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_TARGETS_H_
