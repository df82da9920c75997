// The modes of the command, one .cc each. A mode says what it has to say through the session; the
// exit status is the session's report's.
#ifndef SIGMA_CLI_MODES_H_
#define SIGMA_CLI_MODES_H_

#include "cli/session.h"

namespace sigma::cli {

void RunCompress(Session& session);
void RunDecompress(Session& session);
void RunTest(Session& session);
void RunList(Session& session);
void RunMembers(Session& session);
void RunExtract(Session& session);
void RunBench(Session& session);
void RunAnalyze(Session& session);
void RunMerge(Session& session);
void RunEstimate(Session& session);
void RunHelp(Session& session);
void RunLongHelp(Session& session);
void RunVersion(Session& session);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_MODES_H_
