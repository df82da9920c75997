// The table of options in pieces, as help shows them one after the other; option_table.cc joins them.
// A new option is a row in one of option_rows/*.cc and a function in option_values.cc; `sigma-pages
// cli` (a target of the build) then writes the manual page and the completions anew.
#ifndef SIGMA_CLI_OPTION_ROWS_H_
#define SIGMA_CLI_OPTION_ROWS_H_

#include <span>

#include "cli/options.h"

namespace sigma::cli {

[[nodiscard]] std::span<const OptionRow> ModesRows();
[[nodiscard]] std::span<const OptionRow> ResourcesRows();
[[nodiscard]] std::span<const OptionRow> CodingRows();
[[nodiscard]] std::span<const OptionRow> FilesRows();
[[nodiscard]] std::span<const OptionRow> PartsRows();
[[nodiscard]] std::span<const OptionRow> MessagesRows();
[[nodiscard]] std::span<const OptionRow> MeasuringRows();

inline constexpr Modes kCompress = In(Mode::kCompress);
inline constexpr Modes kDecompress = In(Mode::kDecompress);
inline constexpr Modes kTest = In(Mode::kTest);
inline constexpr Modes kList = In(Mode::kList);
inline constexpr Modes kExtract = In(Mode::kExtract);
inline constexpr Modes kBench = In(Mode::kBench);
inline constexpr Modes kAnalyze = In(Mode::kAnalyze);
inline constexpr Modes kMerge = In(Mode::kMerge);
inline constexpr Modes kEstimate = In(Mode::kEstimate);
inline constexpr Modes kAll =
    kCompress | kDecompress | kTest | kList | kExtract | kBench | kAnalyze | kMerge | kEstimate;
inline constexpr Modes kConverting = kCompress | kDecompress;
inline constexpr Modes kWriting = kConverting | kMerge;

// Sets one boolean or counts one up.
template <auto act>
Result<void> Do(const Given&, Arguments& out) {
  act(out);
  return {};
}

}  // namespace sigma::cli

#endif  // SIGMA_CLI_OPTION_ROWS_H_
