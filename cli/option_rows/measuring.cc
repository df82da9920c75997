// Measuring.
#include <array>

#include "cli/option_rows.h"
#include "cli/option_values.h"

namespace sigma::cli {
namespace {

constexpr std::array kRows = {
    OptionRow{
        .letter = 'b',
        .name = "first-level",
        .takes = Takes::kValue,
        .argument = "N",
        .section = Section::kMeasuring,
        .modes = kBench | kEstimate,
        .offer = Offer::kLevels,
        .summary = "with --bench and --estimate: from this level (default: that of --level; all)",
        .act = SetFirstLevel},
    OptionRow{.letter = 'e',
              .name = "last-level",
              .takes = Takes::kValue,
              .argument = "N",
              .section = Section::kMeasuring,
              .modes = kBench | kEstimate,
              .offer = Offer::kLevels,
              .summary = "with --bench and --estimate: to this level (default: that of -b; all)",
              .act = SetLastLevel},
    OptionRow{.name = "seconds",
              .takes = Takes::kValue,
              .argument = "S",
              .section = Section::kMeasuring,
              .modes = kBench,
              .summary = "with --bench: time for each direction of each file (default 1)",
              .act = SetSeconds},
};

}  // namespace

std::span<const OptionRow> MeasuringRows() { return kRows; }

}  // namespace sigma::cli
