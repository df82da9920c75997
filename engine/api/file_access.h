// How the public functions on files open their source and their target: which of them may be taken
// is decided here, from the options, before any work.
#ifndef SIGMA_API_FILE_ACCESS_H_
#define SIGMA_API_FILE_ACCESS_H_

#include <string>
#include <vector>

#include "engine/io/input_file.h"
#include "engine/io/output_file.h"
#include "sigma/files.hpp"

namespace sigma {

inline constexpr const char* kChangedText = "changed while it was read";
inline constexpr const char* kChangedKeptText = "changed while it was read: not removed";

inline constexpr const char* kUnfinishedText =
    "an append to it was cut short, or is going on: what was added does not count";

// One call on a file. The strings outlive it.
struct FileCall {
  const std::string& source;
  const std::string& target;
  const FileOptions& files;
  bool compress = false;
  bool shared = false;  // other processes write the target too: it has a name while it is made
};

// Options that exclude each other.
Result<void> CheckCall(const FileCall& call);
// A terminal is refused as a source of compressed bytes.
Result<InputFile> OpenSource(const FileCall& call);
// kInvalidArgument for a target that is the source.
Result<OutputFile> CreateTarget(const FileCall& call, const InputFile& source);

// Gives a finished result its name and closes it, synced before where `files` always ask for that.
// `metadata` is what it takes over, or null. Returns warnings.
Result<std::vector<std::string>> PublishNow(OutputFile& output, const FileMetadata* metadata,
                                            const FileOptions& files);

// Before a compressed file gets its name: kIo where it has far copies and the source changed while it was
// read, so that what a chunk was compared with need not be what was stored.
Result<void> CheckCopies(const InputFile& source, const Summary& summary);

// Under a memory limit, before anything large is made, and before what follows the work: neither
// the pages of starting count beside those of working nor these beside those of the report.
void MakeRoom(const Options& options);

}  // namespace sigma

#endif  // SIGMA_API_FILE_ACCESS_H_
