// The actions of the table's options on their values. An error names the option as it was typed and
// says what it takes.
#ifndef SIGMA_CLI_OPTION_VALUES_H_
#define SIGMA_CLI_OPTION_VALUES_H_

#include "cli/options.h"

namespace sigma::cli {

Result<void> SetLevel(const Given& given, Arguments& out);
Result<void> SetBest(const Given& given, Arguments& out);
Result<void> SetFastest(const Given& given, Arguments& out);
Result<void> SetTargetRatio(const Given& given, Arguments& out);
Result<void> SetTargetSpeed(const Given& given, Arguments& out);
Result<void> SetThreads(const Given& given, Arguments& out);
Result<void> SetMemory(const Given& given, Arguments& out);
Result<void> SetFar(const Given& given, Arguments& out);
Result<void> SetChunkSize(const Given& given, Arguments& out);
Result<void> SetProgress(const Given& given, Arguments& out);
Result<void> SetContentHash(const Given& given, Arguments& out);
Result<void> SetStrategy(const Given& given, Arguments& out);
Result<void> SetOutput(const Given& given, Arguments& out);
Result<void> SetFolder(const Given& given, Arguments& out);
Result<void> SetOutputDir(const Given& given, Arguments& out);
Result<void> SetSuffix(const Given& given, Arguments& out);
Result<void> SetSync(const Given& given, Arguments& out);
Result<void> SetSparse(const Given& given, Arguments& out);
Result<void> SetRange(const Given& given, Arguments& out);
Result<void> SetFill(const Given& given, Arguments& out);
Result<void> SetShard(const Given& given, Arguments& out);
Result<void> SetOutputLimit(const Given& given, Arguments& out);
Result<void> AddExclude(const Given& given, Arguments& out);
Result<void> AddList(const Given& given, Arguments& out);
Result<void> AddListOfZeroEnds(const Given& given, Arguments& out);
Result<void> SetStats(const Given& given, Arguments& out);
Result<void> SetTrace(const Given& given, Arguments& out);
Result<void> SetReport(const Given& given, Arguments& out);
Result<void> SetFirstLevel(const Given& given, Arguments& out);
Result<void> SetLastLevel(const Given& given, Arguments& out);
Result<void> SetSeconds(const Given& given, Arguments& out);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_OPTION_VALUES_H_
