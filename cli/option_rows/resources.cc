// Level, threads and memory: what SIGMA_PAR_OPTIONS takes, too.
#include <array>

#include "cli/option_rows.h"
#include "cli/option_values.h"

namespace sigma::cli {
namespace {

constexpr std::array kRows = {
    OptionRow{.letter = '1',
              .takes = Takes::kDigits,
              .section = Section::kResources,
              .modes = kAll,
              .brief = true,
              .performance = true,
              .summary = "level, from fast to small (default 3)",
              .more = "-9 is the highest level there is until there is such a level. A "
                      "level that does not exist is an error that names those that do; so are -0 "
                      "and -19.",
              .act = SetLevel},
    OptionRow{.name = "level",
              .takes = Takes::kValue,
              .argument = "N",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .offer = Offer::kLevels,
              .summary = "the same: level N",
              .act = SetLevel},
    OptionRow{.name = "best",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .summary = "the highest level there is",
              .act = SetBest},
    OptionRow{.name = "fast",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .summary = "the lowest level there is",
              .act = SetFastest},
    OptionRow{.name = "target-ratio",
              .takes = Takes::kValue,
              .argument = "X",
              .section = Section::kResources,
              .modes = kCompress,
              .summary =
                  "for each file the lowest level that makes it X times smaller, by a sample "
                  "as --estimate takes it",
              .more = "-v says which. Where no level does, the smallest result is made, with a "
                      "warning. A pipe cannot be sampled.",
              .act = SetTargetRatio},
    OptionRow{.name = "target-speed",
              .takes = Takes::kValue,
              .argument = "MB/S",
              .section = Section::kResources,
              .modes = kCompress,
              .summary = "for each file the highest level that compresses as many MB (10^6 bytes) "
                         "a second with these threads",
              .more =
                  "By a sample, as --estimate takes it: levels are tried upwards until one is "
                  "too slow. -v says which is taken. Where all are too slow, the lowest is "
                  "taken, with a warning. As speeds are measured, the level, and so the result, "
                  "may differ from one run to the next.",
              .act = SetTargetSpeed},
    OptionRow{.letter = 'T',
              .name = "threads",
              .takes = Takes::kValue,
              .argument = "N",
              .section = Section::kResources,
              .modes = kAll,
              .brief = true,
              .performance = true,
              .summary = "worker threads (default 0: all this process may use)",
              .more = "What it may use is its affinity mask and its control group's quota. The "
                      "result is the same for any number.",
              .act = SetThreads},
    OptionRow{.letter = 'M',
              .name = "memory",
              .takes = Takes::kValue,
              .argument = "SIZE",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .summary = "bound on the memory of the process; K, M, G (1024), or % of what is "
                         "available (default: none)",
              .more = "Hard bound on the peak resident memory, in both directions. What is "
                      "available is the control group's limit or the machine's memory. It takes "
                      "chunks in flight first, then workers, then (without -B) bytes from the "
                      "chunk, which is always said, because the result is larger; -v says what "
                      "the bound led to. Without it, in a container with a limit of its own, 80 % "
                      "of that limit is kept in the same way where it can be. It is an error that "
                      "names the least possible SIZE if it cannot be met. 6200000 bytes are enough "
                      "for -1 -T1. A "
                      "stream's seek table is part of the bound up to 10,000 chunks; each further "
                      "one takes 24 bytes, 36 from a pipe.",
              .act = SetMemory},
    OptionRow{.letter = 'B',
              .name = "chunk-size",
              .takes = Takes::kValue,
              .argument = "SIZE",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .summary = "64K to 64M (default: the level's own)",
              .act = SetChunkSize},
};

}  // namespace

std::span<const OptionRow> ResourcesRows() { return kRows; }

}  // namespace sigma::cli
