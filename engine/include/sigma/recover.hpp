// What is left of a damaged file.
#ifndef SIGMA_RECOVER_HPP_
#define SIGMA_RECOVER_HPP_

#include <cstdint>
#include <string>
#include <vector>

#include "sigma/files.hpp"

namespace sigma {

struct RecoverOptions {
  std::uint8_t fill = 0;  // the byte in place of those that are lost
  // Write a sound compressed file instead, which restores to the same bytes: chunks that are intact as
  // they are, lost ones as constant chunks. User data is left out.
  bool repair = false;
};

// Restored bytes that are lost, one chunk or several in a row.
struct LostRange {
  std::uint64_t stream = 0;  // which of the streams found
  std::uint64_t chunk = 0;   // index of the first one in its stream
  std::uint64_t chunks = 1;
  std::uint64_t offset = 0;  // of the first byte in the restored file
  std::uint64_t length = 0;  // bytes
  // Neither a seek table nor a chunk's own header says how long it was: it counts as whole chunks.
  bool length_inferred = false;
  // The length of something lost before it is: so is the place of this and of all that follows.
  bool offset_inferred = false;
};

struct Recovery {
  Summary summary;              // original: with what was filled in
  std::vector<LostRange> lost;  // in order
  std::uint64_t lost_bytes = 0;
  // Other damage, which by itself loses nothing, one sentence each: a header or footer, bytes that
  // belong to no frame. Also where a stream's end is missing and nothing says how much followed.
  std::vector<std::string> damage;

  [[nodiscard]] bool intact() const { return lost.empty() && damage.empty(); }
};

// Restores every intact chunk of `source` to its place in `target`, whatever else is damaged: the
// stream headers, the footers, the order of the chunks. Lost ranges hold the fill byte. A source that
// is no file is copied to a temporary file (TMPDIR) first. Takes two passes over the input; memory: 64
// bytes a chunk beside what decompression takes.
//
// kNotSigma: nothing of a stream was found. kLimit: options.memory_limit, options.output_limit.
// kInvalidArgument with remove_source or pass_through. Data after the last stream is no error here.
Result<Recovery> RecoverFile(const std::string& source, const std::string& target,
                             const Options& options, const FileOptions& files,
                             const RecoverOptions& choices, const Observer& observer = {});

}  // namespace sigma

#endif  // SIGMA_RECOVER_HPP_
