// A compressed file, compared with the file that it should restore to.
#ifndef SIGMA_VERIFY_HPP_
#define SIGMA_VERIFY_HPP_

#include <string>

#include "sigma/files.hpp"

namespace sigma {

// Restores `compressed`, checks every hash, and compares every byte with those of `original`, which
// can be read at any place: a regular file or a block device. Writes nothing. Of the options threads,
// memory_limit and output_limit count.
//
// kCorrupt with Error::at_target: both can be read, and they differ. Other errors as TestFile; with
// at_target they are those of `original`, kInvalidArgument for a pipe.
Result<Summary> VerifyFile(const std::string& compressed, const std::string& original,
                           const Options& options, const FileOptions& files,
                           const Observer& observer = {});

}  // namespace sigma

#endif  // SIGMA_VERIFY_HPP_
