// Checks of options that need the whole command line: those that do not go together.
#ifndef SIGMA_CLI_CHECK_ARGUMENTS_H_
#define SIGMA_CLI_CHECK_ARGUMENTS_H_

#include "cli/arguments.h"

namespace sigma::cli {

// Also sets what follows from other options. The error says which do not go together.
Result<void> CheckTogether(Arguments& out);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_CHECK_ARGUMENTS_H_
