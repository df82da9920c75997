// One file, by all ranks together: compressed, restored or tested.
#ifndef SIGMA_CLI_MPI_TOGETHER_H_
#define SIGMA_CLI_MPI_TOGETHER_H_

#include <string>
#include <vector>

#include "cli/mpi/world.h"
#include "sigma/sigma.hpp"

namespace sigma::cli::mpi {

struct Task {
  const World& world;
  const Options& options;  // this rank's
  const FileOptions& files;
};

// The end of a file: sums of all ranks, and warnings, on rank 0.
struct Outcome {
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;
  std::vector<std::string> warnings;
};

// All ranks call these; an error is the same on all.
//
// The target is written to a hidden file beside it, read back by other ranks than those that wrote
// it, synced, and only then given its name.
Result<Outcome> CompressTogether(const Task& task, const std::string& source,
                                 const std::string& target);
Result<Outcome> RestoreTogether(const Task& task, const std::string& source,
                                const std::string& target);
Result<Outcome> TestTogether(const Task& task, const std::string& source);

}  // namespace sigma::cli::mpi

#endif  // SIGMA_CLI_MPI_TOGETHER_H_
