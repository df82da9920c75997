// --analyze for people: tables of at most kTextColumns columns.
#ifndef SIGMA_CLI_ANALYZE_TEXT_H_
#define SIGMA_CLI_ANALYZE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/analyzed_file.h"

namespace sigma::cli {

inline constexpr std::size_t kTextColumns = 100;

// The tables of one file. A plan that does not fit its column follows on indented lines: in few
// words, or with `whole` in full.
[[nodiscard]] std::string FileText(const AnalyzedFile& file, bool whole);
// After the last file: the sums, how well sizes were foretold, and what the columns mean.
[[nodiscard]] std::string ClosingText(const std::vector<AnalyzedFile>& files, bool whole);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_ANALYZE_TEXT_H_
