// What it tells.
#include <array>

#include "cli/option_rows.h"
#include "cli/option_values.h"

namespace sigma::cli {
namespace {

constexpr std::array kRows = {
    OptionRow{.letter = 'q',
              .name = "quiet",
              .section = Section::kMessages,
              .modes = kAll,
              .brief = true,
              .summary = "no warnings; twice: no errors either",
              .more = "The exit status stays what it is.",
              .act = Do<[](Arguments& out) { ++out.quiet; }>},
    OptionRow{.letter = 'v',
              .name = "verbose",
              .section = Section::kMessages,
              .modes = kAll,
              .brief = true,
              .summary = "say what was done",
              .act = Do<[](Arguments& out) { ++out.verbose; }>},
    OptionRow{.name = "stats",
              .takes = Takes::kOptionalValue,
              .argument = "json[=FD]",
              .section = Section::kMessages,
              .modes = kWriting | kTest,
              .offer = Offer::kChoices,
              .choices = "json",
              .summary = "after the run: sums, strategies and what bounded it, on standard error "
                         "or the descriptor FD",
              .act = SetStats},
    OptionRow{.name = "trace",
              .takes = Takes::kValue,
              .argument = "FILE",
              .section = Section::kMessages,
              .modes = kConverting | kTest,
              .offer = Offer::kFiles,
              .summary = "write when each stage of each chunk began and ended to FILE, as Chrome "
                         "trace JSON",
              .more = "For chrome://tracing, Perfetto and the model in benchmarks/scaling: one "
                      "track a worker, and what each chunk waited. FILE is overwritten only with "
                      "-f.",
              .act = SetTrace},
    OptionRow{.name = "progress",
              .takes = Takes::kValue,
              .argument = "WHEN",
              .section = Section::kMessages,
              .modes = kAll,
              .performance = true,
              .offer = Offer::kChoices,
              .choices = "auto always never json",
              .summary = "auto, always, never, json or json=FD (default auto: a bar on a terminal)",
              .more = "json writes one object a line to standard error or to the descriptor FD; "
                      "with --rm those of a result that is read again have verifying set. SIGUSR1 "
                      "prints one line of status at any time.",
              .act = SetProgress},
    OptionRow{
        .name = "json",
        .section = Section::kMessages,
        .modes = kList | kBench | kAnalyze | kEstimate | kDecompress,
        .summary =
            "with -l, --bench, --analyze, --estimate and --recover: JSON; -lv adds the chunk table",
        .act = Do<[](Arguments& out) { out.json = true; }>},
    OptionRow{.name = "report",
              .takes = Takes::kValue,
              .argument = "FILE",
              .section = Section::kMessages,
              .modes = kAnalyze,
              .offer = Offer::kFiles,
              .summary = "with --analyze: a page with the map of each file (HTML); - is standard "
                         "output",
              .act = SetReport},
};

}  // namespace

std::span<const OptionRow> MessagesRows() { return kRows; }

}  // namespace sigma::cli
