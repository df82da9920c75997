// The target of all ranks in the making: rank 0 creates and publishes it, all open it.
#ifndef SIGMA_CLI_MPI_SHARED_OUTPUT_H_
#define SIGMA_CLI_MPI_SHARED_OUTPUT_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/mpi/shared_file.h"
#include "cli/mpi/together.h"
#include "sigma/shared.hpp"

namespace sigma::cli::mpi {

// All ranks: whether they see the same source; on rank 0 `mine` is the one that the others must have.
Result<void> AgreeOnSource(const World& world, const SourceTraits& mine);

class SharedOutput {
 public:
  // All ranks.
  static Result<SharedOutput> Create(const Task& task, const std::string& source,
                                     const std::string& target, bool compresses);

  [[nodiscard]] SharedFile& file() { return *file_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  // All ranks, with the end of their own work: closes the file, and where all have succeeded gives
  // it its name. Warnings on rank 0.
  Result<std::vector<std::string>> Publish(const World& world, const Result<void>& mine);

 private:
  SharedOutput() = default;

  std::optional<SharedTarget> target_;  // on rank 0
  std::optional<SharedFile> file_;
  std::string path_;
};

}  // namespace sigma::cli::mpi

#endif  // SIGMA_CLI_MPI_SHARED_OUTPUT_H_
