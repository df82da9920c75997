// The files of a run: those that are large by all ranks together, the others each by one rank.
#ifndef SIGMA_CLI_MPI_TREE_H_
#define SIGMA_CLI_MPI_TREE_H_

#include "cli/arguments.h"
#include "cli/mpi/world.h"
#include "cli/report.h"

namespace sigma::cli::mpi {

// All ranks. `options` are this rank's; rank 0 reports.
void RunFiles(const World& world, const Arguments& arguments, const Options& options,
              Report& report);

}  // namespace sigma::cli::mpi

#endif  // SIGMA_CLI_MPI_TREE_H_
