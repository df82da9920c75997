// The page that --report writes.
#ifndef SIGMA_CLI_ANALYZE_PAGE_H_
#define SIGMA_CLI_ANALYZE_PAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cli/analyzed_file.h"

namespace sigma::cli {

// One self-contained HTML document, without script or anything to load: for each file its map, its
// course, its tables and its levels; in its foot the date, the version and the machine, with the
// `threads` the run had.
[[nodiscard]] std::string Page(const std::vector<AnalyzedFile>& files, std::uint32_t threads);

// Writes a page to the file `path`, or for "-" to standard output; /dev/stdout, /dev/fd/N and their
// kind are the descriptor they name. kExists where it is a file already, unless `force`; that one
// stays whole until the new page takes its place. A device or FIFO is written to as it is.
Result<void> WritePage(const std::string& path, const std::string& page, bool force);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_ANALYZE_PAGE_H_
