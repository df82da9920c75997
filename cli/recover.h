// -d --recover of one file.
#ifndef SIGMA_CLI_RECOVER_H_
#define SIGMA_CLI_RECOVER_H_

#include <string>

#include "cli/session.h"
#include "sigma/recover.hpp"

namespace sigma::cli {

// Writes what is left, and says what is lost: in messages, or with --json as one object on a line of
// standard error.
Result<Summary> RecoverOne(Session& session, const std::string& source, const std::string& target,
                           const FileOptions& files, const Observer& observer);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_RECOVER_H_
