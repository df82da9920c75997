// Streams added to a file.
#ifndef SIGMA_APPEND_HPP_
#define SIGMA_APPEND_HPP_

#include <string>

#include "sigma/files.hpp"

namespace sigma {

// Compresses `source` into a stream of its own after the last one of the file `target`, in place; where
// there is no such file, as CompressFile. The file then restores to the old content and the new.
//
// A crash at any point leaves the old file: a journal beside it says how long that was, which every
// function of this library that restores a file heeds, with a warning, and the next append cuts off
// what counts for nothing (other programs see it until then). An error leaves the old file too. What
// was appended is on the disk when the call returns, whatever `files.sync` says.
//
// kCorrupt and what else TestFile says of it: the file does not end with an intact stream. kIo: another
// process appends to it. kInvalidArgument with remove_source.
Result<Summary> AppendToFile(const std::string& source, const std::string& target,
                             const Options& options, const FileOptions& files,
                             const Observer& observer = {});

}  // namespace sigma

#endif  // SIGMA_APPEND_HPP_
