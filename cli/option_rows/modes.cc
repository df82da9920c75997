// The modes, and help.
#include <array>

#include "cli/option_rows.h"
#include "cli/option_values.h"

namespace sigma::cli {
namespace {

constexpr std::array kRows = {
    OptionRow{.letter = 'z',
              .name = "compress",
              .brief = true,
              .summary = "compress (the default mode)",
              .more = "The suffix .sigma is added; the source is kept.",
              .mode = Mode::kCompress},
    OptionRow{.letter = 'd',
              .name = "decompress",
              .aliases = "uncompress",
              .brief = true,
              .summary = "restore",
              .more = "The suffix .sigma is taken off, .tsigma becomes .tar. Options that say how "
                      "to compress are accepted and change nothing, as tar needs it.",
              .mode = Mode::kDecompress},
    OptionRow{.letter = 't',
              .name = "test",
              .brief = true,
              .summary = "check that files are intact",
              .more = "Decodes everything, checks every hash, writes nothing.",
              .mode = Mode::kTest},
    OptionRow{.letter = 'l',
              .name = "list",
              .brief = true,
              .summary = "show what files hold",
              .more = "From headers and seek tables alone. With -v the table of chunks is added; "
                      "with --json the output is one JSON object, see JSON below.",
              .mode = Mode::kList},
    OptionRow{.letter = 'x',
              .name = "extract",
              .brief = true,
              .summary = "extract members from a compressed tar: -x FILE [GLOB]...",
              .more =
                  "Into the current folder, or that of -C; all members, or those that a GLOB "
                  "matches, whole or as a folder they lie in (* matches slashes too). Only the "
                  "chunks that hold them are decoded. Names that are absolute or hold .., links "
                  "that lead out of the folder or are on the way to a file, and devices are "
                  "refused; what is there already is an error without -f. Modes are less the "
                  "umask, and owners are not kept. From a pipe, sigma-par -dc | tar -x does it.",
              .mode = Mode::kExtract},
    OptionRow{.name = "bench",
              .brief = true,
              .summary = "measure speed and ratio in memory",
              .more = "Each file on its own and then the total; see MEASURING below.",
              .mode = Mode::kBench},
    OptionRow{
        .name = "analyze",
        .brief = true,
        .summary = "show what the data is and what is chosen for it",
        .more = "Class, entropies, plan and gain of every chunk; --report makes a page of it.",
        .mode = Mode::kAnalyze},
    OptionRow{.name = "estimate",
              .brief = true,
              .summary = "show what every level would make of files, from a sample",
              .more = "Size, time in both directions and memory, nothing is written; -b and -e say "
                      "from which level to which. Up to 16 MiB of a file are read, and a file that "
                      "is no larger is compressed whole at levels 1 to 5: their sizes are exact. "
                      "Slower levels take 4 or 2 MiB. It costs about a second for each slow level, "
                      "and less with several threads. Sizes are the same every time; times are "
                      "measured, without reading and writing. See MEASURING below.",
              .mode = Mode::kEstimate},
    OptionRow{.name = "merge",
              .brief = true,
              .summary = "join the parts that --shard made into one file: to -o FILE or -c",
              .more =
                  "In any order. The result has the very bytes that compressing the whole at "
                  "once would have given; nothing is compressed again, and every header and "
                  "hash is checked as it is copied. A part that is missing, given twice, or not "
                  "of the same source, level, chunk size, strategy and version is an error that "
                  "names it.",
              .mode = Mode::kMerge},
    OptionRow{
        .letter = 'h', .name = "help", .brief = true, .summary = "this text", .mode = Mode::kHelp},
    OptionRow{.letter = 'H',
              .name = "long-help",
              .brief = true,
              .summary = "all options",
              .mode = Mode::kLongHelp},
    OptionRow{.letter = 'V',
              .name = "version",
              .brief = true,
              .summary = "the version, and what this machine gives it",
              .mode = Mode::kVersion},
};

}  // namespace

std::span<const OptionRow> ModesRows() { return kRows; }

}  // namespace sigma::cli
